import Extraction
import Text

/// Whether a source lists what an entry for several tables stands for. Asks for the list of tables only.
struct PatternExamination: Codable, Sendable {
    private let words: [String]
    private let path: String
    private let catalog: String?
    private let schema: String?

    /// Nil for an entry for one table.
    init?(_ entry: ExtractConfiguration) {
        guard let pattern = entry.pattern else { return nil }
        (words, path) = (pattern.words, pattern.path)
        (catalog, schema) = (entry.table.catalog, entry.table.schema)
    }

    func check(_ source: some Source) -> Check {
        let pattern = TablePattern(words, path: path)
        let name = "extracts \(pattern)"
        do {
            let tables = try source.tables(schema: nil).filter {
                pattern.takes($0.table) && $0.name.isIn(schema: schema, catalog: catalog)
            }.map { $0.table.lowercased() }.sorted()
            guard !tables.isEmpty else {
                return Check(
                    name, .fail, "The source lists no table that fits.",
                    cure: "`kleene-ns tables --refresh` lists what there is; the role may lack a permission.")
            }
            guard tables.count <= TablePattern.most else {
                return Check(
                    name, .fail,
                    "\(Sentence.count(tables.count, "table", "fits", "fit")), and one entry may stand for "
                        + "\(TablePattern.most) at most.",
                    cure: "Write a narrower pattern, or several entries.")
            }
            let some = tables.prefix(5).joined(separator: ", ") + (tables.count > 5 ? ", …" : "")
            return Check(name, .pass, "\(Sentence.count(tables.count, "table")): \(some)")
        } catch {
            return Check(name, failed: error)
        }
    }
}
