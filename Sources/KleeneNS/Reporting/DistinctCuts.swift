/// Names cut to fit a column, so that those that differ still do: `customrecord_orders_2025` and `customrecord_orders_2026` have their
/// beginning in common, and cut at the end they would look like one.
enum DistinctCuts {
    /// Each name as it fits, in the same order: at its end as everything is, and otherwise only where two would look alike.
    static func cut(_ names: [String], to width: Int) -> [String] {
        var cuts = names.map { $0.elided(to: width) }
        for places in Dictionary(grouping: names.indices, by: { cuts[$0] }).values {
            let group = Set(places.map { names[$0] })
            guard group.count > 1 else { continue }
            let others = Set(names.indices.filter { !places.contains($0) }.map { cuts[$0] })
            let ways = Self.ways(group, width: width).lazy.map { way in places.map { way(names[$0]) } }
            guard let best = ways.first(where: { Set($0).count == group.count && others.isDisjoint(with: $0) }) else {
                continue
            }
            for (place, text) in zip(places, best) { cuts[place] = text }
        }
        return cuts
    }

    /// Ways to cut names that look alike at their beginning, the most readable first: out of the middle, with about as much of the
    /// beginning as of the end; then what they have in common, where they differ in the middle only.
    private static func ways(_ names: Set<String>, width: Int) -> [(String) -> String] {
        guard width >= 4 else { return [] }
        let half = width / 2
        let heads = (1..<width - 1).sorted { (abs($0 - half), $0) < (abs($1 - half), $1) }
        let common = commonPrefix(names)
        var ways: [(String) -> String] = []
        for head in heads { ways.append { $0.withoutMiddle(head: head, to: width) } }
        ways.append { "…" + $0.dropFirst(common).elided(to: width - 1) }
        return ways
    }

    /// How many characters all of them begin with.
    private static func commonPrefix(_ names: Set<String>) -> Int {
        guard let first = names.first else { return 0 }
        return names.reduce(first.count) { length, name in
            min(length, zip(first, name).prefix { $0 == $1 }.count)
        }
    }
}

extension String {
    /// The text, cut out of its middle where it takes more room than this.
    ///
    /// - Parameter head: Columns of its beginning that stay at most.
    fileprivate func withoutMiddle(head: Int, to width: Int) -> String {
        guard displayWidth > width else { return self }
        func taken(_ characters: some Sequence<Character>, _ room: Int) -> [Character] {
            var used = 0
            return Array(
                characters.prefix { character in
                    used += character.displayWidth
                    return used <= room
                })
        }
        let end = taken(reversed(), width - 1 - head).reversed()
        return String(taken(self, head)) + "…" + String(end)
    }
}
