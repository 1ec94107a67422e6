/// Finds what someone probably meant.
package enum NearestName {
    /// The candidate that is fewest edits away, if it is alike: where most letters differ, a guess misleads.
    package static func of(_ word: String, among candidates: some Sequence<String>) -> String? {
        let best = candidates.map { ($0, distance(word.lowercased(), $0.lowercased())) }.min { $0.1 < $1.1 }
        guard let best, areAlike(word.lowercased(), best.0.lowercased(), distance: best.1) else { return nil }
        return best.0
    }

    /// At most a third of the longer name differs; or both begin with the same four letters, and are few edits apart.
    private static func areAlike(_ first: String, _ second: String, distance: Int) -> Bool {
        let length = max(first.count, second.count)
        if distance * 3 <= length { return true }
        return distance * 2 <= length && first.count >= 4 && first.prefix(4) == second.prefix(4)
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
    package static func distance(_ first: String, _ second: String) -> Int {
        let a = Array(first)
        let b = Array(second)
        var rows = [Array(0...b.count)]
        for i in 0..<a.count {
            var row = [i + 1]
            for j in 0..<b.count {
                var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, rows[i - 1][j - 1] + 1) }
                row.append(cost)
            }
            rows.append(row)
        }
        return rows[a.count][b.count]
    }
}
