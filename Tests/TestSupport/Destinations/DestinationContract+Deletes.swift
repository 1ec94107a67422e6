import Extraction
import Foundation
import Rows
import Staging

extension DestinationContract {
    private static var gone: String { MetadataColumn.deletedAt }
    private static var keyColumns: [Column] { [Column(name: "id", type: .integer)] }

    /// An upsert whose deleted rows are marked, or go.
    private static func deleting(_ mode: Deletes.Mode, most: Double? = 1) -> TableExtract {
        var extract = extract(.upsert, key: true)
        extract.deletes = Deletes(by: .sweep, mode: mode)
        extract.deletes?.most = most
        return extract
    }

    private func load(_ rows: [[Cell?]], _ extract: TableExtract) throws {
        try run(Run(extract: extract, kind: .integer, chunks: [rows]))
    }

    private func remove(_ ids: [Int64], _ extract: TableExtract, at moment: String? = nil) throws -> LoadResult {
        var run = Run(extract: extract, columns: Self.keyColumns, chunks: [ids.map { [.integer($0)] }])
        run.extract.addsMetadataColumns = false
        return try commit(run) { change in
            change.way = .remove(on: ["id"], marking: moment.map { .init(column: Self.gone, value: $0) })
            change.removal = extract.deletes.map { RemovalGuard($0) }
        }
    }

    /// Rows that go, or are marked, because the source no longer has them.
    static var deletes: [Claim] {
        [
            Claim(description: "a table whose deleted rows are marked has the column for it from the first load on") {
                contract in
                try contract.load([row(1, "a", 1)], deleting(.soft))
                try require(try contract.table("t", ["id", gone]), ["1 -"])
            },
            Claim(description: "a table that was made before gets the column, and a row that comes back loses its mark")
            {
                contract in
                try contract.load([row(1, "a", 5), row(2, "b", 6), row(3, "c", 7)], deleting(.hard))
                try contract.load([row(1, "a", 5)], deleting(.soft))
                try require(try contract.remove([1, 2], deleting(.soft), at: moment).rowsRemoved, 2)
                try require(try contract.remove([2], deleting(.soft), at: later).rowsRemoved, nil)
                let there = try contract.place.rows("t", ["id", gone]) ?? []
                try require(there.filter { $0[1] != nil }.compactMap { $0[0] }.sorted(), ["1", "2"])
                // Back from the dead as it was before, or older: it is there.
                try contract.load([row(1, "back", 5), row(2, "older", 1)], deleting(.soft))
                try require(
                    try contract.table("t", ["id", "name", gone]), ["1 back -", "2 older -", "3 c -"])
            },
            Claim(description: "what is gone of a group is marked, and what comes again loses its mark") { contract in
                try contract.load(
                    [row(1, "a", 10), row(2, "b", 10), row(3, "c", 20), row(4, "d", 30)], deleting(.soft))
                let mark = Way.Mark(column: gone, value: moment)
                let result = try contract.replace(
                    [[row(1, "A", 10), row(6, "f", 10)]], groups: [20], unique: ["id"], marking: mark)
                try require(result.rowsRemoved, 2)
                func marked() throws -> [String] {
                    (try contract.place.rows("t", ["id", gone]) ?? []).filter { $0[1] != nil }.compactMap { $0[0] }
                        .sorted()
                }
                try require(try marked(), ["2", "3"])
                try require(try contract.table("t", ["id", "name"]), ["1 A", "2 b", "3 c", "4 d", "6 f"])
                _ = try contract.replace([[row(3, "C", 20)]], groups: [10], unique: ["id"], marking: mark)
                try require(try marked(), ["1", "2", "6"])
            },
            Claim(description: "a guard stops a change by which too many rows would go, and nothing is changed") {
                contract in
                for mode in Deletes.Mode.allCases {
                    try contract.load((1...20).map { row($0, "a", $0) }, deleting(mode))
                    let strict = deleting(mode, most: 0.05)
                    let at = mode == .soft ? moment : nil
                    try requireRefusal(.guarded, "2 of its 20 rows are gone") {
                        _ = try contract.remove([1, 2, 99], strict, at: at)
                    }
                    try require(try contract.table("t", ["id"])?.count, 20)
                    try require(try contract.remove([20, 99], strict, at: at).rowsRemoved, 1)
                    // Those that are marked are there no more.
                    try requireRefusal(.guarded, "of its 19 rows") { _ = try contract.remove([1], strict, at: at) }
                }
            },
            Claim(description: "a group that would lose too many rows is stopped") { contract in
                try contract.load((1...20).map { row($0, "a", $0 % 2) }, deleting(.hard))
                try requireRefusal(.guarded, "9 of its 20 rows are gone") {
                    var lines = extract(.append)
                    lines.uniqueColumns = ["id"]
                    lines.deletes = Deletes(by: .groups, mode: .hard)
                    lines.deletes?.most = 0.1
                    _ = try contract.commit(Run(extract: lines, chunks: [[row(1, "a", 1)]])) { change in
                        change.way = .replaceGroups(by: "k", marking: nil)
                        change.removal = lines.deletes.map { RemovalGuard($0) }
                    }
                }
                try require(try contract.table()?.count, 20)
            },
            Claim(description: "keys that staged rows lack are told; marked rows and those without a key are not") {
                contract in
                var adding = deleting(.soft)
                adding.uniqueColumns = ["id", "name"]
                var first = extract(.truncateLoad)
                first.uniqueColumns = []
                try contract.load(
                    [row(1, "a", 1), row(2, "b", 2), row(2, "B", 2), row(3, "c", 3), row(4, "d", 4), row(5, nil, 5)],
                    first)
                _ = try contract.remove([1, 4], deleting(.soft), at: moment)
                let keys = [Column(name: "id", type: .integer), Column(name: "name", type: .text)]
                let run = Run(
                    extract: adding, columns: keys,
                    chunks: [[[.integer(1), .text("a")]], [[.integer(2), .text("b")], [.integer(9), .text("z")]]])
                let destination = contract.place.destination(source: nil)
                let lease = try destination.lease(adding)
                defer { lease.end(keepsStaging: false) }
                let sealed = try contract.stage(run, lease)
                var found: [[String]] = []
                var back: [[String]] = []
                func tell(_ extract: TableExtract, since: BucketRange? = nil) throws {
                    (found, back) = ([], [])
                    try destination.eachMissing(
                        from: sealed, on: ["id", "name"], of: extract, since: since, back: { back += $0 }
                    ) { found += $0 }
                }
                try tell(adding)
                try require(found.map { $0.joined(separator: " ") }.sorted(), ["2 B", "3 c"])
                // A row that is marked and was seen again is told of, and nobody else.
                try require(back.map { $0.joined(separator: " ") }, ["1 a"])
                // Who marked rows and now removes them is rid of those as well.
                var hard = adding
                hard.deletes?.mode = .hard
                try tell(hard)
                try require(found.map { $0.joined(separator: " ") }.sorted(), ["2 B", "3 c", "4 d"])
                // Who begins later asks for nothing of what came before.
                try tell(hard, since: BucketRange.since(.integer(3), of: "k"))
                try require(found.map { $0.joined(separator: " ") }.sorted(), ["3 c", "4 d"])
            },
            Claim(description: "a mark is taken away from the rows that are named, and nothing else is changed") {
                contract in
                let extract = deleting(.soft)
                try contract.load([row(1, "a", 5), row(2, "b", 6), row(3, "c", 7)], extract)
                try require(try contract.remove([1, 2], extract, at: moment).rowsRemoved, 2)
                var run = Run(extract: extract, columns: keyColumns, chunks: [[[.integer(1)], [.integer(3)]]])
                run.extract.addsMetadataColumns = false
                let result = try contract.commit(run) { change in
                    change.way = .remove(on: ["id"], marking: .init(column: gone, value: nil))
                    // Nothing goes by it, so no guard stops it.
                    change.removal = RemovalGuard(Deletes(by: .sweep))
                }
                try require(result.rowsRemoved, nil)
                let there = try contract.place.rows("t", ["id", gone]) ?? []
                try require(there.filter { $0[1] != nil }.compactMap { $0[0] }, ["2"])
                try require(try contract.table(), ["1 a 5", "2 b 6", "3 c 7"])
            },
            Claim(description: "rows that come and rows that go in one change are one run") { contract in
                let extract = deleting(.hard)
                try contract.load([row(1, "a", 1), row(2, "b", 2)], extract)
                let destination = contract.place.destination(source: nil)
                let lease = try destination.lease(extract)
                defer { lease.end(keepsStaging: false) }
                let coming = Run(extract: extract, kind: .integer, chunks: [[row(2, "B", 3), row(3, "c", 3)]])
                var change = contract.change(coming, try contract.stage(coming, lease))
                change.state = StateChange(
                    from: nil, to: contract.state(extract, Watermark(.integer(3), isInclusive: true)))
                let going = Run(extract: extract, columns: keyColumns, chunks: [[[.integer(1)]]])
                let plan = contract.plan(going, change.rows.order.run)
                let beside = try lease.stage(
                    plan, columns: keyColumns, run: change.rows.order.run, beside: StagingUse("gone", isLoaded: true))
                try beside.write(RowBatch(texts: [["1"]], integers: [true]), chunk: 1)
                try beside.complete(chunk: 1, order: 1)
                var other = contract.change(going, try beside.seal())
                other.run = change.run
                other.way = .remove(on: ["id"], marking: nil)
                var all = Change(change)
                all.tables.append(other)
                let results = try destination.commit(all)
                try require(results.map(\.rowsRemoved), [nil, 1])
                try require(try contract.table(), ["2 B 3", "3 c 3"])
                let record = try destination.books.run(id: change.run.runID)
                try require(record?.rowsRemoved, 1)
                try require(record?.rowsAdded, 1)
                // The columns that the keys lack are not gone, and the watermark holds.
                let standing = try destination.standing(of: extract)
                try require(standing.holding?.columns?.filter { $0.absent != nil }.count ?? 0, 0)
                try require(try standing.judged(for: extract, source: nil).state?.watermark.description, "through 3")
            },
            Claim(description: "what is said of an extract moves without rows, unless somebody was there first") {
                contract in
                let extract = deleting(.hard)
                let first = Watermark(.integer(1), isInclusive: true)
                try contract.run(
                    Run(extract: extract, kind: .integer, chunks: [[row(1, "a", 1)]], watermark: nil, moves: first))
                let destination = contract.place.destination(source: nil)
                var state = contract.state(extract, first)
                state.deletes = DeletesState()
                state.deletes?.sweptAt = Timestamp(text: moment)
                var change = Change<SealedFile>()
                change.states = [StateChange(from: first, to: state)]
                _ = try destination.commit(change)
                let standing = try destination.standing(of: extract)
                try require(standing.state?.deletes?.sweptAt?.text, moment)
                try require(standing.vouched != nil, true)
                change.states = [StateChange(from: nil, to: state)]
                try requireRefusal(.destination, "was absent when the run began") { _ = try destination.commit(change) }
            },
        ]
    }

    private static var moment: String { "2026-11-28T10:00:00.000Z" }
    private static var later: String { "2026-11-29T10:00:00.000Z" }
}
