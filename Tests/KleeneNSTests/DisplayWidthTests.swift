import Testing

@testable import KleeneNS

@Suite struct DisplayWidthTests {
    @Test(arguments: [
        ("abc", 3), ("", 0), ("漢字", 4), ("e\u{301}", 1), ("👍", 2), ("👩‍👩‍👧", 2), ("한글", 4), ("ｱ", 1), ("Ｗ", 2), ("❤️", 2),
        ("…", 1),
    ])
    func lettersTakeTheirRoom(_ text: String, _ width: Int) {
        #expect(text.displayWidth == width)
    }

    @Test func whatIsTooWideEndsInAnEllipsis() {
        #expect("abcdef".elided(to: 6) == "abcdef")
        #expect("abcdef".elided(to: 5) == "abcd…")
        // A letter of two columns does not go into one.
        #expect("漢字漢字".elided(to: 6) == "漢字…")
        #expect("abc".elided(to: 0) == "")
    }

    @Test func linesBreakBetweenWords() {
        #expect("one two three".wrapped(to: 8) == ["one two", "three"])
        #expect("- one two three".wrapped(to: 10, hanging: 2) == ["- one two", "  three"])
        #expect("aaaaaaaaaaaaaaaaaaaa b".wrapped(to: 8) == ["aaaaaaaa", "aaaaaaaa", "aaaa b"])
        #expect("one two".wrapped(to: 8, behind: 5) == ["one", "two"])
        #expect("".wrapped(to: 8) == [""])
    }
}
