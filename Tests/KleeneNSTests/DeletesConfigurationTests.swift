import Extraction
import FoundationEssentials
import Testing

@testable import KleeneNS

/// What `deletes` says in a configuration, and what is wrong with it before anything is asked.
@Suite struct DeletesConfigurationTests {
    private static let netSuite = """
        "source": {"account_id": "1234567", "role_id": 57, "auth": {"method": "password", "user": "u", "password": {"env": "P"}}}
        """
    private static let incremental = """
        "load_method": "upsert", "extract_type": "incremental", "incremental_key": "lastmodifieddate"
        """

    private static func text(
        _ deletes: String, table: String = "transaction", _ more: String = Self.incremental,
        source: String = Self.netSuite
    ) -> String {
        """
        {\(source), "extracts": [
          {"name": "headers", "table": "transaction", "destination_table": "h", \(Self.incremental)},
          {"name": "e", "table": "\(table)", "destination_table": "e", "deletes": \(deletes), \(more)}]}
        """
    }

    private func deletes(_ text: String) throws -> Deletes? {
        try ConfigurationTests.read(text).extracts.first { $0.name == "e" }?.tableExtract.deletes
    }

    @Test func allOfItIsRead() throws {
        var wanted = Deletes(by: .deletedRecord, mode: .hard)
        wanted.most = 0.05
        wanted.every = 7 * 86_400
        wanted.recordTypes = ["Sales Order"]
        let found = try deletes(
            Self.text(
                #"{"by": "deletedrecord", "mode": "hard", "most": "5%", "every": "7d", "record_types": ["Sales Order"]}"#
            ))
        #expect(found == wanted)
        #expect(try deletes(Self.text(#"{"by": "sweep"}"#)) == Deletes(by: .sweep, mode: .soft))
        #expect(try deletes(Self.text(#"{"by": "sweep", "most": 0.25}"#))?.most == 0.25)
        #expect(
            try deletes(
                Self.text(
                    #"{"by": "groups"}"#, table: "transactionline", #""load_method": "upsert", "follows": "headers""#))?
                .by == .groups)
        #expect(try deletes(Self.text(#"{"by": "deletedrecord"}"#, table: "customrecord_x")) != nil)
    }

    @Test(arguments: [
        (Self.text(#"{"mode": "soft"}"#), "the key \"by\" is missing"),
        (Self.text(#"{"by": "sweeps"}"#), "did you mean \"sweep\"?"),
        (Self.text(#"{"by": "sweep", "most": "150%"}"#), "\"150%\" is not a share such as \"5%\""),
        (Self.text(#"{"by": "sweep", "every": "0d"}"#), "must be a span from one second"),
        (Self.text(#"{"by": "none", "every": "7d"}"#), "nothing is swept then"),
        (Self.text(#"{"by": "sweep", "record_types": ["x"]}"#), "it goes with \"by\": \"deletedrecord\""),
        (Self.text(#"{"by": "groups"}"#), "it needs \"follows\""),
        (
            Self.text(
                #"{"by": "sweep"}"#, #""load_method": "append", "extract_type": "incremental", "incremental_key": "k""#),
            "does not go with \"append\""
        ),
        (Self.text(#"{"by": "sweep"}"#, #""load_method": "drop_create_load""#), "does not go with a full extract"),
        (Self.text(#"{"by": "sweep"}"#, #""load_method": "truncate_load""#), "does not go with a full extract"),
        (Self.text(#"{"by": "sweep"}"#, #""load_method": "upsert""#), "goes with \"incremental\" and \"upsert\" only"),
        (Self.text(#"{"by": "sweep"}"#, Self.incremental + #", "metadata_columns": false"#), "set that to true"),
        (Self.text(#"{"by": "deletedrecord"}"#, table: "transactionline"), "keeps no record of what is deleted"),
        (Self.text(#"{"by": "deletedrecord"}"#, table: "nobodyknows"), "name them with \"record_types\""),
        (
            Self.text(
                #"{"by": "deletedrecord"}"#, table: "transactionline", #""load_method": "upsert", "follows": "headers""#
            ),
            "Say \"by\": \"groups\" here"
        ),
        (Self.text(#"{"by": "deletedrecord"}"#, source: ConfigurationTests.source), "is for NetSuite"),
    ])
    func whatDoesNotGoTogetherIsOneSentence(text: String, sentence: String) {
        let faults = ConfigurationTests.faults(text)
        #expect(faults.count == 1 && faults[0].contains(sentence), "\(faults)")
    }

    @Test func aSweepIsDueWhenItsTimeHasCome() throws {
        var extract = TableExtract(name: "e", table: TableName(schema: nil, name: "t"), destinationTable: "t")
        extract.deletes = Deletes(by: .deletedRecord)
        extract.deletes?.every = 3600
        var state = ExtractState(
            extract: "e", basis: .init(table: "t", key: "k", kind: .integer, filter: nil, columns: nil),
            watermark: Watermark(.integer(1), isInclusive: true), runID: nil,
            updatedAt: Timestamp(text: "2026-11-28T10:00:00.000Z"))
        func due(_ seconds: Double) -> Bool {
            extract.isSweepDue(state, at: .init(timeIntervalSince1970: 1_795_860_000 + seconds))
        }
        #expect(!extract.isSweepDue(nil, at: .init(timeIntervalSince1970: 1_795_860_000)))
        #expect(due(0))
        state.deletes = DeletesState()
        state.deletes?.sweptAt = Timestamp(.init(timeIntervalSince1970: 1_795_860_000))
        #expect(!due(3599) && due(3600) && !due(-100) && due(-90_000))
        extract.deletes?.every = nil
        #expect(!due(100_000))
    }
}
