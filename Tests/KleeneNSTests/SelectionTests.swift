import Extraction
import Testing
import Text

@testable import KleeneNS

@Suite struct SelectionTests {
    static let extracts = ["transactions", "transaction_lines", "customers", "old"].map { name in
        var extract = ExtractConfiguration(name: name, table: TableName(name: name), defaults: ExtractDefaults())
        extract.isEnabled = name != "old"
        extract.tags = name.hasPrefix("trans") ? ["hourly"] : ["nightly"]
        return extract
    }

    static func names(_ patterns: [String], tags: [String] = []) throws -> [String] {
        try Selection(patterns: patterns, tags: tags).choose(from: extracts).map(\.name)
    }

    @Test func withoutNamesAllEnabledExtractsRun() throws {
        #expect(try Self.names([]) == ["transactions", "transaction_lines", "customers"])
    }

    @Test func namesAndGlobsChooseInTheConfigurationsOrder() throws {
        #expect(try Self.names(["customers", "trans*"]) == ["transactions", "transaction_lines", "customers"])
        #expect(try Self.names(["*_lines"]) == ["transaction_lines"])
        #expect(try Self.names(["*"], tags: ["nightly"]) == ["customers"])
        #expect(try Self.names([], tags: ["hourly"]) == ["transactions", "transaction_lines"])
    }

    @Test func aDisabledExtractRunsOnlyByItsExactName() throws {
        #expect(try Self.names(["old"]) == ["old"])
        #expect(throws: Failure.self) { try Self.names(["ol*"]) }
    }

    @Test(arguments: [(["custmers"], [], "customers"), (["zzz*"], [], "zzz*"), ([], ["hourli"], "hourly")])
    func whatChoosesNothingIsAnErrorThatHelps(_ patterns: [String], _ tags: [String], _ word: String) throws {
        let failure = try #require(throws: Failure.self) { try Self.names(patterns, tags: tags) }
        #expect(failure.kind == .configuration)
        #expect(failure.description.contains(word))
    }

    @Test(arguments: [
        ("*", "", true), ("a*c", "abbc", true), ("a*c", "abbcd", false), ("a?c", "abc", true), ("a?c", "ac", false),
        ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false), ("[!a-c]x", "dx", true), ("[ab", "[ab", true),
        ("*a*b*", "xxaxxbxx", true), ("**", "x", true), ("A*", "abc", false), ("[]a]", "]", true), ("[", "[", true),
    ])
    func globsMatchAsAShellDoes(_ pattern: String, _ text: String, _ fits: Bool) {
        #expect(Glob(pattern).matches(text) == fits)
    }
}
