import Extraction
import Foundation
import Rows
import SQLite
import TestSupport

@testable import Staging

/// A chunk's table of packed rows in memory, and the rows that come out of it.
struct PackedBench {
    let extract: TableExtract
    let shape: StagedShape
    let database: SQLiteDatabase
    let form: PackedForm
    let order: StagingOrder

    init(_ columns: [Column], decimal: DecimalStorage = .native, metadata: Bool = false) throws {
        extract = TableExtract(
            name: "e", table: TableName(schema: "s", name: "source"), loadMethod: .dropCreateLoad,
            destinationTable: "t",
            decimal: decimal, addsMetadataColumns: metadata)
        shape = StagedShape(extract, columns: columns)
        let run = RunIdentity(startedAt: Timestamp(Date(timeIntervalSince1970: 0)), salt: 7)
        let plan = ReadPlan(
            run: run, table: extract.table, columns: columns.map(\.name), uniqueColumns: [], isBackfill: false,
            chunks: [Chunk(number: 1)], reasons: [])
        order = StagingOrder(extract: extract, plan: plan, columns: columns, run: run)
        form = PackedForm(chunks: ChunkForm(order: order, source: nil))
        database = try SQLiteDatabase(path: ":memory:", access: .create)
        try form.create(1, shape, for: run, in: database)
    }

    func write(_ batches: RowBatch...) throws {
        let writer = try form.writer(of: 1, order, shape, in: database)
        for batch in batches { try writer.write(batch) }
    }

    /// All rows as texts; a double by its bits.
    func rows() throws -> [[String?]] {
        var rows: [[String?]] = []
        try form.eachBatch(of: form.table(1), shape, in: database) { batch in
            for row in 0..<batch.rowCount {
                rows.append(batch.layout.slots.indices.map { Self.text(batch, $0, row) })
            }
        }
        return rows
    }

    /// How many blocks the rows lie in.
    func blocks() throws -> Int { try database.count(form.table(1)) }

    static func text(_ batch: RowBatch, _ column: Int, _ row: Int) -> String? {
        guard unsafe batch.columns[column].format == .double, unsafe batch.columns[column].lengths[row] != RowBatch.null
        else { return batch.text(column: column, row: row) }
        return text(unsafe batch.value(column: column, row: row).loadUnaligned(as: Double.self))
    }

    static func text(_ value: Double) -> String { String(value.bitPattern, radix: 16) }
}
