import Testing

@testable import KleeneNS

/// An extract is added, and every other byte stays.
@Suite struct ConfigurationInsertionTests {
    private static let extract = OrderedJSON.object([.init("table", "new"), .init("destination_table", "d")])

    private static func added(_ text: String) throws -> String {
        String(decoding: try ConfigurationInsertion(Array(text.utf8)).adding(extract), as: UTF8.self)
    }

    private static let line = #"{"table": "new", "destination_table": "d"}"#

    @Test(arguments: [
        // One line each.
        (
            "{\n  \"extracts\": [\n    {\"table\": \"a\"}\n  ]\n}\n",
            "{\n  \"extracts\": [\n    {\"table\": \"a\"},\n    NEW\n  ]\n}\n"
        ),
        // A comment behind the last one stays with it, and so does a comma at the end.
        (
            "{\n  \"extracts\": [\n    {\"table\": \"a\"} // the first, \"]}\n  ]\n}\n",
            "{\n  \"extracts\": [\n    {\"table\": \"a\"}, // the first, \"]}\n    NEW\n  ]\n}\n"
        ),
        (
            "{\n\t\"extracts\": [\n\t\t{\"table\": \"a\"}, /* x\n ] */\n\t\t// end\n\t],\n}\n",
            "{\n\t\"extracts\": [\n\t\t{\"table\": \"a\"}, /* x\n ] */\n\t\tNEW,\n\t\t// end\n\t],\n}\n"
        ),
        // All on one line.
        ("{\"extracts\": [{\"table\": \"a\"}]}", "{\"extracts\": [{\"table\": \"a\"}, NEW]}"),
        ("{\"extracts\": [{\"table\": \"a\"},]}", "{\"extracts\": [{\"table\": \"a\"}, NEW]}"),
        ("{\"extracts\": [{\n  \"table\": \"a\"\n}]}", "{\"extracts\": [{\n  \"table\": \"a\"\n}, NEW]}"),
        // An empty list, and none.
        ("{\n  \"extracts\": []\n}\n", "{\n  \"extracts\": [\n    NEW\n  ]\n}\n"),
        (
            "{\n  \"extracts\": [\n    // to come\n  ]\n}\n",
            "{\n  \"extracts\": [\n    // to come\n    NEW\n  ]\n}\n"
        ),
        ("{\n  \"source\": {}\n}\n", "{\n  \"source\": {},\n  \"extracts\": [\n    NEW\n  ]\n}\n"),
        // Names within names, an escaped key, Windows' line ends, a byte order mark.
        (
            "\u{FEFF}{\r\n  \"x\": {\"extracts\": [1]},\r\n  \"\\u0065xtracts\": [\r\n    {\"t\": \"}]\\\"\"}\r\n  ]\r\n}\r\n",
            "\u{FEFF}{\r\n  \"x\": {\"extracts\": [1]},\r\n  \"\\u0065xtracts\": [\r\n    {\"t\": \"}]\\\"\"},\r\n    NEW\r\n  ]\r\n}\r\n"
        ),
    ])
    func everyOtherByteStays(before: String, after: String) throws {
        let expected = after.split(separator: "NEW", omittingEmptySubsequences: false).joined(separator: Self.line)
        let result = try Self.added(before)
        #expect(result.utf8.elementsEqual(expected.utf8), "\(result)")
        _ = try JSONText(result.utf8)
    }

    @Test func aLongOneHasALineForEachMember() throws {
        let columns = (1...40).map { "column_\($0)" }
        let extract = OrderedJSON.object([.init("table", "new"), .init("columns", columns)])
        let text = "{\n    \"extracts\": [\n        {\"table\": \"a\"}\n    ]\n}\n"
        let result = String(decoding: try ConfigurationInsertion(Array(text.utf8)).adding(extract), as: UTF8.self)
        #expect(
            result.hasPrefix(
                "{\n    \"extracts\": [\n        {\"table\": \"a\"},\n        {\n            \"table\": \"new\",\n"))
        #expect(result.hasSuffix("\n        }\n    ]\n}\n"))
        for line in result.split(separator: "\n") { #expect(line.count <= 120, "\(line)") }
    }

    /// Of every text that is read without a fault, whatever stands in it: the value is the same with one element more.
    @Test func theValueHasOneElementMore() throws {
        let pieces = ["", " ", "\n  ", "// c\n", "/* ] } , */"]
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    for elements in ["", #"{"a": [1, {"b": "]"}]}"#, #"{"a": 1}, {"b": 2}"#] {
                        for comma in elements.isEmpty ? [""] : ["", ","] {
                            let text =
                                "{\(first)\"extracts\"\(second):[\(first)\(elements)\(second)\(comma)\(third)]\(third)}"
                            let before = try JSONText(text.utf8).value
                            let after = try JSONText(try Self.added(text).utf8).value
                            guard case .object(let old) = before, case .array(let olds)? = old["extracts"],
                                case .object(let new) = after, case .array(let news)? = new["extracts"]
                            else {
                                Issue.record("\(text)")
                                continue
                            }
                            #expect(news.count == olds.count + 1 && Array(news.dropLast()) == olds, "\(text)")
                        }
                    }
                }
            }
        }
    }
}
