import Extraction
import Testing

@testable import KleeneNS

/// What `follows` says in a configuration, and what is wrong with it before anything is asked.
@Suite struct FollowsConfigurationTests {
    private static let netSuite = """
        "source": {"account_id": "1234567", "role_id": 57, "auth": {"method": "password", "user": "u", "password": {"env": "P"}}}
        """
    private static let headers = """
        {"name": "headers", "table": "transaction", "load_method": "upsert", "extract_type": "incremental",
         "incremental_key": "lastmodifieddate"}
        """

    private static func text(_ lines: String, headers: String = Self.headers, source: String = Self.netSuite) -> String
    {
        "{\(source), \"extracts\": [\(headers), \(lines)]}"
    }

    private static func lines(_ follows: String, _ more: String = #", "load_method": "upsert""#) -> String {
        #"{"name": "lines", "table": "TransactionLine", "follows": \#(follows)\#(more)}"#
    }

    private func followed(_ text: String) throws -> Follows? {
        try ConfigurationTests.read(text).extracts.first { $0.name == "lines" }?.tableExtract.follows
    }

    @Test func theJoinOfAKnownTableIsBundled() throws {
        let follows = try #require(try followed(Self.text(Self.lines(#""headers""#))))
        #expect(follows.parentKey == "id" && follows.childKey == "transaction" && follows.key == "lastmodifieddate")
        #expect(follows.ownKey == "linelastmodifieddate" && follows.asking == nil)
        let none = try followed(Self.text(Self.lines(#"{"extract": "headers", "own_key": null, "asking": "query"}"#)))
        #expect(none?.ownKey == nil && none?.asking == .query && none?.childKey == "transaction")
    }

    @Test func anyTablesMayBeJoinedByNamedColumns() throws {
        let lines = Self.lines(#"{"extract": "headers", "parent_key": "no", "child_key": "order", "own_key": "at"}"#)
        let follows = try followed(Self.text(lines, source: ConfigurationTests.source))
        #expect(follows?.parentKey == "no" && follows?.childKey == "order" && follows?.ownKey == "at")
        let faults = ConfigurationTests.faults(
            Self.text(Self.lines(#""headers""#), source: ConfigurationTests.source))
        #expect(faults.count == 1 && faults[0].contains("it is not known by which columns"), "\(faults)")
    }

    @Test(arguments: [
        (Self.text(Self.lines(#""header""#)), "there is no extract \"header\" to follow. Did you mean \"headers\"?"),
        (Self.text(Self.lines(#""lines""#)), "an extract cannot follow itself"),
        (Self.text(Self.lines(#""headers""#, "")), "\"drop_create_load\" does not go with it"),
        (Self.text(Self.lines(#""headers""#, #", "load_method": "append""#)), "\"append\" does not go with it"),
        (
            Self.text(Self.lines(#""headers""#, #", "load_method": "upsert", "columns": ["id"]"#)),
            "does not read \"transaction\""
        ),
        (
            Self.text(
                Self.lines(
                    #""headers""#, #", "load_method": "upsert", "extract_type": "incremental", "incremental_key": "x""#)
            ),
            "\"incremental_key\" does not go with it"
        ),
        (
            Self.text(
                Self.lines(#""headers""#),
                headers: #"{"name": "headers", "table": "transaction", "load_method": "upsert"}"#),
            "is not \"incremental\" with \"upsert\""
        ),
        (
            Self.text(
                Self.lines(#""headers""#),
                headers: String(Self.headers.dropLast()) + #", "columns": ["lastmodifieddate"]}"#),
            "\"headers\" does not read \"id\""
        ),
        (
            Self.text(Self.lines(#""headers""#), headers: String(Self.headers.dropLast()) + #", "enabled": false}"#),
            "is not enabled"
        ),
        (
            Self.text(
                Self.lines(#""headers""#),
                headers: String(Self.headers.dropLast()) + #", "follows": "lines"}"#), "only one can follow the other"
        ),
        (Self.text(Self.lines(#"{"extract": "headers", "own_kay": "x"}"#)), "did you mean \"own_key\"?"),
        (Self.text(Self.lines("7")), "expected an object"),
    ])
    func whatDoesNotGoTogetherIsOneSentence(text: String, words: String) {
        let faults = ConfigurationTests.faults(text)
        #expect(faults.contains { $0.contains(words) }, "\(faults)")
    }

    @Test func nobodyFollowsAFollowerAndNoMoreThanFourFollowOne() {
        let chain = Self.text(
            Self.lines(#""headers""#)
                + #", {"name": "more", "table": "inventoryassignment", "load_method": "upsert", "follows": "lines"}"#)
        #expect(ConfigurationTests.faults(chain).contains { $0.contains("let \"more\" follow that") })
        let many = (0..<5).map { number in
            """
            {"name": "l\(number)", "table": "transactionline", "destination_table": "l\(number)", "load_method": "upsert",
             "follows": "headers"}
            """
        }
        let faults = ConfigurationTests.faults(Self.text(many.joined(separator: ",")))
        #expect(faults.count == 1 && faults[0].contains("no more than 4 extracts"), "\(faults)")
    }

    @Test func familiesKeepTheOrderOfTheirFirst() {
        func extract(_ name: String, _ follows: String? = nil) -> TableExtract {
            var extract = TableExtract(name: name, table: TableName(name: name), destinationTable: name)
            extract.follows = follows.map {
                Follows(extract: $0, table: TableName(name: $0), parentKey: "id", childKey: "p", key: "k")
            }
            return extract
        }
        let all = [extract("a"), extract("l", "b"), extract("b"), extract("m", "b"), extract("c")]
        #expect(Families.of(all).map { $0.map(\.name) } == [["a"], ["b", "l", "m"], ["c"]])
    }
}
