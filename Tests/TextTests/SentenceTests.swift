import Testing
import Text

@Suite struct SentenceTests {
    @Test func countsAndTheirVerbsAgree() {
        #expect(Sentence.rows(1) == "1 row" && Sentence.rows(0) == "0 rows" && Sentence.rows(2) == "2 rows")
        #expect(Sentence.rows(1, has: "has", have: "have") == "1 row has")
        #expect(Sentence.rows(7, has: "has", have: "have") == "7 rows have")
    }

    @Test func articlesFitTheirWords() {
        #expect(Sentence.article("integer") == "an integer" && Sentence.article("timestamp") == "a timestamp")
        #expect(Sentence.article("date") == "a date" && Sentence.article("index") == "an index")
    }
}
