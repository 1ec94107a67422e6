import Foundation
import Testing

@testable import KleeneNS

@Suite struct JSONFaultTests {
    /// Texts in which the first word that does not fit is marked by `¶`, which is not part of them.
    @Test(arguments: [
        "{\"a\": 1,¶,}", "{\"a\" ¶1}", "{¶a: 1}", "{\"a\": 1 ¶\"b\": 2}", "{¶'a': 1}", "{¶1: 2}", "{¶]", "{¶,}",
        "{} ¶{}",
        "1¶,", "[1,¶,]", "[1 ¶2]", "[¶,1]", "[1¶}", "[¶}", "[¶:]", "{\"ä\": \"ö\"¶]", "{\"a\": ¶}", "{\"a\": 1,\r\n¶1}",
        "{\"a\": ¶tru}", "{\"a\": null¶x}", "{\"a\": 0¶1}", "{\"a\": ¶-a}", "{\"a\": 1¶.}", "{\"a\": 1¶e}",
        "{\"a\": ¶.5}",
        "{\"a\": ¶+1}", "{\"a\": ¶NaN}", "{\"a\": ¶\"\\x\"}", "{\"a\": ¶\"\\u12g4\"}", "{\"a\": ¶\"b\n\"}",
        "{\"a\": ¶// b\n1}", "¶// b\n{}", "\u{FEFF}{¶a}", "{¶\"a",
        // Too early an end.
        "¶", " ¶", "{¶", "[¶", "{\"a\"¶", "{\"a\":¶", "{\"a\": 1¶", "{\"a\": 1,¶", "[1,¶", "[[]¶",
    ])
    func theFirstWordThatDoesNotFitIsFound(marked: String) throws {
        let mark = try #require(marked.utf8.firstIndex(of: 0xC2))
        let text = marked.replacing("¶", with: "")
        #expect(JSONFault.offset(in: text) == marked.utf8.distance(from: marked.startIndex, to: mark))
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)) }
    }

    @Test(arguments: [
        "{}", " [ ] ", "[1,]", "{\"a\": 1,}", "null", "true", "false", "0", "-0.5e+10", "1E5", "\"\"",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00fF ä\u{7F}\"",
        "{\"a\": [1, {\"b\": null}, \"c\"],\r\n\t\"d\": {}}\n", "\u{FEFF}{}", "\"\u{301}\"",
        String(repeating: "[", count: 500) + String(repeating: "]", count: 500),
    ])
    func whatTheDecoderTakesHasNone(text: String) throws {
        #expect(JSONFault.offset(in: text) == nil)
        _ = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    }

    @Test func aTextIsNeitherTooDeepNorTooLong() {
        #expect(JSONFault.offset(in: String(repeating: "[", count: 100_000)) == 100_000)
        #expect(JSONFault.offset(in: "\"" + String(repeating: "ab\\n", count: 100_000) + "\"") == nil)
    }
}
