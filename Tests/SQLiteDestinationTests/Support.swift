import Extraction
import Foundation
import Rows
import SQLite
import SQLiteDestination
import Staging
import TestSupport

/// A directory of its own, gone when the last reference is.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path + "/kleene-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String = "out.db") -> String { path + "/" + name }
}

/// The bytes of a file; nil where it is absent.
func contents(_ path: String) -> Data? { FileManager.default.contents(atPath: path) }

let sampleColumns = [Column(name: "id", type: .integer), Column(name: "name", type: .text)]

func sampleRows(_ count: Int, prefix: String = "row") -> [[Cell?]] {
    (0..<count).map { [.integer(Int64($0)), .text("\(prefix) \($0)")] }
}

/// The load methods that need not know what identifies a row.
let methodsForAnyRows: [LoadMethod] = [.dropCreateLoad, .truncateLoad, .append]

func makeExtract(
    _ method: LoadMethod = .dropCreateLoad, name: String = "e", table: String = "t", decimal: DecimalStorage = .text,
    metadata: Bool = false, adopts: Bool = false
) -> TableExtract {
    TableExtract(
        name: name, table: TableName(schema: "s", name: "source"), loadMethod: method, destinationTable: table,
        decimal: decimal, addsMetadataColumns: metadata, adoptsTable: adopts)
}

func makeRun(_ salt: UInt32 = .random(in: .min ... .max)) -> RunIdentity {
    RunIdentity(startedAt: Timestamp(Date()), salt: salt)
}

struct Loaded {
    let result: LoadResult
    let staged: StagedRows
    let run: RunIdentity

    var notes: [String] { staged.notes + result.notes }
}

/// The plan of a full read in one chunk.
func makePlan(_ extract: TableExtract, columns: [Column] = sampleColumns, run: RunIdentity = makeRun()) -> ReadPlan {
    ReadPlan(
        run: run, table: extract.table, columns: columns.map(\.name), uniqueColumns: extract.uniqueColumns,
        isBackfill: false, chunks: [Chunk(number: 1)], reasons: [])
}

extension Lease {
    /// Staging for a full read in one chunk.
    func stage(_ extract: TableExtract, columns: [Column], run: RunIdentity) throws -> StagingFile {
        try stage(makePlan(extract, columns: columns, run: run), columns: columns, run: run, goingOn: false)
    }
}

extension SQLiteFile {
    /// Loads what was staged, as a run does.
    func load(
        _ rows: SealedFile, record: RunRecord, state: ExtractState? = nil, isGuarded: Bool = false
    ) throws -> LoadResult {
        let order = rows.order
        let extract = order.extract
        var state = state
        state?.source = record.source?.identity?.words
        var change = TableChange(
            extract.destinationTable, extract.way(order.plan), rows: rows, run: record,
            terms: TableTerms(
                extract: extract, plan: order.plan, columns: order.columns, source: record.source?.identity))
        change.state = state.map { StateChange(from: order.plan.watermark, to: $0) }
        if isGuarded { change.guards = ShrinkGuard(extract) }
        return try commit(Change(change))[0]
    }

    /// Records a run that loaded nothing.
    func record(_ record: RunRecord) throws { _ = try commit(Change(recording: record)) }
}

extension StagingFile {
    /// Rows of the one chunk.
    func write(_ batch: RowBatch) throws { try write(batch, chunk: 1) }

    /// Ends staging after its one chunk.
    func finish() throws -> SealedFile {
        try complete(chunk: 1, order: 1)
        return try seal()
    }
}

extension SealedFile {
    var rows: Int { summary.rows }
    var notes: [String] { summary.notes }
    var largestKey: KeyValue? { summary.largestKey }
}

/// One whole run: lease, stage, write, seal, load, end.
@discardableResult
func runExtract(
    _ extract: TableExtract, columns: [Column] = sampleColumns, batches: [RowBatch], into path: String,
    settings: SQLiteFile.Settings = .init()
) throws -> Loaded {
    let destination = SQLiteFile(path: path, settings: settings)
    let run = makeRun()
    let lease = try destination.lease(extract)
    defer { lease.end(keepsStaging: false) }
    let staging = try lease.stage(extract, columns: columns, run: run)
    for batch in batches { try staging.write(batch) }
    let sealed = try staging.finish()
    var record = RunRecord(extract, run: run, version: "test")
    record.status = .succeeded
    record.rowsRead = sealed.rows
    return Loaded(result: try destination.load(sealed, record: record), staged: sealed.summary, run: run)
}

@discardableResult
func runExtract(
    _ extract: TableExtract, rows: [[Cell?]], columns: [Column] = sampleColumns, into path: String
) throws -> Loaded {
    try runExtract(extract, columns: columns, batches: [makeBatch(rows)], into: path)
}

/// What a file holds, as another program sees it.
func query(_ path: String, _ sql: String) throws -> [[SQLiteValue]] {
    try SQLiteDatabase(path: path, access: .readOnly).query(sql)
}

/// Changes a file, as another program would.
func change(_ path: String, _ statements: String...) throws {
    let database = try SQLiteDatabase(path: path, access: .create)
    for statement in statements { try database.query(statement) }
}
