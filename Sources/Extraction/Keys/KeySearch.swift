import Rows
import Text

/// Looks for the columns that identify a table's rows: first what others say, then the data, single columns before several.
///
/// Bounded in statements and in time; what was found by then counts.
package struct KeySearch<S: Source> {
    package struct Limits: Codable, Hashable, Sendable {
        package var statements: Int
        package var seconds: Int

        package init(statements: Int = 40, seconds: Int = 300) {
            self.statements = statements
            self.seconds = seconds
        }
    }

    private let source: S
    private let listing: CatalogTableColumns
    private let limits: Limits
    /// Seconds since the search began.
    private let elapsed: () -> Double
    /// Told before each statement what it is about; throws to stop.
    private let asks: (String) throws -> Void
    private let pool: KeyPool

    private var statements = 0
    private var rows: Int?
    private var tallies: [Exact<String>: ColumnTallies.Tally] = [:]
    private var candidates: [KeyCandidate] = []
    private var notes: [String] = []
    private var isCutShort = false

    package init(
        _ source: S, _ listing: CatalogTableColumns, limits: Limits = Limits(), elapsed: @escaping () -> Double,
        asks: @escaping (String) throws -> Void
    ) {
        self.source = source
        self.listing = listing
        self.limits = limits
        self.elapsed = elapsed
        self.asks = asks
        pool = KeyPool(listing, known: source.knowledge(of: listing.name))
    }

    package mutating func run() throws -> KeyFindings {
        candidates = pool.named
        try tally(pool.singles)
        try proveNamed()
        addSingles()
        if !candidates.contains(where: { $0.identifies == true }), rows != 0 { try searchSets() }
        let order = candidates.enumerated().sorted {
            $0.element.isBetter(than: $1.element)
                || (!$1.element.isBetter(than: $0.element) && $0.offset < $1.offset)
        }
        if pool.left > 0 {
            notes.append(
                "\(Sentence.count(pool.left, "further column", "was", "were")) not looked at: others are likelier to identify "
                    + "rows.")
        }
        if isCutShort {
            notes.append(
                "The search stopped after \(Sentence.count(statements, "statement")) in \(Int(elapsed())) s: it "
                    + "is not complete."
            )
        }
        return KeyFindings(
            listing.name, rows: rows, candidates: order.map(\.element), statements: statements, notes: notes)
    }

    // MARK: Asking

    /// Asks the source, unless the limits are reached; nil then, and where it refuses.
    private mutating func ask<Answer>(_ about: String, _ question: (S, TableName) throws -> Answer?) throws -> Answer? {
        guard statements < limits.statements, elapsed() < Double(limits.seconds) else {
            isCutShort = true
            return nil
        }
        statements += 1
        try asks(about)
        do {
            return try question(source, listing.name)
        } catch let failure as Failure where [.statement, .timeout, .data].contains(failure.kind) {
            notes.append("\(about): \(failure.message)")
            return nil
        }
    }

    /// How the values of columns are spread, several columns a statement; column by column where the source refuses several.
    private mutating func tally(_ columns: [String]) throws {
        for start in stride(from: 0, to: columns.count, by: KeyPool.columnsAtOnce) {
            let some = Array(columns[start..<min(start + KeyPool.columnsAtOnce, columns.count)])
            if try tallyAtOnce(some) || some.count == 1 { continue }
            for column in some { _ = try tallyAtOnce([column]) }
        }
    }

    private mutating func tallyAtOnce(_ columns: [String]) throws -> Bool {
        let names = columns.joined(separator: ", ")
        guard let found = try ask("the values of \(names)", { try $0.tallies(of: columns, in: $1) })
        else { return false }
        rows = found.rows
        for (column, tally) in zip(columns, found.columns) { tallies[Exact(column)] = tally }
        return true
    }

    private mutating func examples(of columns: [String]) throws -> [RepeatedKey]? {
        try ask("values of \(columns.joined(separator: ", ")) that several rows share") {
            try $0.repeatedKeys(columns, in: $1, limit: 3)
        }
    }

    // MARK: Proving

    private mutating func proveNamed() throws {
        for index in candidates.indices {
            let columns = candidates[index].columns
            let unseen = columns.filter { tallies[Exact($0)] == nil }
            if !unseen.isEmpty { try tally(unseen) }
            candidates[index].proof = try proof(of: columns)
            if candidates[index].proof == nil {
                candidates[index].obstacle =
                    isCutShort ? "the limit was reached before it was looked at" : "the source would not say"
            }
        }
    }

    private mutating func proof(of columns: [String]) throws -> KeyProof? {
        let known = columns.compactMap { tallies[Exact($0)] }
        guard let rows, known.count == columns.count else { return nil }
        let nulls = try nulls(of: columns, known)
        if columns.count == 1, let tally = known.first {
            // NULLs are the same to whoever looks for rows by them.
            let duplicates = tally.present - tally.distinct + max(0, nulls - 1)
            let shown = duplicates > 0 ? try examples(of: columns) ?? [] : []
            return KeyProof(rows: rows, nulls: nulls, duplicates: duplicates, examples: shown)
        }
        // What has a part that identifies rows does so too.
        if known.contains(where: { $0.present == rows && $0.distinct == rows }) {
            return KeyProof(rows: rows, nulls: nulls, duplicates: 0)
        }
        guard let shown = try examples(of: columns) else { return nil }
        guard !shown.isEmpty else { return KeyProof(rows: rows, nulls: nulls, duplicates: 0) }
        let duplicates = try ask("how many rows share \(columns.joined(separator: ", "))") {
            try $0.duplicates(columns, in: $1)
        }
        return KeyProof(rows: rows, nulls: nulls, duplicates: duplicates, examples: shown)
    }

    /// Rows with NULL in one of several columns.
    private mutating func nulls(of columns: [String], _ known: [ColumnTallies.Tally]) throws -> Int {
        guard let rows else { return 0 }
        let absent = known.map { rows - $0.present }
        let sum = absent.reduce(0, +)
        guard absent.filter({ $0 > 0 }).count > 1 else { return sum }
        let missing = Condition.any(columns.map { .isNull($0) })
        let counted = try ask("rows without \(columns.joined(separator: " or "))") {
            try $0.count(of: $1, where: missing)
        }
        return counted ?? absent.max() ?? sum
    }

    // MARK: Searching

    /// Single columns that identify rows though nobody says so; those that most rows have, too, for they look like keys.
    private mutating func addSingles() {
        guard let rows, rows > 0 else { return }
        for column in pool.ownKeys where !candidates.contains(where: { $0.columns.isExactly([column]) }) {
            guard let tally = tallies[Exact(column)], tally.distinct == tally.present, tally.present * 2 > rows else {
                continue
            }
            var candidate = KeyCandidate(columns: [column], origins: [.probed])
            let nulls = rows - tally.present
            candidate.proof = KeyProof(rows: rows, nulls: nulls, duplicates: max(0, nulls - 1))
            candidates.append(candidate)
        }
    }

    /// Sets of several columns: pairs of the likely ones, then the whole pool with one column after another left out as long as
    /// it still identifies the rows. What is left has no column too many.
    private mutating func searchSets() throws {
        guard let rows, rows > 0 else { return }
        let usable = pool.singles.filter {
            guard let tally = tallies[Exact($0)] else { return false }
            return tally.present == rows && tally.distinct > 1
        }
        func distinct(_ column: String) -> Int { tallies[Exact(column)]?.distinct ?? 0 }
        func mayIdentify(_ columns: [String]) -> Bool {
            columns.reduce(1.0) { $0 * Double(distinct($1)) } >= Double(rows)
        }
        let all = Array(usable.prefix(KeyPool.columnsOfSets))
        guard all.count > 1, mayIdentify(all), let clash = try examples(of: all) else { return }
        guard clash.isEmpty else {
            notes.append(
                "No set of \(all.joined(separator: ", ")) identifies the rows: there are "
                    + clash.map(\.description).joined(separator: ", ") + ".")
            return
        }
        let likely = all.prefix(KeyPool.columnsOfPairs)
        for (index, first) in likely.enumerated() {
            for second in likely.dropFirst(index + 1) where mayIdentify([first, second]) {
                guard let shared = try examples(of: [first, second]) else { return }
                if shared.isEmpty { return add([first, second], rows) }
            }
        }
        var least = all
        for column in all.reversed() where least.count > 1 {
            let rest = least.filter { !$0.isExactly(column) }
            guard mayIdentify(rest) else { continue }
            guard let shared = try examples(of: rest) else { break }
            if shared.isEmpty { least = rest }
        }
        add(least, rows)
    }

    private mutating func add(_ columns: [String], _ rows: Int) {
        var candidate = KeyCandidate(columns: columns, origins: [.probed])
        candidate.proof = KeyProof(rows: rows, nulls: 0, duplicates: 0)
        candidates.append(candidate)
    }
}
