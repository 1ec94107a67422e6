import Testing
import Text

@Suite struct ByteSearchTests {
    @Test func wordIsFoundWhereverItStandsAndOnlyThere() {
        for text in ["key", "key ", " key", "a key b", "kkey", "kekey", "\u{E9}key\u{301}"] {
            #expect(text.holds("key"))
        }
        for text in ["", "ke", "Key", "ke y", "k\u{301}ey", "kek"] { #expect(!text.holds("key")) }
    }

    @Test(arguments: [
        ("", ""), ("a", "a"), (" a ", "a"), ("\t\u{A0}a b\u{2003}\n", "a b"), ("   ", ""), ("\u{301}a", "\u{301}a"),
        ("\r\na\r\n", "a"),
        // A blank under an accent is a blank to Swift.
        (" \u{301}a", "a"),
    ])
    func blanksGoFromBothEndsOnly(text: String, trimmed: String) {
        #expect(Array(text.trimmingBlanks.utf8) == Array(trimmed.utf8))
    }
}
