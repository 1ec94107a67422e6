import Rows
import Text

extension ColumnSelection {
    /// The columns of a read that are masked, as the source spells them.
    ///
    /// - Parameters:
    ///   - columns: Those that are read.
    ///   - held: What the table's rows are masked with; nil where nobody knows.
    ///   - key: What tells the key of masks from others; nil where there is none.
    /// - Throws: where the source has no such column, so that another one would be read in clear.
    func masking(among columns: [String], held: Masking?, key: String?) throws -> Masking? {
        guard let masks = extract.masks, !masks.isEmpty else { return nil }
        var masking = Masking()
        for (name, mask) in masks.sorted(by: { $0.key < $1.key }) {
            if let found = find(name, among: columns) {
                masking.columns[found] = mask
            } else if find(name, among: listing.columns.map(\.name)) == nil, held?.mask(of: name) == nil {
                let near = NearestName.of(name, among: listing.columns.map(\.name))
                throw Failure(
                    .configuration,
                    "The extract \"\(extract.name)\" masks \"\(name)\", and the table \(extract.table) has no such column.",
                    advice: "\(near.map { "Did you mean \"\($0)\"? " } ?? "")Correct \"mask\"; "
                        + "`kleene-ns columns \(extract.table)` lists the columns.")
            }
        }
        if masking.columns.values.contains(.hmac) { masking.key = key }
        return masking.columns.isEmpty ? nil : masking
    }
}

extension ReadPlan {
    /// Refuses masks of columns by which rows are found again: the source knows nothing of masks.
    ///
    /// - Parameter names: The columns, besides those that identify a row.
    func checkMasking(_ extract: TableExtract, finding names: [String] = []) throws {
        guard let masking, let name = (uniqueColumns + names).first(where: { masking.mask(of: $0) != nil }) else {
            return
        }
        throw Failure(
            .configuration,
            "The extract \"\(extract.name)\" masks \"\(name)\", by which rows of \(extract.table) are found again.",
            advice: extract.uniqueColumns.isEmpty
                ? "Take \"\(name)\" out of \"mask\", or name other columns that identify a row with \"unique_columns\"."
                : "Take \"\(name)\" out of \"mask\".")
    }
}
