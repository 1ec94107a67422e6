import Testing
import Text

@Suite struct SentenceTests {
    @Test func countsAndTheirVerbsAgree() {
        func rows(_ count: Int) -> String { Sentence.count(count, "row") }
        #expect(rows(1) == "1 row" && rows(0) == "0 rows" && rows(2) == "2 rows" && rows(-1) == "-1 row")
        #expect(Sentence.count(1, "row", "has", "have") == "1 row has")
        #expect(Sentence.count(7, "row", "has", "have") == "7 rows have")
        #expect(Sentence.count(1, "entry", plural: "entries") == "1 entry")
        #expect(Sentence.count(2, "entry", plural: "entries") == "2 entries")
        #expect(Sentence.count(1_000_000, "row", isGrouped: true) == "1,000,000 rows")
        #expect(Sentence.noun(1, "tag") == "tag" && Sentence.noun(2, "tag") == "tags")
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1234, "-1,234")])
    func numbersAreGrouped(_ number: Int, _ text: String) {
        #expect(Sentence.grouped(number) == text)
    }

    @Test(arguments: [
        (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1 kB"), (8413, "8.4 kB"), (65_536, "66 kB"),
        (999_400, "999 kB"), (999_600, "1 MB"), (1 << 20, "1 MB"), (1_500_000, "1.5 MB"), (35_172_352, "35 MB"),
        (1_000_000_000, "1 GB"), (2_500_000_000_000, "2.5 TB"), (.max, "9223372 TB"),
    ])
    func sizesAreSaidAsAPersonSaysThem(_ bytes: Int, _ text: String) {
        #expect(Sentence.size(bytes) == text)
    }

    @Test func othersTextsEndWhereTheyEnd() {
        #expect(Sentence.records([]) == "" && Sentence.records(["a"]) == "a" && Sentence.records(["a", "b"]) == "a; b")
        #expect(Sentence.records(["A.", "B.", "c"]) == "A. B. c" && Sentence.records(["a:", "b"]) == "a: b")
        #expect(Sentence.lines(["a", "B"]) == "a. B" && Sentence.lines(["a", "b", "^"]) == "a b ^")
    }

    @Test func articlesFitTheirWords() {
        #expect(Sentence.article("integer") == "an integer" && Sentence.article("timestamp") == "a timestamp")
        #expect(Sentence.article("date") == "a date" && Sentence.article("index") == "an index")
    }
}
