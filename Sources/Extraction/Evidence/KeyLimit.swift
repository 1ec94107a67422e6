import Rows

/// What one key of each row must be.
struct KeyLimit {
    let column: Int
    let key: String
    let kind: KeyKind
    let lower: KeyBound?
    let upper: KeyBound?
    /// Whether rows without the key may come.
    let holdsNulls: Bool
    /// Whether no other may.
    let isNullsOnly: Bool
    let slack: Int
    /// Whether a row had the upper end for its key.
    private(set) var hasReachedEnd = false
    private let numbers: (least: Int64, most: Int64)
    private let moments: MomentLimit
    private let excluded: [ExcludedText]
    private let end: ExcludedText?

    init(
        column: Int, key: String, kind: KeyKind, lower: KeyBound?, upper: KeyBound?, holdsNulls: Bool,
        isNullsOnly: Bool, slack: Int
    ) {
        self.column = column
        self.key = key
        self.kind = kind
        self.lower = lower
        self.upper = upper
        self.holdsNulls = holdsNulls
        self.isNullsOnly = isNullsOnly
        self.slack = slack
        numbers = Self.numbers(lower, upper)
        moments = MomentLimit(lower: lower, upper: upper, kind: kind, slack: slack)
        excluded = [lower, upper].compactMap { $0 }.filter { !$0.isIncluded }.compactMap { ExcludedText($0.value) }
        end = upper.flatMap { $0.isIncluded ? ExcludedText($0.value) : nil }
    }

    private static func numbers(_ lower: KeyBound?, _ upper: KeyBound?) -> (Int64, Int64) {
        var (least, most) = (Int64.min, Int64.max)
        if let lower, case .integer(let number) = lower.value {
            least = lower.isIncluded || number == .max ? number : number + 1
        }
        if let upper, case .integer(let number) = upper.value {
            most = upper.isIncluded || number == .min ? number : number - 1
        }
        return (least, most)
    }

    /// The batch's first row that lies outside; nil where none does.
    mutating func firstOutside(_ batch: RowBatch) -> Int? {
        let buffer = unsafe batch.columns[column]
        if isNullsOnly {
            return (0..<batch.rowCount).first { unsafe buffer.lengths[$0] != RowBatch.null }
        }
        if !holdsNulls, let row = (0..<batch.rowCount).first(where: { unsafe buffer.lengths[$0] == RowBatch.null }) {
            return row
        }
        switch kind {
        case .integer: return unsafe firstNumber(buffer, batch)
        case .timestamp, .date: return unsafe firstMoment(buffer, batch)
        case .text: return firstText(batch)
        }
    }

    private mutating func firstNumber(_ buffer: RowBatch.ColumnBuffer, _ batch: RowBatch) -> Int? {
        // A value of another form was stored as another type, and is no whole number to begin with.
        guard unsafe buffer.format == .int64, unsafe !buffer.isOutOfLine else {
            hasReachedEnd = true
            return nil
        }
        let (least, most) = numbers
        for row in 0..<batch.rowCount {
            let number = unsafe buffer.values.loadUnaligned(fromByteOffset: row * buffer.stride, as: Int64.self)
            if number > least, number < most { continue }
            if unsafe buffer.lengths[row] == RowBatch.null { continue }
            if number < least || number > most { return row }
            if number == most { hasReachedEnd = true }
        }
        return nil
    }

    private mutating func firstMoment(_ buffer: RowBatch.ColumnBuffer, _ batch: RowBatch) -> Int? {
        guard unsafe !buffer.isOutOfLine, unsafe [.utf8, .utf16].contains(buffer.format) else {
            hasReachedEnd = true
            return nil
        }
        let isWide = unsafe buffer.format == .utf16
        for row in 0..<batch.rowCount {
            let length = unsafe buffer.lengths[row]
            if length == RowBatch.null { continue }
            let bytes = unsafe UnsafeRawBufferPointer(start: buffer.values + row * buffer.stride, count: length)
            if !isWide, unsafe moments.isSurelyInside(bytes) { continue }
            switch unsafe moments.place(of: bytes, isWide: isWide) {
            case .inside: continue
            case .end: hasReachedEnd = true
            // What cannot be compared may be the end as well; but for what orders no rows.
            case .unknown: if !(unsafe MomentLimit.isNoKey(bytes, isWide: isWide)) { hasReachedEnd = true }
            // It came as a row without a key, where those are asked for.
            case .outside: if !holdsNulls || !(unsafe MomentLimit.isNoKey(bytes, isWide: isWide)) { return row }
            }
        }
        return nil
    }

    private mutating func firstText(_ batch: RowBatch) -> Int? {
        let format = unsafe batch.columns[column].format
        for row in 0..<batch.rowCount {
            let length = unsafe batch.columns[column].lengths[row]
            if length == RowBatch.null { continue }
            let bytes = unsafe UnsafeRawBufferPointer(start: batch.value(column: column, row: row), count: length)
            if excluded.contains(where: { unsafe $0.isSame(bytes, format) }) { return row }
            if !hasReachedEnd, let end, unsafe end.isSame(bytes, format) { hasReachedEnd = true }
        }
        return nil
    }

    /// What a row outside shows, as a sentence.
    func failure(row: Int, of table: TableName) -> Failure {
        let from = lower.map { " \($0.isIncluded ? "from" : "above") \($0.value)" } ?? ""
        let to = upper.map { " \($0.isIncluded ? "up to" : "below") \($0.value)" } ?? ""
        let asked =
            isNullsOnly ? "rows without \(key)" : "\(key)\(from)\(to)\(holdsNulls ? ", and rows without it" : "")"
        return Failure(
            .guarded,
            "Row \(row) of \(table) lies outside of what was asked for, which was \(asked): the source or its driver ignores "
                + "or bends conditions. Nothing was loaded.",
            advice:
                "Try another version of the driver. Where its conditions on \(key) cannot be trusted, use another key, or "
                + "a full extract in one chunk.")
    }
}
