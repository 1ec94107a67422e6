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
            } else if find(name, among: listing.columns.map(\.name)) == nil, held?.mask(of: name) == nil,
                extract.masksWhereThere?.containsExactly(name) != true
            {
                let near = NearestName.of(name, among: listing.columns.map(\.name))
                throw Failure.absent(
                    "The extract \"\(extract.name)\" masks \"\(name)\", and the table \(extract.table) has no such column.",
                    advice: "\(near.map { "Did you mean \"\($0)\"? " } ?? "")Correct \"mask\"; "
                        + "\(extract.columnsCommand) lists the columns.")
            }
        }
        if masking.columns.values.contains(.hmac) { masking.key = key }
        return masking.columns.isEmpty ? nil : masking
    }

    /// Columns that are masked where tables have them, and that this one has not.
    private var absentMasks: [String] {
        (extract.masksWhereThere ?? []).filter { find($0, among: listing.columns.map(\.name)) == nil }
    }

    /// Which masks have nothing to do, for a plan; nil where each has.
    var absentMaskReason: String? {
        let absent = absentMasks
        guard !absent.isEmpty else { return nil }
        return
            "\(Sentence.list(absent)), which \"mask\" names, \(absent.count == 1 ? "is no column" : "are no columns") of "
            + "\(extract.table)."
    }

    /// Columns that are read in clear and are called nearly as one that is masked, a sentence each: whoever wrote the mask may have
    /// meant them.
    ///
    /// - Parameter columns: Those that are read.
    func nearMaskNotes(among columns: [String], masked: Masking?) -> [String] {
        let clear = columns.filter { masked?.mask(of: $0) == nil }
        return absentMasks.compactMap { name in
            guard name.count > 3,
                let near = clear.first(where: { NearestName.distance(name.lowercased(), $0.lowercased()) == 1 })
            else { return nil }
            return
                "\"mask\" names \"\(name)\", which is no column of \(extract.table); its column \"\(near)\" is read in clear."
        }
    }
}

extension ReadPlan {
    /// Refuses masks of columns by which rows are found again: the source knows nothing of masks.
    ///
    /// - Parameter names: The columns, besides those that identify a row.
    func checkMasking(_ extract: TableExtract, finding names: [String] = []) throws {
        try masking?.checkFinding(extract, by: uniqueColumns + names)
    }
}

extension Masking {
    /// Refuses masks of columns by which rows are found again.
    func checkFinding(_ extract: TableExtract, by names: [String]) throws {
        guard let name = names.first(where: { mask(of: $0) != nil }) else { return }
        throw Failure(
            .configuration,
            "The extract \"\(extract.name)\" masks \"\(name)\", by which rows of \(extract.table) are found again.",
            advice: (extract.masksWhereThere == nil
                ? "Take \"\(name)\" out of \"mask\""
                : "Write \"mask\": {\"\(name)\": null} in an entry for this table, which leaves the column in clear")
                + (extract.uniqueColumns.isEmpty
                    ? ", or name other columns that identify a row with \(extract.setting("unique_columns"))." : "."))
    }
}
