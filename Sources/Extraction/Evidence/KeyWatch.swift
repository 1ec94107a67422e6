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
