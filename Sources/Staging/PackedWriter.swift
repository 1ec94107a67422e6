import CSQLite
import Extraction
import Rows
import SQLite

/// The way of a row into staging whose rows wait packed: the values of a batch go column by column into one block of bytes, and that is
/// one row of the chunk's table.
///
/// For a destination that takes rows only by batches. To give each value to SQLite and to fetch it again takes four times as long
/// (2 M rows of 24 columns), and NaN and -0.0 do not survive it; here they do.
///
/// Used by one thread.
final class PackedWriter: StagedWriting {
    private let cells: StagedCells
    private let database: SQLiteDatabase
    private let statement: SQLiteStatement
    private var bindings: [CellBinding] = []
    private var layout: BatchLayout?
    private let buffer = PackedBuffer()
    private let scratch = TextScratch()
    private(set) var rowCount = 0
    let notANumber: [Int] = []
    let negativeZero: [Int] = []
    let losesNoncharacters = false

    /// - Parameters:
    ///   - table: As SQL; `PackedForm` made it.
    ///   - source: Whose rows they are.
    ///   - run: What stands in the columns that kleene-ns adds.
    init(
        into table: String, shape: StagedShape, of source: TableName, run: RunIdentity, database: SQLiteDatabase
    ) throws(SQLiteError) {
        self.cells = StagedCells(shape: shape, source: source)
        self.database = database
        statement = try database.prepare("INSERT INTO \(table) (rows, cells, run, started) VALUES (?, ?, ?, ?)")
        try statement.bind(.text(run.id), at: 3)
        try statement.bind(.text(run.startedAt.text), at: 4)
    }

    func way(of column: Int) -> CellBinding.Way { bindings[column].way }

    func prepare(for layout: BatchLayout) throws {
        if layout == self.layout { return }
        bindings = try cells.bindings(for: layout)
        self.layout = layout
    }

    func write(_ batch: RowBatch) throws {
        try prepare(for: batch.layout)
        let perRow = max(1, batch.valueBytes / max(1, batch.rowCount))
        let most = max(1, min(PackedSection.mostRows, PackedSection.budget / perRow))
        // Of the same size, and not a full one and a small rest.
        let pieces = (batch.rowCount + most - 1) / most
        for piece in 0..<pieces {
            try write(batch, batch.rowCount * piece / pieces..<batch.rowCount * (piece + 1) / pieces)
        }
        rowCount += batch.rowCount
    }

    /// Writes some rows as one, or, where SQLite has no room for all of them in one, as several.
    private func write(_ batch: RowBatch, _ rows: Range<Int>) throws {
        defer { buffer.removeAll() }
        for column in bindings.indices { try pack(batch, column, rows) }
        let limit = database.lengthLimit
        // Beside them lie their number and the run.
        guard buffer.count > limit - 256 else { return try insert(rows, of: batch) }
        guard rows.count > 1 else {
            let column = bindings.indices.first { unsafe batch.columns[$0].lengths[rows.lowerBound] > limit }
            throw cells.tooLong(batch, column: column, row: rows.lowerBound, limit: limit)
        }
        buffer.removeAll()
        let middle = rows.lowerBound + rows.count / 2
        try write(batch, rows.lowerBound..<middle)
        try write(batch, middle..<rows.upperBound)
    }

    private func insert(_ rows: Range<Int>, of batch: RowBatch) throws {
        let handle = unsafe statement.handle
        let bytes = unsafe buffer.bytes
        _ = unsafe sqlite3_bind_int64(handle, 1, Int64(rows.count))
        // The block outlives the step.
        let bound = unsafe sqlite3_bind_blob64(
            handle, 2, bytes.baseAddress, UInt64(bytes.count), KNS_SQLITE_STATIC)
        let code = unsafe bound == SQLITE_OK ? sqlite3_step(handle) : bound
        defer { unsafe sqlite3_reset(handle) }
        guard code == SQLITE_DONE else {
            throw database.error(code).failure("Staging row \(batch.firstRow + rows.lowerBound) of \(cells.source)")
        }
    }

    // MARK: One column

    private func pack(_ batch: RowBatch, _ column: Int, _ rows: Range<Int>) throws {
        let lengths = unsafe batch.columns[column].lengths
        var values = 0
        for row in rows where unsafe lengths[row] != RowBatch.null { values += 1 }
        guard values > 0 else {
            buffer.put(PackedSection.nulls.rawValue)
            return buffer.put(UInt32(0))
        }
        let start = buffer.leave(PackedSection.headerSize)
        let binding = bindings[column]
        let section: PackedSection
        switch (cells.shape.columns[column].storage, binding.way) {
        case (.integer, _), (.real, _):
            section = values == rows.count ? .numbers : .someNumbers
            try packNumbers(batch, column, rows, binding, hasNulls: values < rows.count)
        default:
            section = .values
            try packValues(batch, column, rows, binding)
        }
        buffer.put(section.rawValue, at: start)
        buffer.put(UInt32(clamping: buffer.count - start - PackedSection.headerSize), at: start + 1)
    }

    private func packNumbers(
        _ batch: RowBatch, _ column: Int, _ rows: Range<Int>, _ binding: CellBinding, hasNulls: Bool
    ) throws {
        let cells = unsafe batch.columns[column]
        if hasNulls {
            var bits: UInt8 = 0
            for (place, row) in rows.enumerated() {
                if unsafe cells.lengths[row] != RowBatch.null { bits |= 1 << UInt8(place & 7) }
                if place & 7 == 7 || place == rows.count - 1 {
                    buffer.put(bits)
                    bits = 0
                }
            }
        }
        let isAsItLies = binding.way == .int64 || binding.way == .double
        if isAsItLies, !hasNulls, unsafe !cells.isOutOfLine, unsafe cells.stride == 8 {
            return unsafe buffer.put(cells.values + rows.lowerBound * 8, count: rows.count * 8)
        }
        for row in rows {
            let length = unsafe cells.lengths[row]
            if length == RowBatch.null { continue }
            let value = unsafe batch.value(column: column, row: row)
            if isAsItLies {
                buffer.put(unsafe value.loadUnaligned(as: UInt64.self))
            } else {
                buffer.put(
                    try unsafe number(
                        UnsafeRawBufferPointer(start: value, count: length), binding, batch, column: column, row: row))
            }
        }
    }

    /// A number that came as digits, as its bits.
    private func number(
        _ bytes: UnsafeRawBufferPointer, _ binding: CellBinding, _ batch: RowBatch, column: Int, row: Int
    ) throws -> UInt64 {
        try unsafe binding.withDigits(bytes) { digits in
            unsafe binding.way == .real
                ? try cells.double(digits, batch, column: column, row: row).bitPattern
                : UInt64(
                    bitPattern: try cells.integer(digits, binding, batch, column: column, row: row))
        }
    }

    private func packValues(_ batch: RowBatch, _ column: Int, _ rows: Range<Int>, _ binding: CellBinding) throws {
        let storage = cells.shape.columns[column].storage
        let buffer = self.buffer
        let cells = unsafe batch.columns[column]
        // Values that say what they are begin with it.
        let tag: UInt8? =
            switch (storage, binding.way) {
            case (.blob, .bytes): CellTag.bytes
            case (.any, .utf8), (.any, .utf16): CellTag.text
            default: nil
            }
        var place = buffer.leave(rows.count * 4)
        for row in rows {
            defer { place += 4 }
            let length = unsafe cells.lengths[row]
            // A value that says what it is has a byte at least.
            if length == RowBatch.null || (length == 0 && binding.way == .tagged) {
                buffer.put(Int32(-1), at: place)
                continue
            }
            let start = buffer.count
            if let tag { buffer.put(tag) }
            let value = unsafe batch.value(column: column, row: row)
            switch binding.way {
            case .utf16:
                scratch.begin(byteCount: length)
                guard let text = unsafe scratch.transcode(value, count: length) else {
                    throw self.cells.malformed(batch, column: column, row: row, "is not valid UTF-16")
                }
                if let base = text.baseAddress { unsafe buffer.put(base, count: text.count) }
            // A column of text has the digits.
            case .int64: unsafe put(digitsOf: value.loadUnaligned(as: Int64.self))
            default: unsafe buffer.put(value, count: length)
            }
            // One that is longer is refused with its row.
            buffer.put(Int32(clamping: buffer.count - start), at: place)
        }
    }

    private func put(digitsOf value: Int64) {
        var rest = value.magnitude
        unsafe withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
            var place = 20
            repeat {
                place -= 1
                unsafe digits[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest > 0
            if value < 0 {
                place -= 1
                unsafe digits[place] = UInt8(ascii: "-")
            }
            guard let base = digits.baseAddress else { return }
            unsafe buffer.put(base + place, count: 20 - place)
        }
    }
}
