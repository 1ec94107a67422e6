import Text

/// Whether a source has what an extract names: its table, columns and keys. Asks for the catalog only.
package struct ExtractExamination: Codable, Sendable {
    package var extract: TableExtract
    /// What its table was filled with: a column that is gone since then is a difference, for which there is a policy.
    package var held: HeldChoice?

    package init(_ extract: TableExtract, held: HeldChoice?) {
        self.extract = extract
        self.held = held
    }

    package func check(_ source: some Source) -> Check {
        let name = "extract \(extract.name)"
        do {
            let listing = try source.columns(of: extract.table, withKey: extract.uniqueColumns.isEmpty)
            let selection = ColumnSelection(extract, listing: listing, known: source.knowledge(of: listing.name))
            let chosen = try selection.columns(held: held)
            let columns = chosen.read
            try selection.checkWidth(columns, to: source.mostColumns)
            _ = try selection.names(among: columns, held: held?.columns)
            let unique = try selection.uniqueColumns(among: columns).columns
            var detail = "\(listing.name) has its \(Sentence.count(columns.count, "column"))"
            if !unique.isEmpty { detail += ", key \(unique.joined(separator: ", "))" }
            if let incremental = extract.incremental {
                detail += ", incremental key \(try selection.key(incremental.key, among: columns).name)"
            }
            let idle = (chosen.words ?? []).filter { $0.isExcluded && $0.columns.isEmpty }.map(\.word)
            if !idle.isEmpty { detail += "; \(Sentence.list(idle)) leave\(idle.count == 1 ? "s" : "") nothing out" }
            return Check(name, .pass, detail)
        } catch {
            return Check(name, failed: error)
        }
    }
}
