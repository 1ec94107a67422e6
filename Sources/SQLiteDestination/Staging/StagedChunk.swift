import CSQLite
import Extraction
import Rows

/// The rows of one chunk in staging: the way of a row, writing half. The bytes of a batch are bound in place, nothing is
/// allocated per value.
///
/// Used by one thread.
final class StagedChunk {
    private let extract: TableExtract
    private let definition: TableDefinition
    private let database: SQLiteDatabase
    private let statement: SQLiteStatement
    private var bindings: [CellBinding] = []
    private var layout: BatchLayout?
    private let scratch = TextScratch()
    /// Whether SQLite keeps text as UTF-16 here, where it puts U+FFFD for the noncharacters U+FFFE and U+FFFF.
    private let losesNoncharacters: Bool
    private(set) var rowCount = 0
    /// By column: values that SQLite stores as something else.
    private(set) var notANumber: [Int]
    private(set) var negativeZero: [Int]
    /// The one column that identifies the rows, if it is one, and what its numbers show.
    private let uniqueColumn: Int?
    private var uniqueNumbers = RisingNumbers()
    /// The incremental key's column, and its values so far; nil from the first batch on that only SQLite can compare.
    private let keyColumn: Int?
    private var keys: LargestValue?
    /// The same for a key of time, and for one of text.
    private var moments: MomentKeys?
    private var texts: TextKeys?
    private let uniqueColumns: [Int]
    private(set) var oddTimes: OddTimes

    /// Makes the chunk's table, for the rows of a plan.
    init(
        _ table: String, extract: TableExtract, definition: TableDefinition, plan: ReadPlan, run: RunIdentity,
        database: SQLiteDatabase
    ) throws(SQLiteError) {
        self.extract = extract
        self.definition = definition
        self.database = database
        self.notANumber = definition.columns.map { _ in 0 }
        self.negativeZero = notANumber
        self.uniqueColumn = plan.uniqueColumns.count == 1 ? definition.column(plan.uniqueColumns[0]) : nil
        self.keyColumn = plan.keyKind == nil ? nil : plan.window.flatMap { definition.column($0.key) }
        self.losesNoncharacters = try database.value("PRAGMA main.encoding")?.text != "UTF-8"
        let isTime = plan.keyKind?.isTime == true
        self.keys = isTime ? nil : keyColumn.flatMap { definition.columns[$0].order }.map { LargestValue($0) }
        self.moments = isTime ? MomentKeys() : nil
        self.texts = plan.keyKind == .text ? TextKeys() : nil
        self.uniqueColumns = plan.uniqueColumns.compactMap { definition.column($0) }
        self.oddTimes = OddTimes(definition)
        // Where the file becomes the destination, its table is the one that is kept.
        try database.query(definition.createSQL(as: table, maker: run.id))
        statement = try database.prepare(definition.insertSQL(into: table))
        if definition.addsMetadataColumns {
            // Bound once: a statement keeps its bindings from row to row.
            try statement.bind(.text(run.id), at: definition.columns.count + 1)
            try statement.bind(.text(run.startedAt.text), at: definition.columns.count + 2)
        }
    }

    /// Adds the rows of a batch.
    func write(_ batch: RowBatch) throws {
        try chooseBindings(batch.layout)
        try oddTimes.look(at: batch) { if extract.oddTimes == .fail { throw oddTime(batch, $0, $1) } }
        let handle = unsafe statement.handle
        let hasWideText = bindings.contains { $0.way == .utf16 }
        try unsafe withUnsafeTemporaryAllocation(of: Cells.self, capacity: bindings.count) { columns in
            for (column, binding) in bindings.enumerated() {
                unsafe columns.initializeElement(at: column, to: Cells(buffer: batch.columns[column], binding: binding))
            }
            for row in 0..<batch.rowCount {
                if hasWideText { unsafe scratch.begin(byteCount: wideBytes(columns, row: row)) }
                for column in 0..<columns.count {
                    let code = try unsafe bind(handle, batch, columns[column], column: column, row: row)
                    if code != SQLITE_OK { throw refusal(code, batch, column: column, row: row, database) }
                }
                let code = unsafe sqlite3_step(handle)
                if code != SQLITE_DONE { throw refusal(code, batch, column: nil, row: row, database) }
                unsafe sqlite3_reset(handle)
            }
        }
        if let uniqueColumn { unsafe uniqueNumbers.look(at: batch.columns[uniqueColumn], rows: batch.rowCount) }
        if let keyColumn, moments != nil {
            lookAtMoments(batch, column: keyColumn)
        } else if let keyColumn {
            unsafe lookAtKeys(batch.columns[keyColumn], rows: batch.rowCount, bindings[keyColumn])
        }
        rowCount += batch.rowCount
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
            "\(definition.columns[$0].name) \(batch.text(column: $0, row: row) ?? "NULL")"
        }
        moments?.odd.first = MomentProof.words(
            batch.text(column: column, row: row), unique: values, row: batch.firstRow + row)
    }

    private func lookAtKeys(_ column: RowBatch.ColumnBuffer, rows: Int, _ binding: CellBinding) {
        if unsafe column.isOutOfLine { texts = nil } else { unsafe texts?.look(at: column, rows: rows) }
        // In the form and the order in which SQLite has them, or not at all.
        let isSame =
            switch keys?.order {
            case .numbers: binding.way == .int64
            case .bytes: binding.way == .utf8 && !losesNoncharacters
            case nil: false
            }
        if isSame, unsafe !column.isOutOfLine {
            unsafe keys?.look(at: column, rows: rows)
        } else {
            keys = nil
        }
    }

    /// What was seen of the rows as they came.
    var seen: StagingFile.Seen {
        StagingFile.Seen(
            isUnique: uniqueColumn != nil && uniqueNumbers.isProven,
            keys: keys.map { StagingFile.Seen.Keys(largest: $0.value, missing: $0.missing) }, moments: moments,
            texts: texts)
    }

    /// What the loop over rows needs of a column, side by side: fetched from batch and bindings anew for each value, it took
    /// half of the loop's instructions.
    @unsafe private struct Cells {
        let buffer: RowBatch.ColumnBuffer
        let binding: CellBinding
    }

    /// One cell. The lifetime of what is bound: the batch and the scratch outlive the step, and the next row binds anew.
    @inline(__always)
    private func bind(
        _ statement: OpaquePointer, _ batch: RowBatch, _ cells: Cells, column: Int, row: Int
    ) throws -> Int32 {
        let buffer = unsafe cells.buffer
        let binding = unsafe cells.binding
        let length = unsafe buffer.lengths[row]
        let parameter = Int32(truncatingIfNeeded: column + 1)
        if length == RowBatch.null { return unsafe sqlite3_bind_null(statement, parameter) }
        let value =
            unsafe buffer.isOutOfLine
            ? batch.value(column: column, row: row) : UnsafeRawPointer(buffer.values + row * buffer.stride)
        switch binding.way {
        case .int64: return unsafe sqlite3_bind_int64(statement, parameter, value.loadUnaligned(as: Int64.self))
        case .double:
            return unsafe bind(statement, parameter, value.loadUnaligned(as: Double.self), column: column)
        case .utf8:
            if losesNoncharacters {
                try unsafe refuseNoncharacters(
                    UnsafeRawBufferPointer(start: value, count: length), batch, column: column, row: row)
            }
            return unsafe sqlite3_bind_text64(
                statement, parameter, value.assumingMemoryBound(to: CChar.self), UInt64(length), KNS_SQLITE_STATIC,
                UInt8(SQLITE_UTF8))
        case .bytes:
            return unsafe sqlite3_bind_blob64(statement, parameter, value, UInt64(length), KNS_SQLITE_STATIC)
        case .utf16:
            guard let text = unsafe scratch.transcode(value, count: length) else {
                throw malformed(batch, column: column, row: row, "is not valid UTF-16")
            }
            if losesNoncharacters { try unsafe refuseNoncharacters(text, batch, column: column, row: row) }
            return unsafe sqlite3_bind_text64(
                statement, parameter, text.baseAddress?.assumingMemoryBound(to: CChar.self), UInt64(text.count),
                KNS_SQLITE_STATIC, UInt8(SQLITE_UTF8))
        case .tagged:
            return try unsafe bindTagged(
                statement, batch, UnsafeRawBufferPointer(start: value, count: length), column: column, row: row)
        case .integer, .scaledInteger, .real:
            return try unsafe bindDigits(
                statement, batch, UnsafeRawBufferPointer(start: value, count: length), column: column, row: row, binding
            )
        }
    }

    private func bind(_ statement: OpaquePointer, _ parameter: Int32, _ value: Double, column: Int) -> Int32 {
        if value == 0, value.sign == .minus { negativeZero[column] += 1 }
        if value.isNaN {
            notANumber[column] += 1
            return unsafe sqlite3_bind_null(statement, parameter)
        }
        return unsafe sqlite3_bind_double(statement, parameter, value)
    }

    /// A value that says what it is.
    private func bindTagged(
        _ statement: OpaquePointer, _ batch: RowBatch, _ cell: UnsafeRawBufferPointer, column: Int, row: Int
    ) throws -> Int32 {
        let parameter = Int32(truncatingIfNeeded: column + 1)
        guard let start = cell.baseAddress, cell.count > 0 else {
            return unsafe sqlite3_bind_null(statement, parameter)
        }
        let value = unsafe start + 1
        let count = UInt64(cell.count - 1)
        switch unsafe start.load(as: UInt8.self) {
        case CellTag.integer:
            return unsafe sqlite3_bind_int64(statement, parameter, value.loadUnaligned(as: Int64.self))
        case CellTag.double:
            return unsafe bind(statement, parameter, value.loadUnaligned(as: Double.self), column: column)
        case CellTag.text:
            if losesNoncharacters {
                try unsafe refuseNoncharacters(
                    UnsafeRawBufferPointer(rebasing: cell.dropFirst()), batch, column: column, row: row)
            }
            return unsafe sqlite3_bind_text64(
                statement, parameter, value.assumingMemoryBound(to: CChar.self), count, KNS_SQLITE_STATIC,
                UInt8(SQLITE_UTF8))
        default:
            return unsafe sqlite3_bind_blob64(statement, parameter, value, count, KNS_SQLITE_STATIC)
        }
    }

    /// A number that came as digits.
    private func bindDigits(
        _ statement: OpaquePointer, _ batch: RowBatch, _ bytes: UnsafeRawBufferPointer, column: Int, row: Int,
        _ binding: CellBinding
    ) throws -> Int32 {
        let parameter = Int32(truncatingIfNeeded: column + 1)
        return try unsafe withDigits(bytes, isWide: binding.isWide) { digits in
            switch binding.way {
            case .scaledInteger:
                guard let value = unsafe Decimal.scaledInteger(digits, scale: binding.scale) else {
                    throw malformed(
                        batch, column: column, row: row,
                        "does not fit a scaled integer of \(binding.scale) decimal places exactly",
                        advice: "Store decimals as text, with \"decimal\": \"text\".")
                }
                return unsafe sqlite3_bind_int64(statement, parameter, value)
            case .real:
                guard let value = unsafe Decimal.double(digits) else {
                    throw malformed(batch, column: column, row: row, "is not a number")
                }
                return unsafe bind(statement, parameter, value, column: column)
            default:
                guard let base = digits.baseAddress,
                    let value = unsafe Encoding.parseInteger(base, count: digits.count)
                else { throw malformed(batch, column: column, row: row, "is not a whole number of 64 bits") }
                return unsafe sqlite3_bind_int64(statement, parameter, value)
            }
        }
    }

    /// Digits as one byte a character. What is not ASCII becomes a byte that no number has.
    private func withDigits<Result>(
        _ bytes: UnsafeRawBufferPointer, isWide: Bool, _ body: (UnsafeRawBufferPointer) throws -> Result
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

    private func wideBytes(_ columns: UnsafeMutableBufferPointer<Cells>, row: Int) -> Int {
        var sum = 0
        for column in 0..<columns.count where unsafe columns[column].binding.way == .utf16 {
            unsafe sum += max(0, columns[column].buffer.lengths[row])
        }
        return sum
    }

    private func chooseBindings(_ layout: BatchLayout) throws {
        if layout == self.layout { return }
        guard layout.slots.count == definition.columns.count else {
            throw Failure(
                .internal,
                "A batch of \(extract.table) has \(layout.slots.count) columns where \(definition.columns.count) were announced.",
                advice: "Please report this.")
        }
        bindings = try zip(layout.slots, definition.columns).map { slot, column in
            guard let binding = CellBinding(slot.format, for: column) else {
                throw Failure(
                    .internal,
                    "Column \"\(column.name)\" of \(extract.table) came as \(slot.format), which is not stored as "
                        + "\(column.storage.name).", advice: "Please report this.")
            }
            return binding
        }
        self.layout = layout
    }

    // MARK: Refusals

    private func oddTime(_ batch: RowBatch, _ column: Int, _ row: Int) -> Failure {
        malformed(
            batch, column: column, row: row,
            "is \"\((batch.text(column: column, row: row) ?? "").prefix(80))\", not a date or time as ISO 8601 writes it, and "
                + "\"odd_times\" is \"fail\"",
            advice:
                "Correct the row at the source, leave the column out with \"columns\", or set \"odd_times\" to \"note\"."
        )
    }

    private func refuseNoncharacters(_ text: UnsafeRawBufferPointer, _ batch: RowBatch, column: Int, row: Int) throws {
        var index = 0
        while index + 2 < text.count {
            // U+FFFE and U+FFFF are EF BF BE and EF BF BF.
            if unsafe text[index] == 0xEF, unsafe text[index + 1] == 0xBF, unsafe text[index + 2] >= 0xBE {
                throw malformed(
                    batch, column: column, row: row,
                    "holds U+FFFE or U+FFFF, which SQLite replaces in a file whose encoding is UTF-16",
                    advice:
                        "Load into a file whose encoding is UTF-8, leave the column out with \"columns\", or mend the row."
                )
            }
            index += 1
        }
    }

    private func malformed(_ batch: RowBatch, column: Int, row: Int, _ what: String, advice: String = "") -> Failure {
        Failure(
            .data,
            "The value of column \"\(definition.columns[column].name)\" in row \(batch.firstRow + row) of \(extract.table) "
                + "\(what).",
            advice: advice.isEmpty ? "Leave the column out with \"columns\", or mend the row." : advice)
    }

    private func refusal(_ code: Int32, _ batch: RowBatch, column: Int?, row: Int, _ database: SQLiteDatabase)
        -> any Error
    {
        let error = database.error(code)
        guard error.code.primary == .tooBig else {
            return error.failure("Staging row \(batch.firstRow + row) of \(extract.table)")
        }
        let limit = database.lengthLimit
        if let column {
            let size = unsafe max(0, batch.columns[column].lengths[row])
            return malformed(
                batch, column: column, row: row, "is \(size) bytes long, and SQLite takes at most \(limit)",
                advice: "Leave the column out with \"columns\".")
        }
        let size = (0..<batch.layout.slots.count).reduce(0) { unsafe $0 + max(0, batch.columns[$1].lengths[row]) }
        return Failure(
            .data,
            "Row \(batch.firstRow + row) of \(extract.table) has \(size) bytes of values, and SQLite takes at most "
                + "\(limit) in one row.", advice: "Leave the longest columns out with \"columns\".")
    }
}
