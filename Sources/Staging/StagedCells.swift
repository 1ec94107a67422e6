import Extraction
import Rows
import Text

/// The cells of an extract's batches as they are staged: how each column's are taken, and why one is refused.
struct StagedCells {
    let shape: StagedShape
    /// Whose rows they are, for a sentence.
    let source: TableName

    /// How the cells of batches of a layout are taken, by column.
    func bindings(for layout: BatchLayout) throws -> [CellBinding] {
        guard layout.slots.count == shape.columns.count else {
            throw Failure(
                .internal,
                "A batch of \(source) has \(Sentence.count(layout.slots.count, "column")) where "
                    + "\(shape.columns.count) were announced.",
                advice: "Please report this.")
        }
        return try zip(layout.slots, shape.columns).map { slot, column in
            guard let binding = CellBinding(slot.format, for: column) else {
                throw Failure(
                    .internal,
                    "Column \"\(column.name)\" of \(source) came as \(slot.format), which is not stored as "
                        + "\(column.storage.name).", advice: "Please report this.")
            }
            return binding
        }
    }

    /// The number that digits spell, where a column takes them as one.
    func integer(_ digits: UnsafeRawBufferPointer, _ binding: CellBinding, _ batch: RowBatch, column: Int, row: Int)
        throws -> Int64
    {
        guard binding.way == .scaledInteger else {
            guard let base = digits.baseAddress, let value = unsafe Encoding.parseInteger(base, count: digits.count)
            else { throw malformed(batch, column: column, row: row, "is not a whole number of 64 bits") }
            return value
        }
        guard let value = unsafe Decimal.scaledInteger(digits, scale: binding.scale) else {
            throw malformed(
                batch, column: column, row: row,
                "does not fit a scaled integer of \(binding.scale) decimal places exactly",
                advice: "Store decimals as text, with \"decimal\": \"text\" or --decimal text.")
        }
        return value
    }

    /// The same of a number that need not be whole.
    func double(_ digits: UnsafeRawBufferPointer, _ batch: RowBatch, column: Int, row: Int) throws -> Double {
        guard let value = unsafe Decimal.double(digits) else {
            throw malformed(batch, column: column, row: row, "is not a number")
        }
        return value
    }

    // MARK: Refusals

    func malformed(_ batch: RowBatch, column: Int, row: Int, _ what: String, advice: String = "") -> Failure {
        Failure(
            .data,
            "The value of column \"\(shape.columns[column].name)\" in row \(batch.firstRow + row) of \(source) "
                + "\(what).",
            advice: advice.isEmpty ? "Leave the column out with \"columns\" or --columns, or correct the row." : advice)
    }

    /// A value, or a row, that has more bytes than SQLite takes.
    ///
    /// - Parameter column: Nil where it is not one value that is too long.
    func tooLong(_ batch: RowBatch, column: Int?, row: Int, limit: Int) -> Failure {
        if let column {
            let size = unsafe max(0, batch.columns[column].lengths[row])
            return malformed(
                batch, column: column, row: row,
                "is \(Sentence.count(size, "byte", isGrouped: true)) long, and SQLite takes at most "
                    + "\(Sentence.grouped(limit))",
                advice: "Leave the column out with \"columns\" or --columns.")
        }
        let size = (0..<batch.layout.slots.count).reduce(0) { unsafe $0 + max(0, batch.columns[$1].lengths[row]) }
        return Failure(
            .data,
            "Row \(batch.firstRow + row) of \(source) has \(Sentence.count(size, "byte", isGrouped: true)) of "
                + "values, and SQLite takes at most "
                + "\(Sentence.grouped(limit)) in one row.",
            advice: "Leave the longest columns out with \"columns\" or --columns.")
    }
}

extension CellBinding {
    /// Calls a function with digits as one byte a character. What is not ASCII becomes a byte that no number has.
    func withDigits<Result>(
        _ bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        guard isWide else { return try unsafe body(bytes) }
        return try unsafe withUnsafeTemporaryAllocation(byteCount: bytes.count / 2 + 1, alignment: 1) { narrow in
            for index in 0..<bytes.count / 2 {
                let unit = unsafe bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
                unsafe narrow[index] = unit < 0x80 ? UInt8(unit) : 0xFF
            }
            return try unsafe body(UnsafeRawBufferPointer(rebasing: narrow[0..<bytes.count / 2]))
        }
    }
}
