import Extraction
import SQLite

/// What is in the destination's tables, for a watermark that is to be recovered.
extension SQLiteFile {
    /// The largest value of a column of a destination table, as SQLite writes it; nil where there is no such table or
    /// column, or nothing in it.
    ///
    /// - Throws: a `Failure` where the values are not of one kind, so that the largest means nothing.
    package func largest(_ column: String, in table: String) throws -> String? {
        guard isThere else { return nil }
        return try trying("Looking for the largest \(column)") {
            let database = try SQLiteDatabase(path: path, access: .readOnly, busySeconds: settings.busySeconds)
            database.forbidDoubleQuotedStrings()
            guard let existing = try ExistingTable.find(table, in: database),
                let found = existing.columns.first(where: { Identifier.folded($0.name) == Identifier.folded(column) })
            else { return nil }
            let name = Identifier.quote(found.name)
            let from = "FROM main.\(Identifier.quote(existing.name))"
            let row = try database.query(
                "SELECT CAST(max(\(name)) AS TEXT), count(DISTINCT typeof(\(name))), max(typeof(\(name))) \(from) "
                    + "WHERE \(name) IS NOT NULL"
            ).first
            guard let text = row?[0].text else { return nil }
            guard row?[1].integer == 1 else {
                throw Failure(
                    .destination,
                    "The column \"\(found.name)\" of \"\(existing.name)\" holds numbers and text, "
                        + "so its largest value says nothing.", advice: "Load the table again with `state reset`.")
            }
            if let moment = try largestMoment(name, from, in: database) { return moment }
            // Whole numbers beyond 64 bits, and decimals, lie here as text and sort as text.
            guard row?[2].text != "text" || Int64(text) == nil else {
                throw Failure(
                    .destination,
                    "The column \"\(found.name)\" of \"\(existing.name)\" holds numbers as text, which do not sort as numbers do.",
                    advice: "Import a watermark with `state import`, or load the table again with `state reset`.")
            }
            return text
        }
    }

    /// The largest moment of a column most of whose values are moments, as a day where all are days; nil for another column.
    private func largestMoment(_ name: String, _ from: String, in database: SQLiteDatabase) throws -> String? {
        let moment = MomentFunction.sql(name)
        let row = try database.query(
            "SELECT max(\(moment)), count(\(moment)) * 2 > count(\(name)), max(length(\(name))) \(from)"
        ).first
        guard let row, row[1].integer == 1, let text = row[0].text else { return nil }
        return row[2].integer == 10 ? String(text.prefix(10)) : text
    }
}
