import Extraction
import Text

extension CatalogAnswer {
    /// Of listed tables those with one of these names, or that fit one of these globs, in any case.
    ///
    /// - Throws: a `Failure` for a name that fits none, with the near one.
    func choosing(_ patterns: [String]) throws -> CatalogAnswer {
        guard case .tables(let all) = self, !patterns.isEmpty else { return self }
        let globs = patterns.map { (pattern: $0, glob: Glob($0.lowercased())) }
        for (pattern, glob) in globs where !all.contains(where: { glob.matches($0.table.lowercased()) }) {
            let near = NearestName.of(pattern, among: all.map(\.table)).map { "Did you mean \"\($0)\"?" }
            throw Failure.absent(
                "The source lists no table \(Glob.isOne(pattern) ? "like " : "")\"\(pattern)\".",
                advice: near ?? "`kleene-ns tables` lists all \(all.count).")
        }
        return .tables(all.filter { table in globs.contains { $0.glob.matches(table.table.lowercased()) } })
    }
}
