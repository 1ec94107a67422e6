import Foundation
import TestSupport
import Testing

@testable import KleeneNS

/// JSON that a person wrote, and hostile text that only looks like it.
@Suite struct JSONTextTests {
    static func repeated(_ text: String) throws -> [String] { try JSONText(text.utf8).repeated.map(\.path) }

    static func problem(_ text: String) -> JSONText.Problem? {
        do {
            _ = try JSONText(text.utf8)
            return nil
        } catch {
            return error
        }
    }

    /// What Foundation's decoder makes of a text; nil where it takes it for no JSON.
    static func decoded(_ text: [UInt8]) -> JSONValue? {
        try? JSONDecoder().decode(JSONValue.self, from: Data(text))
    }

    /// Integers as doubles: from `1e17` on, Foundation tells them by a decimal's digits.
    static func plain(_ value: JSONValue) -> JSONValue {
        switch value {
        case .integer(let number): .number(Double(number))
        case .array(let elements): .array(elements.map(plain))
        case .object(let members): .object(members.mapValues(plain))
        default: value
        }
    }

    static func read(_ text: [UInt8]) -> JSONValue? { (try? JSONText(text))?.value }

    @Test(arguments: [
        (#"{"a": 1, "b": 2, "a": 3}"#, ["$.a"]),
        (#"{"table": 1, "ta\u0062le": 2}"#, ["$.table"]),
        (#"{"\ud83d\ude00": 1, "😀": 2}"#, ["$.😀"]),
        (#"{"a\"b": 1, "a\u0022b": 2}"#, ["$.a\"b"]),
        // One key for Swift's dictionaries, so one of them would be lost.
        ("{\"e\u{301}\": 1, \"\u{E9}\": 2}", ["$.\u{E9}"]),
        (#"{"": {"": {"x": [0, [{"": 1, "": 2}]]}}}"#, ["$...x[1][0]."]),
        (#"[{"a": 1}, {"a": 1, "b": {"a": 1}, "c": [{"a": 2}, {"a": 3, "a": 4}]}]"#, ["$[1].c[1].a"]),
        (#"{"a": {"x": 1}, "a": {"x": 1, "x": 2}, "a": 3}"#, ["$.a", "$.a.x", "$.a"]),
        (#"{"a": "{\"a\": 1, \"a\": 2}", "b": "[{\"", "c": "}],\\", "d": "\\\"a\":"}"#, []),
        (#"{"A": 1, "a": 2, "a ": 3}"#, []),
        (#"[{"a": 1}, {"a": 1}, "a", "a"]"#, []),
    ])
    func keyThatStandsTwiceIsFoundWhereItIs(text: String, paths: [String]) throws {
        #expect(try Self.repeated(text) == paths)
        #expect(Self.decoded(Array(text.utf8)) != nil)
    }

    @Test func keysBeyondTheTwentiethAreLeftOut() throws {
        let text = "{" + (0..<100_000).map { _ in #""a":1"# }.joined(separator: ",") + "}"
        #expect(try Self.repeated(text).count == 20)
    }

    /// Texts in which the first byte that does not fit is marked by `¶`, which is not part of them.
    @Test(arguments: [
        "{\n  \"a\": 1,¶, }", "{\"a\" ¶1}", "{¶a: 1}", "{\"a\": 1 ¶\"b\": 2}", "{¶'a': 1}", "{¶1: 2}", "{¶]", "{¶,}",
        "{} ¶{}", "1¶,", "[1,¶,]", "[1 ¶2]", "[¶,1]", "[1¶}", "[¶}", "[¶:]", "{\"ä\": \"ö\"¶]", "{\"a\": ¶}",
        "{\"a\": 1,\r\n¶1}", "{\"a\": tru¶}", "{\"a\": null¶x}", "{\"a\": 0¶1}", "{\"a\": -¶a}", "{\"a\": 1.¶}",
        "{\"a\": 1e¶}", "{\"a\": ¶.5}", "{\"a\": ¶+1}", "{\"a\": ¶NaN}", "[\"\\¶x\"]", "[\"\\u12¶g4\"]", "[\"b¶\n\"]",
        "[\"¶\\ud800\"]", "[\"¶\\ud800\\u0041\"]", "[\"¶\\udc00\"]", "{\"a\": ¶/ b\n1}", "¶/b\n{}",
        // Too early an end.
        "¶", " ¶", "{¶", "[¶", "{\"a¶", "{\"a\"¶", "{\"a\":¶", "{\"a\": 1¶", "{\"a\": 1,¶", "[1,¶", "[[]¶", "[-¶",
        "[\"\\u00¶",
    ])
    func firstByteThatDoesNotFitIsFound(marked: String) throws {
        let before = try #require(marked.components(separatedBy: "¶").first)
        let text = marked.replacing("¶", with: "")
        let lines = before.utf8.split(separator: 10, omittingEmptySubsequences: false)
        #expect(
            Self.problem(text)
                == JSONText.Problem(
                    kind: before == text ? .endsTooEarly : .isNotJSON, line: lines.count,
                    column: (lines.last?.count ?? 0) + 1))
        #expect(Self.decoded(Array(text.utf8)) == nil)
    }

    @Test(arguments: [
        ("{\"a\":\n -1e400}", 2, 2), ("[\"ä\", " + String(repeating: "9", count: 400) + "]", 1, 8),
    ])
    func numberThatIsTooLargeIsFound(text: String, line: Int, column: Int) {
        #expect(Self.problem(text) == JSONText.Problem(kind: .numberIsTooLarge, line: line, column: column))
        #expect(Self.decoded(Array(text.utf8)) == nil)
    }

    @Test func bytesThatAreNoTextAreRefused() {
        #expect(throws: JSONText.Problem.self) { try JSONText([0x22, 0xFF, 0x22]) }
        #expect(throws: JSONText.Problem.self) { try JSONText([0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00]) }
        #expect(Self.read([0xEF, 0xBB, 0xBF] + Array("{}".utf8)) == .object([:]))
    }

    @Test(arguments: ["[", "{\"a\":", "[{\"a\":", "[0,"])
    func noDepthHarmsTheProgram(level: String) {
        #expect(Self.problem(String(repeating: level, count: 100_000))?.kind == .isNestedTooDeep)
    }

    @Test func asDeepAsFoundationGoesIsTaken() {
        let text = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
        #expect(Self.problem(text) == nil)
        #expect(Self.problem("[\(text)]")?.kind == .isNestedTooDeep)
    }

    /// The decoder that the program used before is the judge: of good text, and of text broken at random.
    @Test func whatItReadsIsWhatFoundationReads() {
        var random = Generator(seed: 4711)
        let pieces = [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u0041", "\\ud83d\\ude00", "\\n", "\"a\"", "\"b\":", "true",
            "null", "-", "0", "17", "1.50", "2e3", "1E-2", " ", "\n", "é", "😀", "\u{1}", "\"\"", "/", "\t",
        ]
        let good = [
            "{\"a\": 1,}", "{\"a\": [{\"b\": 2 } , ] , }", "\u{FEFF}{\"\u{301}\": \"\\b\\f\\r\\t\\u00fF\u{7F}\"}",
            #"{"a": [1, -2.5, 1e3, "x\ty\u00e9\/", {"b": null, "c": [true, false, {}]}], "😀": "", "d": [[], [0]]}"#,
            "[9223372036854775807, 9223372036854775808, -0, -0.0, 1e-400, 0.1, 123456789.5, \"\\ud83d\\ude00\\\\\"]",
        ]
        var taken = 0
        for round in 0..<6_000 {
            var bytes = Array(good[round % good.count].utf8)
            for _ in 0..<random.number(0...3) {
                let place = random.number(0...bytes.count)
                let end = min(bytes.count, place + random.number(0...3))
                let piece = random.chance(70) ? Array(pieces[random.number(0...pieces.count - 1)].utf8) : []
                bytes.replaceSubrange(place..<end, with: piece)
            }
            let expected = Self.decoded(bytes)
            if expected != nil { taken += 1 }
            #expect(
                Self.read(bytes).map(Self.plain) == expected.map(Self.plain),
                "\(String(decoding: bytes, as: UTF8.self))")
        }
        #expect(taken > 1_500 && taken < 4_500, "\(taken)")
    }
}
