import Text

/// Whether rows may come to a table under the names that its columns are to have.
extension Standing {
    /// Refuses a table that would get a second column for one that it has, or the values of one column in another.
    ///
    /// A person who has renamed the column in the table as well has done all that is needed.
    ///
    /// - Parameter plan: With the columns that are read, all of them or the keys alone.
    func checkNames(_ extract: TableExtract, _ plan: ReadPlan) throws {
        // A table that is made again has the names of the day.
        guard extract.way(plan).keepsDefinition || extract.sweeps == true, let table,
            let held = heldColumns(by: extract)
        else { return }
        let there = Set(table.columns.map { FoldedName($0) })
        let bySource = Dictionary(held.map { (FoldedName($0.sourceName), $0) }, uniquingKeysWith: { first, _ in first })
        let byName = Dictionary(held.map { (FoldedName($0.name), $0) }, uniquingKeysWith: { first, _ in first })
        var moved: [(from: String, to: String)] = []
        for source in plan.columns {
            let name = plan.destinationName(of: source)
            if let other = byName[FoldedName(name)], FoldedName(other.sourceName) != FoldedName(source) {
                throw taken(name, by: other, for: source, extract)
            }
            guard let mine = bySource[FoldedName(source)], FoldedName(mine.name) != FoldedName(name) else { continue }
            if there.contains(FoldedName(name)), !there.contains(FoldedName(mine.name)) { continue }
            moved.append((mine.name, name))
        }
        guard let first = moved.first else { return }
        let canRename = moved.allSatisfy {
            there.contains(FoldedName($0.from)) && !there.contains(FoldedName($0.to))
        }
        let statements = moved.map {
            "`ALTER TABLE \(table.name.quoted(with: "\"")) RENAME COLUMN \($0.from.quoted(with: "\"")) TO "
                + "\($0.to.quoted(with: "\""))`"
        }
        throw Failure(
            .configuration,
            "The table \"\(extract.destinationTable)\" has the column \"\(first.from)\", which the extract "
                + "\"\(extract.name)\" would call \"\(first.to)\""
                + (moved.count > 1 ? ", and \(moved.count - 1) more like it" : "") + ".",
            advice: (canRename ? "Rename it in the table too: \(statements.joined(separator: ", ")). Or d" : "D")
                + "rop the table: the next \(extract.extractCommand) makes it again and reads everything. "
                + "Or set \(extract.setting("rename")) as it was.")
    }

    private func taken(
        _ name: String, by other: HeldColumn, for source: String, _ extract: TableExtract
    ) -> Failure {
        Failure(
            .configuration,
            "The column \"\(other.name)\" of the table \"\(extract.destinationTable)\" holds \"\(other.sourceName)\" of "
                + "\(extract.table), and the extract \"\(extract.name)\" would put \"\(source)\" there.",
            advice:
                "Choose another name with \(extract.setting("rename")); or drop the table: the next \(extract.extractCommand) "
                + "makes it again and reads everything.")
    }
}
