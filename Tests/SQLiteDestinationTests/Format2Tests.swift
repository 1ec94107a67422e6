import Extraction
import Foundation
import Rows
import SQLite
import SQLiteDestination
import TestSupport
import Testing

/// `Fixtures/format-2.db` was written by kleene-ns 0.1.0 at 27a4e2f: an incremental upsert of `items` by the key `k`, an
/// append of `other`, and a first load of `chunks` that was killed when three of its four chunks were staged, which lie in
/// `format-2-staging.db`. Its own program refuses the file once it is of format 3, which a person has tried.
@Suite struct Format2Tests {
    private let folder: Folder
    private var path: String { folder.file() }

    init() throws {
        folder = try Folder()
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        try FileManager.default.copyItem(at: fixtures.appending(path: "format-2.db"), to: URL(filePath: path))
    }

    private static let columns = [
        Column(name: "id", type: .integer, declaredType: "INTEGER"),
        Column(name: "name", type: .text, declaredType: "TEXT"),
        Column(name: "memo", type: .text, declaredType: "TEXT"),
        Column(name: "k", type: .integer, declaredType: "INTEGER"),
    ]

    private func items(_ method: LoadMethod = .upsert, table: String = "items") -> TableExtract {
        var extract = TableExtract(
            name: "items", table: TableName(name: table), loadMethod: method, destinationTable: "items")
        extract.filter = "k <= 40"
        extract.extractType = .incremental
        extract.incremental = Incremental(key: "k")
        return extract
    }

    private func source(_ count: Int64, columns: [Column] = columns) -> PlayedTable {
        PlayedTable(
            columns, rows: (1...count).map { [.integer($0), .text("item \($0)"), .text("memo \($0)"), .integer($0)] })
    }

    @Test func aWatermarkGoesOn() throws {
        let record = source(42).run(items(), into: SQLiteFile(path: path))
        #expect(record.status == .succeeded, "\(record.failure?.description ?? "")")
        #expect(record.watermarkBefore == Watermark(.integer(40), isInclusive: true))
        #expect(try query(path, "SELECT count(*), max(k) FROM items") == [[.integer(42), .integer(42)]])
        #expect(try query(path, "SELECT version FROM _kleene_format") == [[.integer(3)]])
        // From now on it is known what the table holds.
        try change(path, "DELETE FROM items")
        #expect(source(42).run(items(), into: SQLiteFile(path: path)).watermarkBefore == nil)
        #expect(try query(path, "SELECT count(*) FROM items") == [[.integer(42)]])
    }

    @Test func anEmptiedTableOfAnOlderFileIsReadAgain() throws {
        try change(path, "DELETE FROM items")
        let record = source(42).run(items(), into: SQLiteFile(path: path))
        #expect(record.status == .succeeded && record.notes.contains { $0.contains("everything is read again") })
        #expect(try query(path, "SELECT count(*) FROM items") == [[.integer(42)]])
    }

    /// The columns that the older version made lie before its own; a person's lie behind them.
    @Test func aColumnThatIsGoneIsNoticedInAnOlderFileToo() throws {
        try change(path, "ALTER TABLE items ADD COLUMN mine TEXT")
        let narrow = PlayedTable(
            Self.columns.filter { $0.name != "memo" },
            rows: (1...42).map { [.integer($0), .text("item \($0)"), .integer($0)] })
        let refused = narrow.run(items(), into: SQLiteFile(path: path))
        #expect(refused.failure?.kind == .drift, "\(refused.failure?.description ?? "succeeded")")
        #expect(refused.failure?.message.contains("\"memo\"") == true)
        #expect(refused.failure?.message.contains("\"mine\"") == false)
        var told = items()
        told.drift = DriftPolicy()
        told.drift?.answers[.gone] = .ignore
        #expect(narrow.run(told, into: SQLiteFile(path: path)).status == .succeeded)
        #expect(try query(path, "SELECT count(*), count(memo) FROM items") == [[.integer(42), .integer(40)]])
    }

    @Test func rowsOfAnotherTableAreRefusedInAnOlderFileToo() throws {
        for method in [LoadMethod.dropCreateLoad, .truncateLoad, .append, .upsert] {
            var extract = makeExtract(method, name: "departments", table: "items")
            extract.uniqueColumns = ["id"]
            let record = source(3).run(extract, into: SQLiteFile(path: path))
            #expect(record.failure?.kind == .configuration, "\(method): \(record.failure?.description ?? "succeeded")")
        }
        #expect(try query(path, "SELECT count(*) FROM items") == [[.integer(40)]])
    }

    @Test func stagedChunksAreGoneOnWith() throws {
        let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")
        let side = path + ".kleene"
        try FileManager.default.createDirectory(
            atPath: side, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try FileManager.default.copyItem(
            at: fixtures.appending(path: "format-2-staging.db"),
            to: URL(filePath: side + "/staging-chunks-99034d67cbe5d3a3.db"))
        var settings = SQLiteFile.Settings()
        settings.source = "odbc\nSQLite3\n\n\n\nDatabase=source.db"
        let destination = SQLiteFile(path: path, settings: settings)
        var extract = TableExtract(
            name: "chunks", table: TableName(name: "items"), loadMethod: .upsert, destinationTable: "chunks")
        extract.extractType = .incremental
        extract.incremental = Incremental(key: "k")
        extract.chunking.rows = 1000
        let staged = try #require(destination.glance(at: extract))
        #expect(staged.completed == [1: 849, 2: 850, 3: 850])
        // The age of the chunks is another matter.
        let settingsOfRun = RunSettings(
            retry: RetryPolicy(firstDelay: 0, longestDelay: 0), stagingAge: .greatestFiniteMagnitude)
        let record = source(3400).run(extract, into: destination, settings: settingsOfRun)
        #expect(record.status == .succeeded, "\(record.failure?.description ?? "")")
        #expect(record.resumedFrom == staged.plan.run.id && record.rowsResumed == 2549)
        #expect(
            try query(path, "SELECT count(*), count(DISTINCT id) FROM chunks") == [[.integer(3400), .integer(3400)]])
    }
}
