import Text

/// Whether a source has what an extract names: its table, columns and keys. Asks for the catalog only.
package struct ExtractExamination: Codable, Sendable {
    package var extract: TableExtract
    /// What its table was filled with: a column that is gone since then is a difference, for which there is a policy.
    package var held: HeldChoice?
    /// What its table's rows are masked with; nil where nobody knows.
    package var masked: Masking?

    package init(_ extract: TableExtract, held: HeldChoice?, masked: Masking? = nil) {
        self.extract = extract
        self.held = held
        self.masked = masked
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
            // A mask that masks nothing would be read in clear; the key of masks is a check of its own.
            let masking = try selection.masking(among: columns, held: masked, key: nil)
            try masking?.checkFinding(extract, by: unique)
            _ = try selection.namedChunkKey()
            var detail = "\(listing.name) has its \(Sentence.count(columns.count, "column"))"
            if !unique.isEmpty { detail += ", key \(unique.joined(separator: ", "))" }
            if let incremental = extract.incremental {
                let key = try selection.key(incremental.key, among: columns).name
                try masking?.checkFinding(extract, by: [key])
                detail += ", incremental key \(key)"
            }
            let idle = (chosen.words ?? []).filter { $0.isExcluded && $0.columns.isEmpty }.map(\.word)
            if !idle.isEmpty { detail += "; \(Sentence.list(idle)) leave\(idle.count == 1 ? "s" : "") nothing out" }
            return Check(name, .pass, detail)
        } catch {
            return Check(name, failed: error)
        }
    }
}
