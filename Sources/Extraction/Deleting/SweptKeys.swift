/// Keys that a sweep found gone.
package struct SweptKeys: Codable, Hashable, Sendable {
    /// The sweep.
    package var run: String
    /// The column that names the rows, as the source spells it.
    package var column: String
    package var kind: KeyKind
    /// Nil where they were too many to be kept.
    package var keys: [String]?

    package init(run: String, column: String, kind: KeyKind, keys: [String]?) {
        self.run = run
        self.column = column
        self.kind = kind
        self.keys = keys
    }

    /// So many are kept of an extract: what is asked for in one list.
    package static let most = Follows.listLength

    package var values: [KeyValue] { (keys ?? []).compactMap { KeyValue($0, kind: kind) } }
}

extension DeletesState {
    /// Writes down what a sweep found gone. What is too much is forgotten from the oldest on, and that it was.
    package mutating func add(_ found: SweptKeys) {
        var all = (swept ?? []) + [found]
        while all.reduce(0, { $0 + ($1.keys?.count ?? 0) }) > SweptKeys.most,
            let oldest = all.firstIndex(where: { $0.keys != nil })
        {
            all[oldest].keys = nil
            all.removeFirst(oldest)
        }
        swept = all
    }

    /// What sweeps found gone behind one of them; all of it where that is not known any more.
    ///
    /// - Parameter heeded: The run of the last sweep that was heeded; nil for none.
    package func swept(after heeded: String?) -> ArraySlice<SweptKeys> {
        let all = swept ?? []
        guard let index = all.lastIndex(where: { $0.run == heeded }) else { return all[...] }
        return all[(index + 1)...]
    }
}
