import Extraction
import Foundation
import Rows
import TestSupport
import Testing
import Text

@testable import KleeneNS

/// What comes over the pipe, of whatever kind, loses its secrets as it is read, and is otherwise what was sent.
@Suite struct WordReaderTests {
    /// Something that a worker may say, without its type.
    struct Saying: Sendable, CustomTestStringConvertible {
        let kind: String
        let line: Data
        /// Reads a line of the same kind, and writes down what was read.
        let reread: @Sendable (Redactor, Data) throws -> Data

        init<Answer>(_ kind: String, _ event: WorkerEvent<Answer>) {
            self.kind = kind
            line = (try? Self.encoded(event)) ?? Data()
            reread = { try Self.encoded(try WordReader($0).read(WorkerEvent<Answer>.self, Array($1))) }
        }

        init<Q: Question>(_ question: Q.Type, _ answer: Q.Answer) {
            self.init(Q.name, WorkerEvent.answer(answer))
        }

        private static func encoded(_ value: some Encodable) throws -> Data {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return try encoder.encode(value)
        }

        var testDescription: String { "\(kind): \(String(decoding: line.prefix(60), as: UTF8.self))" }
    }

    // MARK: One of each

    static let failure = Failure(
        .connection, "No route.", advice: "Look at it.", sqlState: "08001", nativeCode: 7, function: "SQLConnect")
    static let run = RunIdentity(startedAt: Timestamp(Date(timeIntervalSince1970: 1_764_000_000)), salt: 4711)
    static let table = TableName(catalog: "cat", schema: "public", name: "orders")
    static let extract = TableExtract(name: "daily", table: table, columns: ["id"], destinationTable: "orders_here")

    static let facts = SourceFacts(
        driverName: "libodbc.so", driverVersion: "1.2", databaseName: "shop", databaseVersion: "15",
        encoding: "narrow UTF-8",
        identity: SourceIdentity(kind: .database, words: "the database shop", parts: ["server": "localhost"]))

    static var record: RunRecord {
        var record = RunRecord(extract, run: run, version: "test")
        record.finishedAt = Timestamp(Date(timeIntervalSince1970: 1_764_000_009))
        record.window = "[2026-11-01, 2026-11-02)"
        record.watermarkBefore = KeyValue("2026-11-01 00:00:00", kind: .timestamp).map {
            Watermark($0, isInclusive: true)
        }
        record.watermarkAfter = KeyValue("key", kind: .text).map { Watermark($0, isInclusive: false) }
        record.resumedFrom = "20261123T091500Z-7f3a9c01"
        record.source = facts
        var drift = Drift()
        drift.new = ["added"]
        record.drift = drift
        record.notes = ["A note."]
        record.failure = failure
        return record
    }

    /// One of each; a new case does not compile here until it is counted below.
    static func kind(_ event: RunEvent) -> Int {
        switch event {
        case .started: 0
        case .waiting: 1
        case .connected: 2
        case .planned: 3
        case .reading: 4
        case .progress: 5
        case .restarted: 6
        case .loading: 7
        case .note: 8
        case .finished: 9
        }
    }
    static let kinds = 10

    static let events: [RunEvent] = [
        .started(extract: "daily", run: run), .waiting(extract: "daily", text: "It waits."), .connected(facts),
        .planned(extract: "daily", window: "[1, 2)", chunks: 3), .reading(extract: "daily", columns: 4),
        .progress(extract: "daily", rows: 5, bytes: 6), .restarted(extract: "daily", columns: ["remarks"]),
        .loading(extract: "daily", rows: 5), .note(extract: "daily", text: "A \"note\"."), .finished(record),
    ]

    static var plan: PlannedExtract {
        var plan = PlannedExtract(extract, failure: failure)
        plan.plan = ReadPlan(
            run: run, table: table, columns: ["id", "name"], uniqueColumns: ["id"], filter: "id > 5", isBackfill: false,
            chunks: [Chunk(number: 1, end: KeyValue("12", kind: .integer))], reasons: ["Because."])
        plan.statements = ["SELECT \"id\" FROM orders"]
        plan.reasons = ["It is the first run."]
        plan.table = TableOutlook(.create, text: "It is made.", statement: "CREATE TABLE orders_here (id INTEGER)")
        return plan
    }

    static var columns: CatalogTableColumns {
        var column = CatalogColumn(name: "id", type: "BIGINT", uniqueIndexes: ["orders_pkey"])
        column.keyKind = .integer
        var columns = CatalogTableColumns(name: table, type: "TABLE", columns: [column])
        columns.nameCase = .sensitive
        return columns
    }

    static var keys: KeyFindings {
        var candidate = KeyCandidate(columns: ["id"], origins: [.declared, .bundled], source: "A public page.")
        candidate.proof = KeyProof(
            rows: 9, nulls: 1, duplicates: 2, examples: [RepeatedKey(values: ["7", nil], rows: 3)])
        candidate.obstacle = "It was not said."
        return KeyFindings(table, rows: 9, candidates: [candidate], statements: 3, notes: ["A note."])
    }

    static var comparison: VerifyRecord {
        var record = VerifyRecord(
            extract, run: run, options: VerifyOptions(sample: 0.02, repairs: true), version: "test")
        record.outcome = .different
        record.scope = "all rows"
        record.uniqueColumns = ["id"]
        record.differences = [RowDifference(.stale, key: [.integer(7), .text("a"), .null], columns: ["name"])]
        record.found = DifferenceCounts(record.differences)
        record.limits = ["A limit."]
        record.notes = ["A note."]
        record.failure = failure
        return record
    }

    static let answers: [Saying] = [
        Saying(CatalogQuestion.self, .schemas([CatalogSchema(catalog: "cat", schema: "public")])),
        Saying(
            CatalogQuestion.self,
            .tables([CatalogTable(catalog: "cat", schema: "s", table: "t", type: "VIEW", remarks: "of / sales")])),
        Saying(CatalogQuestion.self, .columns(columns)),
        Saying(PreviewQuestion.self, Preview(columns: ["a"], types: ["INTEGER"], rows: [["one\ttwo", nil]])),
        Saying(PlanQuestion.self, plan),
        Saying(DiagnosisQuestion.self, [Check("driver file", .fail, "It is gone.", cure: "Install it.")]),
        Saying(ProbeQuestion.self, .checks([Check("login", .pass, "It works.")])),
        Saying(ProbeQuestion.self, .event(.planned(["clock"]))), Saying(ProbeQuestion.self, .event(.began("clock"))),
        Saying(
            ProbeQuestion.self,
            .event(.found(ProbeFinding("clock", .info, "It runs.", facts: [.init("now", "12:00")], milliseconds: 3)))),
        Saying(KeyQuestion.self, .asking("the columns of orders")), Saying(KeyQuestion.self, .found(keys)),
        Saying(VerifyQuestion.self, .doing(extract: "daily", text: "reading")),
        Saying(VerifyQuestion.self, .note(extract: "daily", text: "A note.")),
        Saying(VerifyQuestion.self, .found(comparison)),
    ]

    static let sayings: [Saying] =
        answers + events.map { Saying("run", WorkerEvent<Never>.run($0)) }
        + [
            Saying("note", WorkerEvent<Never>.note("A note.")), Saying("failed", WorkerEvent<Never>.failed(failure)),
            Saying("clock", WorkerEvent<Never>.clock(SourceClock(session: Moment(seconds: 1_764_000_000)))),
            Saying("signalled", WorkerEvent<Never>.signalled(15)), Saying("done", WorkerEvent<Never>.done),
        ]

    @Test func oneOfEachIsHere() {
        #expect(Set(Self.events.map(Self.kind)).count == Self.kinds)
        #expect(Set(Self.answers.map(\.kind)) == Set(Questions.all.map { $0.name }))
        #expect(Set(Questions.all.map { $0.name }).count == Questions.all.count)
    }

    // MARK: Texts of a line

    /// The texts in a piece of JSON, each with the names that lead to it.
    static func texts(_ value: Any, _ path: [String] = []) -> [(path: [String], text: String)] {
        switch value {
        case let text as String: [(path, text)]
        case let members as [String: Any]:
            members.sorted { $0.key < $1.key }.flatMap { texts($1, path + [$0]) }
        case let elements as [Any]: elements.enumerated().flatMap { texts($1, path + [String($0)]) }
        default: []
        }
    }

    /// The same JSON with another text at one place.
    static func replacing(_ value: Any, _ path: ArraySlice<String>, by text: String) -> Any {
        guard let step = path.first else { return text }
        if var members = value as? [String: Any], let member = members[step] {
            members[step] = replacing(member, path.dropFirst(), by: text)
            return members
        }
        if var elements = value as? [Any], let place = Int(step) {
            elements[place] = replacing(elements[place], path.dropFirst(), by: text)
            return elements
        }
        return value
    }

    static func json(_ value: Any) throws -> Data {
        try JSONSerialization.data(withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys])
    }

    // MARK: Claims

    static let secret = "pl/ant\"ed-s3cret"

    /// Texts of runs by which they are known again, and values of keys and times, are the only ones that keep what stands in
    /// them. What is printed of them loses it at the terminal.
    @Test func aSecretPlantedIntoAnyTextOfWhatAWorkerSaysIsLost() throws {
        let redact = Redactor([Secret(Self.secret)])
        var kept: Set<String> = []
        var lost = 0
        for saying in Self.sayings {
            let line = try JSONSerialization.jsonObject(with: saying.line, options: .fragmentsAllowed)
            for (path, text) in Self.texts(line) {
                let planted = try Self.json(Self.replacing(line, path[...], by: "\(text) \(Self.secret) more"))
                // Where a text has to be one of some words, or a time, there is no room for a secret.
                guard (try? saying.reread(Redactor(), planted)) != nil else { continue }
                let read = String(decoding: try saying.reread(redact, planted), as: UTF8.self)
                if read.contains("ed-s3cret") {
                    kept.insert(path.filter { Int($0) == nil && $0 != "_0" }.suffix(2).joined(separator: "."))
                } else {
                    #expect(read.contains(" \(Redactor.replacement) more"), "\(path) of \(read)")
                    lost += 1
                }
            }
        }
        #expect(lost >= 60)
        let names = Set(kept.map { $0.split(separator: ".").last.map(String.init) ?? $0 })
        #expect(
            names == [
                // Of runs.
                "extract", "runID", "id", "startedAt", "finishedAt", "sourceTable", "destinationTable", "window",
                "resumedFrom", "version", "sqlState", "function",
                // Of an extract as it is configured.
                "name", "catalog", "schema", "columns",
                // Of a key.
                "value",
            ], "\(kept)")
    }

    /// A weak password may be a word of ours, a date or a part of an id: then that is redacted where it stands in a text, and
    /// nothing else happens.
    @Test func noSecretMakesWhatAWorkerSaysUnreadable() throws {
        var secrets: Set<String> = []
        for saying in Self.sayings {
            let line = try JSONSerialization.jsonObject(with: saying.line, options: .fragmentsAllowed)
            for (path, text) in Self.texts(line) {
                secrets.formUnion(([text] + path).flatMap { [$0, String($0.prefix(4)), String($0.suffix(4))] })
            }
        }
        for secret in secrets where secret.unicodeScalars.count >= Redactor.minimumLength {
            let redact = Redactor([Secret(secret)])
            for saying in Self.sayings where saying.line.range(of: Data(secret.utf8)) != nil {
                #expect(throws: Never.self, "\(secret) in \(saying)") { _ = try saying.reread(redact, saying.line) }
            }
        }
    }

    @Test func aRunIsKnownAgainWhateverTheSecretIs() throws {
        for secret in ["daily", "2026", Self.run.id, "orders"] {
            let reader = WordReader(Redactor([Secret(secret)]))
            for event in Self.events {
                let line = Array(try JSONEncoder().encode(WorkerEvent<Never>.run(event)))
                switch try reader.read(WorkerEvent<Never>.self, line) {
                case .run(.started(let extract, let run)): #expect(extract == "daily" && run == Self.run)
                case .run(.progress(let extract, _, _)): #expect(extract == "daily")
                case .run(.finished(let record)):
                    #expect(record.runID == Self.run.id && record.extract == "daily")
                    #expect(
                        record.watermarkBefore == Self.record.watermarkBefore && record.startedAt == Self.run.startedAt)
                default: break
                }
            }
        }
    }

    @Test func whatHoldsNoSecretIsReadAsItWasSent() throws {
        let redact = Redactor([Secret("nowhere-to-be-found")])
        for saying in Self.sayings {
            #expect(try saying.reread(redact, saying.line) == saying.line)
            // A backslash has each text looked at.
            let spaced = Data(String(decoding: saying.line, as: UTF8.self).replacing("i", with: "\\u0069").utf8)
            #expect(try saying.reread(redact, spaced) == saying.line)
        }
    }
}
