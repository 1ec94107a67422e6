import Rows
import Text

/// Changes of types under which rows of before and rows of now must not be in one table, whatever a policy says: nothing there would tell
/// their values apart.
struct Mixing {
    private let extract: TableExtract
    /// The incremental key, as the source spells it; nil without one.
    private let key: String?

    init(_ extract: TableExtract, _ key: String?) {
        self.extract = extract
        self.key = key ?? extract.incremental?.key
    }

    /// - Parameters:
    ///   - held: The columns that the table was filled with.
    ///   - result: Those of the rows that would come to them.
    func check(_ held: [HeldColumn], _ result: [Column]) throws {
        let known = Dictionary(held.map { (FoldedName($0.name), $0) }, uniquingKeysWith: { first, _ in first })
        for column in result {
            guard let old = known[FoldedName(column.name)], let type = old.type, type != column.type else { continue }
            if extract.decimal == .scaledInteger, case .decimal(_, let before?) = type,
                case .decimal(_, let now?) = column.type, before != now
            {
                throw refusal(
                    "\"\(column.name)\" of \(extract.table) was \(type.words) and is \(column.type.words): as scaled integers the same "
                        + "number is another one now, and the table \"\(extract.destinationTable)\" would hold both.")
            }
            if let key, FoldedName(key) == FoldedName(old.sourceName), type.isOrderedUnlike(column.type) {
                throw refusal(
                    "The incremental key \"\(key)\" of \(extract.table) was \(type.words) and is \(column.type.words): which of two "
                        + "rows is the newer cannot be told across the two.")
            }
        }
    }

    private func refusal(_ message: String) -> Failure {
        Failure(
            .drift, message,
            advice: Sentence.beginning(extract.remaking) + ".")
    }
}

extension ColumnType {
    /// Whether values of one type have no place in the order of the other's.
    fileprivate func isOrderedUnlike(_ other: ColumnType) -> Bool {
        func isWhole(_ type: ColumnType) -> Bool {
            switch type {
            case .boolean, .integer, .largeInteger: true
            case .decimal(_, let scale): scale == 0
            default: false
            }
        }
        return !(isWhole(self) && isWhole(other))
    }
}
