package import Rows

/// Looks at the keys of rows as they come: none may lie outside of what the statement that brought them asked for. A source
/// or a driver that ignores or bends a condition is found at the first row outside.
///
/// Compared are whole numbers, moments and days, on the bytes as the driver wrote them; moments to the second, since a driver
/// may cut fractions. A moment that orders no rows counts as a missing key. Of text only the source knows the order: there a row is outside where its key is missing, or is the very
/// text of an end that is not included.
package struct KeyWatch {
    private var limits: [KeyLimit]
    /// Whether a row was seen whose key is the window's last one, which the source itself had named as its largest; or one
    /// whose key cannot be compared.
    package private(set) var hasReachedEnd = false
    private var rows = 0

    /// - Parameters:
    ///   - columns: Of the result, in the order of its batches.
    ///   - slack: Seconds by which a moment may seem to be outside: where the source compares moments as text, one moment has
    ///     several spellings.
    package init(_ plan: ReadPlan, chunk: Chunk, columns: [Column], slack: Int) {
        var limits: [KeyLimit] = []
        func column(_ name: String) -> Int? { columns.firstIndex { $0.name == name } }
        if let window = plan.window, let kind = plan.keyKind, let column = column(window.key) {
            var upper = window.upper
            if let end = chunk.end, let bound = upper, end.isBelow(bound.value) == true {
                upper = KeyBound(end, isIncluded: true)
            }
            limits.append(
                KeyLimit(
                    column: column, key: window.key, kind: kind, lower: window.lower, upper: upper,
                    holdsNulls: window.readsNulls, isNullsOnly: window.upper == nil, slack: slack))
        }
        if let range = chunk.range, let column = column(range.key), range.lower != nil || range.upper != nil {
            limits.append(
                KeyLimit(
                    column: column, key: range.key, kind: range.smallest.kind,
                    lower: range.lower.map { KeyBound($0, isIncluded: true) },
                    upper: range.upper.map { KeyBound($0, isIncluded: false) }, holdsNulls: range.holdsNulls,
                    isNullsOnly: false, slack: slack))
        }
        // The window's own limit comes first.
        endLimit = plan.window?.upper?.isIncluded == true && limits.first?.key == plan.window?.key ? 0 : nil
        self.limits = limits
    }

    private let endLimit: Int?

    /// Looks at the next rows.
    ///
    /// - Throws: a `Failure` that names the first row outside, and what was asked for.
    package mutating func look(at batch: RowBatch, of table: TableName) throws {
        for index in limits.indices {
            guard let row = limits[index].firstOutside(batch) else { continue }
            throw limits[index].failure(row: rows + row + 1, of: table)
        }
        if let endLimit, limits[endLimit].hasReachedEnd { hasReachedEnd = true }
        rows += batch.rowCount
    }
}

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

/// A text that no row may have for its key, in the forms in which drivers deliver text.
private struct ExcludedText {
    private let narrow: [UInt8]
    private let wide: [UInt8]

    init?(_ value: KeyValue) {
        guard case .text(let text) = value else { return nil }
        narrow = Array(text.utf8)
        wide = text.utf16.flatMap { unit in unsafe withUnsafeBytes(of: unit) { unsafe Array($0) } }
    }

    func isSame(_ bytes: UnsafeRawBufferPointer, _ format: CellFormat) -> Bool {
        switch format {
        case .utf8: unsafe bytes.count == narrow.count && bytes.elementsEqual(narrow)
        case .utf16: unsafe bytes.count == wide.count && bytes.elementsEqual(wide)
        case .tagged:
            unsafe bytes.first == CellTag.text && bytes.count == narrow.count + 1
                && bytes.dropFirst().elementsEqual(narrow)
        case .int64, .double, .bytes: false
        }
    }
}
