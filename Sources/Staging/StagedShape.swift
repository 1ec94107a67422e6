package import Extraction
package import Rows
import SQLite
import Text

/// What the rows of an extract look like while they wait, and in a SQLite file that takes them as they are: columns with
/// their storage, and those that kleene-ns adds.
package struct StagedShape: Hashable, Sendable {
    /// The source's columns, in order; without those that kleene-ns adds.
    package let columns: [StoredColumn]
    package let addsMetadataColumns: Bool
    /// What a person should know about how columns are stored.
    package let notes: [String]

    package init(_ extract: TableExtract, columns: [Column]) {
        self.columns = columns.map { StoredColumn($0, decimal: extract.decimal) }
        self.addsMetadataColumns = extract.addsMetadataColumns
        let asText = self.columns.filter { column in
            guard case .decimal = column.type else { return false }
            return extract.decimal == .scaledInteger && column.decimal == nil
        }
        self.notes =
            asText.isEmpty
            ? []
            : [
                "Stored as text and not as scaled integers, because the source declares no scale or more than 18 digits: "
                    + "\(Sentence.list(asText.map(\.name)))."
            ]
    }

    /// The same columns, with those that kleene-ns adds among them, for rows that have been staged already.
    package var asStored: StagedShape {
        StagedShape(columns: storedColumns.map { StoredColumn($0.name, storedAs: $0.storage) })
    }

    /// The places of some of the source's columns, each once.
    func places(of names: [String]) -> [Int] {
        var places: [Int] = []
        for place in names.compactMap({ column($0) }) where !places.contains(place) { places.append(place) }
        return places
    }

    /// Some of the source's columns, of rows that have been staged already.
    func only(_ places: [Int]) -> StagedShape {
        StagedShape(columns: places.map { StoredColumn(columns[$0].name, storedAs: columns[$0].storage) })
    }

    private init(columns: [StoredColumn]) {
        self.columns = columns
        addsMetadataColumns = false
        notes = []
    }

    /// All columns in order with their storage, the added ones last.
    package var storedColumns: [(name: String, storage: Storage)] {
        columns.map { ($0.name, $0.storage) }
            + (addsMetadataColumns ? MetadataColumn.names.map { ($0, Storage.text) } : [])
    }

    /// The place of one of the source's columns, upper and lower case ignored.
    package func column(_ name: String) -> Int? {
        columns.firstIndex { Identifier.folded($0.name) == Identifier.folded(name) }
    }

    // MARK: SQL

    /// `CREATE TABLE`. No constraints: what the source delivers is kept.
    ///
    /// - Parameters:
    ///   - table: As SQL.
    ///   - comment: What the definition says of itself, as a comment of SQL.
    package func createSQL(_ table: String, comment: String? = nil) -> String {
        let lines = storedColumns.map { "  \(Self.declaration($0.name, $0.storage))" }
        return "CREATE TABLE \(table) (\(comment.map { " " + $0 } ?? "")\n\(lines.joined(separator: ",\n"))\n)"
    }

    /// A column as it stands in a definition; without a type where values of any storage class stay what they are.
    package static func declaration(_ column: String, _ storage: Storage) -> String {
        Identifier.quote(column) + (storage == .any ? "" : " \(storage.rawValue)")
    }

    /// `INSERT` of one row with one parameter a column.
    package func insertSQL(into table: String) -> String {
        let parameters = Array(repeating: "?", count: storedColumns.count).joined(separator: ", ")
        return "INSERT INTO \(table) VALUES (\(parameters))"
    }
}
