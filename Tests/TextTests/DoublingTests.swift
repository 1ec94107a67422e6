import Testing
import Text

@Suite struct DoublingTests {
    @Test(arguments: [
        ("a'b", "a''b"), ("", ""), ("'", "''"), ("a'\u{301}b", "a''\u{301}b"), ("'\u{20DD}'", "''\u{20DD}''"),
        ("\u{301}'", "\u{301}''"),
    ])
    func quotesAreDoubledUnderAnAccentToo(text: String, doubled: String) {
        #expect(Array(text.doubling("'").unicodeScalars) == Array(doubled.unicodeScalars))
        #expect(Array(text.quoted(with: "'").unicodeScalars) == Array("'\(doubled)'".unicodeScalars))
    }

    @Test func whatHoldsSecretsHasNoPrintableForm() {
        struct Holder: Unprintable { var secret = "hunter2" }
        var dumped = ""
        dump(Holder(), to: &dumped)
        for text in [
            "\(Holder())", String(reflecting: Holder()), dumped, "\([Holder()])", "\(Optional(Holder()) as Any)",
        ] {
            #expect(!text.contains("hunter2"))
        }
    }

    @Test(arguments: [
        "\u{0}", "\u{7}", "\u{1B}", "\u{7F}", "\u{80}", "\u{9B}", "\u{9D}", "\u{AD}", "\u{61C}", "\u{200B}", "\u{200D}",
        "\u{200E}", "\u{200F}", "\u{2028}", "\u{202A}", "\u{202E}", "\u{2060}", "\u{2066}", "\u{2069}", "\u{FEFF}",
        "\u{E0041}", "\r", "\t",
    ])
    func whatCommandsIsShownByItsCode(text: String) throws {
        let scalar = try #require(text.unicodeScalars.first)
        let shown = "a\(text)b".visible
        #expect(!shown.unicodeScalars.contains(scalar))
        #expect(shown.hasPrefix("a\\") && shown.hasSuffix("b"))
        #expect(!"x\na\(text)b\ny".visibleLines().unicodeScalars.contains(scalar))
    }

    @Test func whatIsShownStaysAsItIs() {
        let text = "Größe 漢字 e\u{301} 😀 \u{2003}|"
        #expect(text.visible == text)
        #expect("a\r\nb,\"c\nd\"\r\n".visibleLines(keepsCRLF: true) == "a\r\nb,\"c\nd\"\r\n")
        #expect("a\rb\r\n".visibleLines(keepsCRLF: true) == "a\\rb\r\n")
        #expect("a\n  b\u{1B}[2J\r\n".visibleLines() == "a\n  b\\u{1b}[2J\\r\n")
    }
}
