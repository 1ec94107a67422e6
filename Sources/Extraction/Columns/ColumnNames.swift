package import Rows

/// What the columns of a read are called in the destination, where that is not what the source calls them.
///
/// All that is asked of a source, and all that a user writes, is in the source's names. What is staged, and all that a destination
/// is told or tells, is in the destination's. A plan is where the one becomes the other.
package struct ColumnNames: Codable, Hashable, Sendable {
    /// A column that has two names.
    package struct Pair: Codable, Hashable, Sendable {
        @Exact package var source: String
        @Exact package var destination: String

        package init(_ source: String, _ destination: String) {
            self.source = source
            self.destination = destination
        }
    }

    /// In the order of the read.
    package var pairs: [Pair]

    package init(_ pairs: [Pair]) { self.pairs = pairs }

    /// The destination's name of a column, as the source spells it.
    package func destination(_ source: String) -> String {
        pairs.first { $0.source.isExactly(source) }?.destination ?? source
    }

    /// The source's name of a column, as the destination has it.
    package func source(_ destination: String) -> String {
        pairs.first { $0.destination.isExactly(destination) }?.source ?? destination
    }

    /// For a person.
    var sentence: String {
        "In the destination " + pairs.map { "\($0.source) is called \($0.destination)" }.joined(separator: ", ") + "."
    }
}

extension ReadPlan {
    /// The destination's name of a column of the source.
    package func destinationName(of column: String) -> String { names?.destination(column) ?? column }

    package func destinationNames(of columns: [String]) -> [String] { columns.map(destinationName) }

    /// Columns of a result, as they are staged.
    package func destinationColumns(_ columns: [Column]) -> [Column] {
        guard let names else { return columns }
        return columns.map { column in
            var column = column
            column.name = names.destination(column.name)
            return column
        }
    }

    /// The source's name of a column of the destination.
    package func sourceName(of column: String) -> String { names?.source(column) ?? column }
}

extension TableExtract {
    /// The destination's name of a column as a user writes it, where nobody has asked the source how it spells it.
    package func destinationName(of column: String) -> String {
        let renames = renames ?? [:]
        return NameCase.unicode.find(column, among: renames.keys.sorted()).flatMap { renames[$0] } ?? column
    }
}
