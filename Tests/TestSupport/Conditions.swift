package import Extraction

/// Whether a source would find a condition true of a row that has this value in every column; nil is NULL.
package func holds(_ condition: Condition, _ value: KeyValue?) -> Bool { holds(condition) { _ in value } }

/// Whether a source would find a condition true of a row, given as its values by column; nil is NULL. Text is compared by
/// its bytes.
package func holds(_ condition: Condition, _ row: (String) -> KeyValue?) -> Bool {
    switch condition {
    case .isNull(let column), .isUnordered(let column, _): return row(column) == nil
    case .lacksKey(let column, let kind):
        guard let value = row(column), let beginning = KeyValue.beginning(of: kind), let end = KeyValue.end(of: kind)
        else {
            return row(column) == nil
        }
        return comes(value, before: beginning) || !comes(value, before: end)
    case .all(let parts): return parts.allSatisfy { holds($0, row) }
    case .any(let parts): return parts.contains { holds($0, row) }
    case .written, .amongRows: return true
    case .among(let column, let values): return row(column).map(values.contains) ?? false
    case .compare(let column, let comparison, let bound):
        guard let value = row(column) else { return false }
        switch comparison {
        case .below: return comes(value, before: bound)
        case .atMost: return !comes(bound, before: value)
        case .above: return comes(bound, before: value)
        case .atLeast: return !comes(value, before: bound)
        }
    }
}

/// The source's own order of keys.
package func comes(_ first: KeyValue, before second: KeyValue) -> Bool {
    if case .text(let left) = first, case .text(let right) = second {
        return left.utf8.lexicographicallyPrecedes(right.utf8)
    }
    return first.isBelow(second) ?? false
}
