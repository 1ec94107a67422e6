import Rows
import Text

extension ColumnSelection {
    /// What the columns of a read are called in the destination; nil where all have the source's names.
    ///
    /// - Parameters:
    ///   - columns: Those that are read.
    ///   - held: What the table was filled with; nil where nobody knows.
    /// - Throws: for a column that is not read, and where two columns would have one name.
    func names(among columns: [String], held: [HeldColumn]?) throws -> ColumnNames? {
        guard let renames = extract.renames, !renames.isEmpty else { return nil }
        var names: [Exact<String>: String] = [:]
        for (word, name) in renames.sorted(by: { $0.key < $1.key }) {
            guard let found = find(word, among: columns) else {
                // What the table has had is a difference, for which there is a policy.
                if !mayLack(word, held ?? []) { throw unread(word) }
                continue
            }
            guard names.updateValue(name, forKey: Exact(found)) == nil else {
                throw Failure(
                    .configuration, "The extract \"\(extract.name)\" renames \"\(found)\" twice.",
                    advice: "Keep one of the two names in \"rename\".")
            }
        }
        let called = columns.map { (source: $0, destination: names[Exact($0)] ?? $0) }
        // Rows wait in a file that cannot tell upper from lower case, whatever the destination can.
        let groups = Dictionary(grouping: called) { NameCase.unicode.folded($0.destination) }.values
        let clashes = groups.filter { group in group.count > 1 && group.contains { names[Exact($0.source)] != nil } }
        if let clash = clashes.min(by: { $0[0].source < $1[0].source }) {
            let name = clash.lazy.compactMap { names[Exact($0.source)] }.first ?? clash[0].destination
            throw Failure(
                .configuration,
                "The extract \"\(extract.name)\" would have \(Sentence.count(clash.count, "column")) of "
                    + "\(extract.table) as \"\(name)\": "
                    + "\(Sentence.list(clash.map(\.source))).",
                advice:
                    "Choose another name in \"rename\", or leave one of them out with \(extract.setting("columns")).")
        }
        let pairs = called.filter { !$0.source.isExactly($0.destination) }.map {
            ColumnNames.Pair($0.source, $0.destination)
        }
        return pairs.isEmpty ? nil : ColumnNames(pairs)
    }

    /// Whether a column that is not read was, so that its name in the destination is no slip.
    private func mayLack(_ word: String, _ held: [HeldColumn]) -> Bool {
        guard extract.loadMethod != .dropCreateLoad || extract.drift?.answers[.gone] != nil else { return false }
        return held.contains { NameCase.unicode.areSame($0.sourceName, word) }
    }

    private func unread(_ word: String) -> Failure {
        let available = listing.columns.map(\.name)
        if let listed = find(word, among: available) {
            return Failure(
                .configuration, "The extract \"\(extract.name)\" renames \"\(listed)\", which it does not read.",
                advice: "Add it to \"columns\", or take it out of \"rename\".")
        }
        let near = NearestName.of(word, among: available)
        return .absent(
            "The extract \"\(extract.name)\" renames \"\(word)\", and the table \(extract.table) has no such column.",
            advice: "\(near.map { "Did you mean \"\($0)\"? " } ?? "")Correct \"rename\"; "
                + "\(extract.columnsCommand) lists the columns.")
    }
}
