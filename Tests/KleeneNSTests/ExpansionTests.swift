import Extraction
import Foundation
import Rows
import Testing

@testable import KleeneNS

/// What the tables of a source make of an entry for several of them.
@Suite struct ExpansionTests {
    private static func configuration(_ extracts: String, source: String = #"{"profile": "odbc", "dsn": "x"}"#) throws
        -> Configuration
    {
        let text =
            #"{"source": \#(source), "destination": {"type": "sqlite", "path": "d.db"}, "extracts": [\#(extracts)]}"#
        return try Configuration(try JSONText(Data(text.utf8)).value, file: "c.json", directory: "/")
    }

    private static func listed(_ names: String...) -> [CatalogTable] {
        names.map {
            let parts = $0.split(separator: ".").map(String.init)
            return CatalogTable(
                catalog: nil, schema: parts.count > 1 ? parts[0] : nil, table: parts.last ?? "", type: "TABLE",
                remarks: nil)
        }
    }

    private static func expand(
        _ configuration: Configuration, _ tables: [CatalogTable], earlier: [RunRecord] = [], folds: Bool = true
    ) -> Expansion {
        Expansion(
            configuration.patterns, beside: configuration.extracts, listed: tables, earlier: earlier,
            naming: .init(foldsTables: folds, nameCase: .ascii))
    }

    private static let custom =
        #"{"table": ["customrecord_*", "!*_tmp"], "destination_table": "ns_{table}", "tags": ["c"]}"#

    @Test func eachTableThatFitsIsAnExtract() throws {
        let found = Self.expand(
            try Self.configuration(Self.custom),
            Self.listed("CUSTOMRECORD_A", "customrecord_b", "customrecord_tmp2", "CustomRecord_x_TMP", "customer"))
        #expect(found.members.map(\.extract.name) == ["customrecord_a", "customrecord_b", "customrecord_tmp2"])
        #expect(found.members.map(\.extract.destinationTable)[0] == "ns_customrecord_a")
        #expect(found.members.map(\.extract.table.name)[0] == "CUSTOMRECORD_A")
        #expect(found.members.allSatisfy { $0.failure == nil && $0.extract.tags == ["c"] })
    }

    /// A source that spells its tables otherwise from one day to the next changes no name.
    @Test func namesAreTheSameHoweverNetSuiteSpellsThem() throws {
        let configuration = try Self.configuration(Self.custom)
        let upper = Self.expand(configuration, Self.listed("CUSTOMRECORD_A")).members
        let lower = Self.expand(configuration, Self.listed("customrecord_a")).members
        #expect(upper.map(\.extract.name) == lower.map(\.extract.name))
        #expect(upper.map(\.extract.destinationTable) == lower.map(\.extract.destinationTable))
        // Elsewhere case may tell two tables apart.
        let other = Self.expand(configuration, Self.listed("CustomRecord_A"), folds: false).members
        #expect(other.map(\.extract.name) == ["CustomRecord_A"])
    }

    @Test func aTableWithAnEntryOfItsOwnIsReadAsThatSays() throws {
        let configuration = try Self.configuration(Self.custom + #", {"name": "own", "table": "CUSTOMRECORD_A"}"#)
        let found = Self.expand(configuration, Self.listed("customrecord_a", "customrecord_b"))
        #expect(found.members.map(\.extract.name) == ["customrecord_b"])
    }

    @Test func nothingThatFitsAndTooManyAreOneSentence() throws {
        let configuration = try Self.configuration(Self.custom)
        let none = Self.expand(configuration, Self.listed("customer")).members
        #expect(none.count == 1 && none[0].failure?.message.contains("no table that fits") == true)
        let many = (0..<501).map {
            CatalogTable(catalog: nil, schema: nil, table: "customrecord_\($0)", type: "TABLE", remarks: nil)
        }
        let found = Self.expand(configuration, many).members
        #expect(found.count == 1 && found[0].failure?.message.hasPrefix("501 tables fit") == true)
        #expect(Self.expand(configuration, many.dropLast()).members.count == 500)
    }

    @Test func tablesThatGetInEachOthersWayAreRefusedAndTheOthersAreNot() throws {
        let configuration = try Self.configuration(
            #"{"table": ["a*"], "name": "{table}", "destination_table": "{table}"}, {"name": "x", "table": "t", "destination_table": "a3"}"#
        )
        let found = Self.expand(configuration, Self.listed("s.a1", "r.A1", "s.a2", "s.a3"))
        #expect(found.members.map { $0.failure == nil } == [true, false, true, false])
        #expect(
            found.members[1].failure?.message
                == "The table A1 at $.extracts[0] and the table a1 at $.extracts[0] would both be the extract \"a1\".")
        #expect(found.members[3].failure?.message.contains("the extract \"x\"") == true)
    }

    @Test func aTableThatIsGoneIsSaid() throws {
        let configuration = try Self.configuration(Self.custom)
        let table = TableName(name: "customrecord_gone")
        var record = RunRecord(
            TableExtract(name: "customrecord_gone", table: table, destinationTable: "ns_customrecord_gone"),
            run: RunIdentity(startedAt: Timestamp(Date()), salt: 1), version: "1")
        record.sourceTable = "Acme.CUSTOMRECORD_GONE"
        let found = Self.expand(configuration, Self.listed("customrecord_a"), earlier: [record]).members
        #expect(found.map(\.extract.name) == ["customrecord_a", "customrecord_gone"])
        #expect(found[1].failure?.message.contains("is not listed any more") == true)
        #expect(found[1].failure?.advice.contains("\"!CUSTOMRECORD_GONE\"") == true)
        // The advice, followed.
        let without = try Self.configuration(Self.custom.replacing("\"!*_tmp\"", with: "\"!CUSTOMRECORD_GONE\""))
        #expect(Self.expand(without, Self.listed("customrecord_a"), earlier: [record]).members.count == 1)
        // Without asking the source it is an extract like the others.
        let known = Expansion(
            known: configuration.patterns, beside: [], listed: Self.listed("customrecord_a"), earlier: [record],
            naming: .init(foldsTables: true, nameCase: .ascii))
        #expect(known.members.map(\.extract.name) == ["customrecord_a", "customrecord_gone"])
    }

    @Test func aNameWithoutAGlobMustBeThere() throws {
        let configuration = try Self.configuration(#"{"table": ["customer", "vendr"]}"#)
        let found = Self.expand(configuration, Self.listed("Customer", "Vendor")).members
        #expect(found.map(\.extract.name) == ["customer", "vendr"])
        #expect(found[1].failure?.advice == "Did you mean \"Vendor\"?")
    }

    @Test func theSourceIsAskedOnlyWhereAPatternMayBeMeant() throws {
        let configuration = try Self.configuration(Self.custom + #", {"name": "own", "table": "t", "tags": ["d"]}"#)
        func asks(_ names: [String], _ tags: [String] = []) -> Bool {
            Selection(patterns: names, tags: tags).mayChoose(configuration.patterns, beside: configuration.extracts)
        }
        #expect(asks([]) && asks(["customrecord_a"]) && asks(["c*"]) && asks([], ["c"]))
        #expect(!asks(["own"]) && !asks([], ["d"]))
    }
}
