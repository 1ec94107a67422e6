import Extraction
import Foundation
import Rows
import SQLite
import SQLiteDestination
import Staging
import TestSupport

/// One chunk of a run: its number, the place of its read, and its rows.
struct ChunkRows {
    var number = 1
    var order = 1
    var rows: [[Cell?]]

    init(_ rows: [[Cell?]]) { self.rows = rows }

    init(_ number: Int, order: Int = 1, _ rows: [[Cell?]]) {
        self.number = number
        self.order = order
        self.rows = rows
    }
}

let keyedColumns = [
    Column(name: "id", type: .integer), Column(name: "name", type: .text), Column(name: "k", type: .integer),
]

func row(_ id: Int64?, _ name: String?, _ key: Int64?) -> [Cell?] {
    [id.map { .integer($0) }, name.map { .text($0) }, key.map { .integer($0) }]
}

/// An incremental extract of `id`, `name` and the key `k`.
func makeIncremental(
    _ method: LoadMethod = .upsert, name: String = "e", unique: [String] = ["id"], adopts: Bool = false
) -> TableExtract {
    var extract = makeExtract(method, name: name, adopts: adopts)
    extract.extractType = .incremental
    extract.incremental = Incremental(key: "k")
    extract.uniqueColumns = unique
    return extract
}

func makePlan(
    _ extract: TableExtract, kind: KeyKind?, chunks: Int, watermark: Watermark? = nil,
    columns: [Column] = keyedColumns, run: RunIdentity = makeRun()
) -> ReadPlan {
    var plan = makePlan(extract, columns: columns, run: run)
    plan.keyKind = kind
    if kind != nil { plan.window = Window(key: "k", lower: nil, upper: nil, readsNulls: true) }
    plan.watermark = watermark
    plan.chunks = (1...chunks).map { Chunk(number: $0) }
    return plan
}

func through(_ value: Int64) -> Watermark { Watermark(.integer(value), isInclusive: true) }

func makeState(_ extract: TableExtract, _ watermark: Watermark, run: String? = nil) -> ExtractState {
    ExtractState(
        extract: extract.name, basis: .init(table: "source", key: "k", kind: .integer, filter: nil, columns: nil),
        watermark: watermark, runID: run, updatedAt: Timestamp(Date()))
}

/// One whole run of several chunks, given in the order in which they are completed.
@discardableResult
func runChunks(
    _ extract: TableExtract, kind: KeyKind? = .integer, columns: [Column] = keyedColumns, _ chunks: [ChunkRows],
    watermark: Watermark? = nil, state: ExtractState? = nil, into path: String
) throws -> Loaded {
    let destination = SQLiteFile(path: path)
    let run = makeRun()
    let lease = try destination.lease(extract)
    defer { lease.end(keepsStaging: false) }
    let plan = makePlan(
        extract, kind: kind, chunks: chunks.map(\.number).max() ?? 1, watermark: watermark, columns: columns, run: run)
    let staging = try lease.stage(plan, columns: columns, run: run, goingOn: false)
    for chunk in chunks where !chunk.rows.isEmpty { try staging.write(makeBatch(chunk.rows), chunk: chunk.number) }
    for chunk in chunks { try staging.complete(chunk: chunk.number, order: chunk.order) }
    let sealed = try staging.seal()
    var record = RunRecord(extract, run: run, version: "test")
    record.status = .succeeded
    record.rowsRead = sealed.rows
    return Loaded(result: try destination.load(sealed, record: record, state: state), staged: sealed.summary, run: run)
}

/// A table as lines, NULL as `-`.
func table(_ path: String, _ columns: String = "id, name, k", order: String = "id, k") throws -> [String] {
    try query(path, "SELECT \(columns) FROM t ORDER BY \(order)").map { row in
        row.map { value in
            switch value {
            case .null: "-"
            case .integer(let number): "\(number)"
            case .text(let text): text
            default: "?"
            }
        }.joined(separator: " ")
    }
}
