package import Rows

/// What is different between the columns that a destination table was filled with and those that the source has now.
///
/// A value that knows no policy; whoever meets it asks the extract what becomes of it.
package struct Drift: Codable, Sendable, Equatable {
    /// The source has them and the table was not filled with them.
    package var new: [String] = []
    /// The table was filled with them and the source does not list them any more, or as another kind than `columns` takes.
    package var gone: [String] = []
    /// Those of `gone` that are listed; nil for none.
    package var left: [String]?
    /// They were gone and are listed again.
    package var returned: [String] = []
    /// The table was filled with them, and the configuration does not name them any more.
    package var unread: [String] = []
    package var widened: [TypeChange] = []
    package var changed: [TypeChange] = []

    package struct TypeChange: Codable, Sendable, Equatable {
        package var column: String
        package var from: String
        package var to: String

        package init(column: String, from: String, to: String) {
            self.column = column
            self.from = from
            self.to = to
        }
    }

    package init() {}

    package var isEmpty: Bool { self == Drift() }

    /// By names: before a row is read.
    ///
    /// - Parameters:
    ///   - read: The columns that would be read.
    ///   - listed: All that the source lists.
    ///   - isChosenAlike: Whether the table was filled by the same words of `columns`: what is listed and not read has then
    ///     changed at the source, and not in the configuration.
    package init(held: [HeldColumn], read: [String], listed: [String], isChosenAlike: Bool = false) {
        let known = Dictionary(held.map { (FoldedName($0.sourceName), $0) }, uniquingKeysWith: { first, _ in first })
        let reads = Set(read.map { FoldedName($0) })
        let lists = Set(listed.map { FoldedName($0) })
        new = read.filter { known[FoldedName($0)] == nil }
        returned = read.filter { known[FoldedName($0)]?.absent != nil }
        for column in held where column.absent == nil && !reads.contains(FoldedName(column.sourceName)) {
            let isListed = lists.contains(FoldedName(column.sourceName))
            if isListed, !isChosenAlike {
                unread.append(column.sourceName)
                continue
            }
            gone.append(column.sourceName)
            if isListed { left = (left ?? []) + [column.sourceName] }
        }
    }

    /// By types: when a result is there, under the destination's names.
    ///
    /// - Parameter hasZone: Whether the moments of a column of the result have a zone: with one they are another hour than without.
    package init(held: [HeldColumn], result: [Column], hasZone: (Column) -> Bool? = { _ in nil }) {
        let known = Dictionary(held.map { (FoldedName($0.name), $0) }, uniquingKeysWith: { first, _ in first })
        for column in result {
            guard let held = known[FoldedName(column.name)], let old = held.type else { continue }
            if let before = held.hasZone, let now = hasZone(column), before != now {
                changed.append(
                    TypeChange(column: column.name, from: old.zonedWords(before), to: column.type.zonedWords(now)))
                continue
            }
            guard old != column.type else { continue }
            let change = TypeChange(column: column.name, from: old.words, to: column.type.words)
            if old.widens(to: column.type) { widened.append(change) } else { changed.append(change) }
        }
    }

    /// This, with the types of another.
    package func adding(types other: Drift) -> Drift {
        var drift = self
        drift.widened = other.widened
        drift.changed = other.changed
        return drift
    }
}

extension ColumnType {
    /// Whether every value of this type is one of the other's as well, written in the same way.
    func widens(to other: ColumnType) -> Bool {
        switch (self, other) {
        case (.boolean, .integer): true
        case (.decimal(let precision?, let scale?), .decimal(let wider?, let other?)):
            wider >= precision && other == scale
        case (.decimal, .decimal(nil, nil)): true
        default: false
        }
    }

    /// For a sentence that tells moments with a zone from those without.
    fileprivate func zonedWords(_ hasZone: Bool) -> String { "\(words) \(hasZone ? "with" : "without") a zone" }

    /// For a sentence.
    package var words: String {
        switch self {
        case .boolean: "boolean"
        case .integer: "whole number"
        case .largeInteger: "large whole number"
        case .decimal(let precision?, let scale?): "decimal(\(precision),\(scale))"
        case .decimal: "decimal"
        case .double: "floating point"
        case .text: "text"
        case .date: "date"
        case .time: "time"
        case .timestamp: "timestamp"
        case .uuid: "identifier"
        case .binary: "binary"
        case .any: "of any type"
        }
    }
}
