import Foundation
import Testing

@testable import MockSuiteAnalytics

/// What a role sees of an account: columns that come, widen and go, rows of one subsidiary, transactions that are voided.
@Suite struct PresentationTests {
    private let clock = MockClock()
    private let store: Store

    init() throws {
        clock.freeze(at: Double(EvolutionTests.start))
        store = try Store(.netSuite(lines: 300), seed: 1, clock: clock)
    }

    private func columns(_ table: String) throws -> [VisibleColumn] {
        try CatalogView(store.presentation).table(named: table).columns
    }

    private func ask(_ sql: String) throws -> [[String?]] {
        let reader = try store.openSession()
        let rendered = try Renderer.render(try Parser.parse(sql).query, in: CatalogView(store.presentation))
        return try reader.connection.rows(rendered.sql, [])
    }

    private func listed(_ column: String) throws -> [[String?]] {
        try ask(
            "SELECT oa_precision FROM oa_columns WHERE table_name = 'transaction' AND column_name = '\(column)'")
    }

    @Test func columnThatIsHiddenIsInNoListingAndCannotBeAskedFor() throws {
        let name = "custbody_kns_Mixed Case"
        #expect(try listed(name) == [["300"]])
        let values = try ask("SELECT id, \"\(name)\" FROM transaction ORDER BY id")
        try store.present { try $0.hide(name.uppercased(), of: "TRANSACTION") }
        #expect(try listed(name).isEmpty)
        #expect(try columns("transaction").allSatisfy { $0.name != name })
        #expect(throws: SQLRefusal.self) { try ask("SELECT \"\(name)\" FROM transaction") }
        let width = try #require(try ask("SELECT * FROM transaction").first?.count)
        #expect(try width == columns("transaction").count)
        // It comes back with its values, and no row is any newer.
        try store.present { try $0.show(name, of: "transaction") }
        #expect(try ask("SELECT id, \"\(name)\" FROM transaction ORDER BY id") == values)
        #expect(try store.evolution.sequence == 0)
    }

    @Test func widenedTextIsListedWithItsRoom() throws {
        try store.present { try $0.widen("custbody_kns_channel", of: "transaction", to: 600) }
        #expect(try listed("custbody_kns_channel") == [["600"]])
        #expect(try columns("transaction").first { $0.name == "custbody_kns_channel" }?.type == .varchar(600))
    }

    @Test(arguments: [
        "hide nothing id", "hide transaction id", "hide transaction nothing", "widen transaction id 50",
        "widen transaction custbody_kns_channel 300", "widen transaction custbody_kns_channel 4001",
        "lift transaction memo",
        "hide transaction", "widen transaction memo",
    ])
    func nonsenseIsRefusedAndChangesNothing(command: String) async throws {
        let server = try await MockServer.start(store: store, clock: clock)
        let before = store.presentation.version
        let answer = ControlCommand.answer("columns " + command, server)
        #expect(answer.contains("\"ok\":false"), "\(answer)")
        #expect(store.presentation.version == before)
        await server.shutdown()
    }

    /// The rows of a transaction and of all that hangs on it are seen together or not at all.
    @Test func roleOfOneSubsidiarySeesItsRowsAndTheirParts() throws {
        let id = try #require(try ask("SELECT min(subsidiary) FROM transactionline WHERE id = 0")[0][0])
        let all = try ask("SELECT count(*) FROM transaction")
        let line = "(SELECT subsidiary FROM transactionline AS l WHERE l.\"transaction\" = t.id AND l.id = 0)"
        let own = try ask("SELECT t.id FROM transaction AS t WHERE \(line) = \(id) ORDER BY t.id")
        let lines = try ask(
            "SELECT count(*) FROM transactionline WHERE \"transaction\" IN (SELECT t.id FROM transaction AS t WHERE \(line) = \(id))"
        )
        let booked = try ask(
            "SELECT count(*) FROM transactionaccountingline WHERE \"transaction\" IN "
                + "(SELECT t.id FROM transaction AS t WHERE \(line) = \(id))")
        try store.present { $0.restrict(to: Int(id)) }
        #expect(try ask("SELECT id FROM transaction ORDER BY id") == own && !own.isEmpty)
        #expect(try ask("SELECT count(*) FROM transactionline") == lines)
        #expect(try ask("SELECT count(*) FROM transactionaccountingline") == booked && booked != [["0"]])
        #expect(try ask("SELECT DISTINCT subsidiary FROM customer") == [[id]])
        #expect(try ask("SELECT id FROM subsidiary") == [[id]])
        // Everybody's.
        #expect(try ask("SELECT count(*) FROM currency") != [["0"]])
        try store.present { $0.restrict(to: nil) }
        #expect(try ask("SELECT count(*) FROM transaction") == all)
    }

    @Test func roleIsSetAndLiftedThroughTheControlChannel() async throws {
        try await DriverTests.withServer { server in
            let role = ControlCommand.answer("role subsidiary 2", server)
            #expect(role == #"{"ok":true,"value":true}"#)
            #expect(ControlCommand.answer("role subsidiary x", server).contains("\"ok\":false"))
            #expect(server.store.presentation.subsidiary == 2)
            _ = ControlCommand.answer("role subsidiary all", server)
            #expect(server.store.presentation.subsidiary == nil)
        }
    }

    @Test func columnsComeWidenAndGoBySeedAndAreLogged() throws {
        func events(_ seed: Int) throws -> [[String?]] {
            let store = try Store(.netSuite(lines: 300), seed: 1, clock: clock)
            try store.configureEvolution(["columns=0.5", "seed=\(seed)", "tables=transaction"])
            try store.evolve(steps: 60)
            let log = try SQLiteConnection(path: try #require(try store.evolution.log), readOnly: true)
            let events = try log.rows(
                "SELECT event, table_name, column_name, value, sequence FROM catalog ORDER BY rowid", [])
            // The last of each column is what is seen.
            var hidden: Set<String> = []
            for event in events {
                guard let column = event[2] else { continue }
                if event[0] == "hide" { hidden.insert(column) }
                if event[0] == "show" { hidden.remove(column) }
            }
            let seen = Set(try CatalogView(store.presentation).table(named: "transaction").columns.map(\.name))
            #expect(hidden.isDisjoint(with: seen) && !hidden.isEmpty)
            return events
        }
        let one = try events(3)
        #expect(try one == events(3))
        #expect(try one != events(4))
        #expect(Set(one.map { $0[0] ?? "" }) == ["hide", "show", "widen"])
    }

    @Test func columnsThatGoChangeNothingElse() throws {
        func log(_ settings: [String]) throws -> String {
            let clock = MockClock()
            clock.freeze(at: Double(EvolutionTests.start))
            let store = try Store(.netSuite(lines: 300), seed: 1, clock: clock)
            try store.configureEvolution(settings)
            try store.evolve(steps: 20)
            return try store.versions(table: nil, since: -1, limit: .max)
        }
        #expect(try log([]) == log(["columns=1"]))
    }

    /// A step that fails takes back what it let be seen.
    @Test func refusedChangeIsSeenByNobody() throws {
        #expect(throws: Presentation.Refusal.self) {
            try store.present { seen in
                try seen.hide("memo", of: "transaction")
                try seen.hide("id", of: "transaction")
            }
        }
        #expect(try listed("memo").count == 1)
        #expect(store.presentation.version == 0)
    }

    @Test func voidedTransactionHasNoAmountsAndItsLinesKeepTheirDates() throws {
        try store.configureEvolution([
            "tables=transaction", "void=1", "insert=0", "update=0", "delete=0", "late=0", "bulk=0", "changes=3",
        ])
        let dates = try ask("SELECT \"transaction\", id, linelastmodifieddate FROM transactionline ORDER BY 1, 2")
        try store.evolve(steps: 2)
        let voided = "id IN (SELECT id FROM transaction WHERE memo = 'VOID' AND voided = 'T')"
        let ids = try ask("SELECT id FROM transaction WHERE \(voided)")
        #expect((1...6).contains(ids.count))
        #expect(try ask("SELECT count(*) FROM transaction WHERE \(voided) AND foreigntotal <> 0") == [["0"]])
        #expect(
            try ask(
                "SELECT count(*) FROM transaction WHERE \(voided) AND lastmodifieddate >= TO_DATE('2026-03-08', 'YYYY-MM-DD')"
            ) == [[String(ids.count)]])
        let lines = "\"transaction\" IN (SELECT id FROM transaction WHERE memo = 'VOID')"
        #expect(try ask("SELECT count(*) FROM transactionline WHERE \(lines) AND netamount <> 0") == [["0"]])
        #expect(
            try ask("SELECT count(*) FROM transactionaccountingline WHERE \(lines) AND (amount <> 0 OR debit <> 0)")
                == [["0"]])
        #expect(try ask("SELECT \"transaction\", id, linelastmodifieddate FROM transactionline ORDER BY 1, 2") == dates)
    }
}
