import Extraction
import Rows
import SQLite

/// The rows of one chunk in staging, and what is seen of them as they come.
///
/// Used by one thread.
final class StagedChunk {
    private let extract: TableExtract
    private let shape: StagedShape
    private let writer: any StagedWriting
    /// The one column that identifies the rows, if it is one, and what its numbers show.
    private let uniqueColumn: Int?
    private var uniqueNumbers = DistinctNumbers()
    /// The incremental key's column, and its values so far; nil from the first batch on that only SQLite can compare.
    private let keyColumn: Int?
    private var keys: LargestValue?
    /// The same for a key of time, and for one of text.
    private var moments: MomentKeys?
    private var texts: TextKeys?
    private let uniqueColumns: [Int]
    private(set) var oddTimes: OddTimes

    var rowCount: Int { writer.rowCount }
    /// By column: values that SQLite stores as something else.
    var notANumber: [Int] { writer.notANumber }
    var negativeZero: [Int] { writer.negativeZero }

    /// Begins a chunk whose table is there, for the rows of an order.
    init(_ writer: any StagedWriting, order: StagingOrder, shape: StagedShape) {
        let plan = order.plan
        self.extract = order.extract
        self.shape = shape
        self.uniqueColumns = order.uniqueColumns.compactMap { shape.column($0) }
        self.uniqueColumn = plan.uniqueColumns.count == 1 ? uniqueColumns.first : nil
        self.keyColumn = order.key.flatMap { shape.column($0) }
        let isTime = plan.keyKind?.isTime == true
        self.keys = isTime ? nil : keyColumn.flatMap { shape.columns[$0].order }.map { LargestValue($0) }
        self.moments = isTime ? MomentKeys() : nil
        self.texts = plan.keyKind == .text ? TextKeys() : nil
        self.oddTimes = OddTimes(shape)
        self.writer = writer
    }

    /// Adds the rows of a batch.
    func write(_ batch: RowBatch) throws {
        try writer.prepare(for: batch.layout)
        try oddTimes.look(at: batch) { if extract.oddTimes == .fail { throw oddTime(batch, $0, $1) } }
        try writer.write(batch)
        if let uniqueColumn { unsafe uniqueNumbers.look(at: batch.columns[uniqueColumn], rows: batch.rowCount) }
        if let keyColumn, moments != nil {
            lookAtMoments(batch, column: keyColumn)
        } else if let keyColumn {
            unsafe lookAtKeys(batch.columns[keyColumn], rows: batch.rowCount, writer.way(of: keyColumn))
        }
    }

    private func lookAtMoments(_ batch: RowBatch, column: Int) {
        let buffer = unsafe batch.columns[column]
        guard unsafe !buffer.isOutOfLine, unsafe buffer.format == .utf8 || buffer.format == .utf16 else {
            return moments = nil
        }
        guard let row = unsafe moments?.look(at: buffer, rows: batch.rowCount), moments?.odd.first == nil else {
            return
        }
        let values = uniqueColumns.map {
            "\(shape.columns[$0].name) \(batch.text(column: $0, row: row) ?? "NULL")"
        }
        moments?.odd.first = MomentProof.words(
            batch.text(column: column, row: row), unique: values, row: batch.firstRow + row)
    }

    private func lookAtKeys(_ column: RowBatch.ColumnBuffer, rows: Int, _ way: CellBinding.Way) {
        if unsafe column.isOutOfLine { texts = nil } else { unsafe texts?.look(at: column, rows: rows) }
        // In the form and the order in which SQLite has them, or not at all.
        let isSame =
            switch keys?.order {
            case .numbers: way == .int64
            case .bytes: way == .utf8 && !writer.losesNoncharacters
            case nil: false
            }
        if isSame, unsafe !column.isOutOfLine {
            unsafe keys?.look(at: column, rows: rows)
        } else {
            keys = nil
        }
    }

    /// What was seen of the rows as they came.
    var seen: SeenChunk {
        SeenChunk(
            isUnique: uniqueColumn != nil && uniqueNumbers.areProven,
            keys: keys.map { SeenChunk.Keys(largest: $0.value, missing: $0.missing) }, moments: moments,
            texts: texts)
    }

    private func oddTime(_ batch: RowBatch, _ column: Int, _ row: Int) -> Failure {
        StagedCells(shape: shape, source: extract.table).malformed(
            batch, column: column, row: row,
            "is \"\((batch.text(column: column, row: row) ?? "").prefix(80))\", not a date or time as ISO 8601 writes it, and "
                + "\"odd_times\" is \"fail\"",
            advice:
                "Correct the row at the source, leave the column out with \"columns\" or --columns, or set \"odd_times\" or --odd-times to note."
        )
    }
}
