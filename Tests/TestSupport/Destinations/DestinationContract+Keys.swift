import Extraction
import Foundation
import Rows
import Staging

extension DestinationContract {
    private static func moments(_ rows: [(Int64, String, String?)]) -> [[Cell?]] {
        rows.map { [.integer($0.0), .text($0.1), $0.2.map { .text($0) }] }
    }

    private static var timed: [Column] {
        Array(columns.prefix(2)) + [Column(name: "k", type: .timestamp)]
    }

    /// Rows that are known by their unique columns and their incremental key.
    static var keys: [Claim] {
        [
            Claim(description: "a merge replaces and adds, and says how many are new") { contract in
                try contract.run(Run(extract: extract(.upsert), chunks: [[row(1, "a", 1), row(2, "b", 2)]]))
                let result = try contract.run(
                    Run(extract: extract(.upsert), chunks: [[row(2, "B", 2), row(3, "c", 3)]]))
                try require(result.rowsAdded, 1)
                try require(try contract.table(), ["1 a 1", "2 B 2", "3 c 3"])
            },
            Claim(description: "a row is never replaced by an older one") { contract in
                let merge = extract(.upsert, key: true)
                try contract.run(Run(extract: merge, kind: .integer, chunks: [[row(1, "new", 10), row(2, "x", nil)]]))
                try contract.run(
                    Run(extract: merge, kind: .integer, chunks: [[row(1, "old", 9), row(2, "y", 3), row(3, "z", nil)]]))
                try require(try contract.table(), ["1 new 10", "2 y 3", "3 z -"])
                try contract.run(Run(extract: merge, kind: .integer, chunks: [[row(1, "same", 10)]]))
                try require(try contract.table()?[0], "1 same 10")
            },
            Claim(description: "rows that are left out because the table has newer ones are told of") { contract in
                let merge = extract(.upsert, key: true)
                let first = try contract.run(
                    Run(extract: merge, kind: .integer, chunks: [[row(1, "a", 10), row(2, "b", 10)]]))
                let back = try contract.run(
                    Run(
                        extract: merge, kind: .integer,
                        chunks: [[row(1, "back", 9)], [row(2, "back", 8), row(3, "c", 1)]]))
                let again = try contract.run(Run(extract: merge, kind: .integer, chunks: [[row(1, "a", 10)]]))
                try require(back.notes.count, 1)
                try require(back.notes.first?.hasPrefix("2 rows came with a smaller") == true, true)
                try require(first.notes + again.notes, [])
            },
            Claim(description: "keys of time are compared as moments, whatever their spelling") { contract in
                let merge = extract(.upsert, key: true)
                func load(_ rows: [(Int64, String, String?)]) throws {
                    try contract.run(
                        Run(extract: merge, columns: timed, kind: .timestamp, chunks: [moments(rows)]))
                }
                try load([(1, "a", "2026-01-01T10:00:00.5Z"), (2, "a", "2026-01-01 10:00:00")])
                try load([(1, "older", "2026-01-01 10:00:00.25"), (2, "newer", "2026-01-01T10:00:00.000001")])
                try require(try contract.table("t", ["id", "name"]), ["1 a", "2 newer"])
            },
            Claim(description: "versions of a row are added once each") { contract in
                let add = extract(.append, key: true)
                try contract.run(Run(extract: add, kind: .integer, chunks: [[row(1, "a", 1)]]))
                let result = try contract.run(
                    Run(extract: add, kind: .integer, chunks: [[row(1, "a", 1)], [row(1, "b", 2)], [row(1, "b", 2)]]))
                try require(result.rowsAdded, 1)
                try require(try contract.table(), ["1 a 1", "1 b 2"])
            },
            Claim(description: "of a row in two chunks the one that was read later wins") { contract in
                try contract.run(Run(extract: extract(.upsert), chunks: [[row(1, "first", 1)], [row(1, "second", 1)]]))
                try require(try contract.table(), ["1 second 1"])
            },
            Claim(description: "unique columns that do not identify the rows of a chunk are refused") { contract in
                try requireRefusal(.data, "do not identify", line: #line) {
                    var twice = extract(.upsert)
                    twice.uniqueColumns = ["id", "name"]
                    try contract.run(Run(extract: twice, chunks: [[row(1, "a", 1), row(1, "a", 2)]]))
                }
                try require(try contract.table(), nil)
            },
            Claim(description: "names of columns are told apart as the destination does, and letters by their scalars")
            {
                contract in
                var merge = extract(.upsert)
                merge.uniqueColumns = ["name"]
                try contract.run(
                    Run(extract: merge, chunks: [[row(1, "caf\u{E9}"), row(2, "cafe\u{301}"), row(3, "CAFE")]]))
                try contract.run(Run(extract: merge, chunks: [[row(4, "cafe\u{301}")]]))
                try require(try contract.place.rows("t", ["id"])?.compactMap { $0[0] }.sorted(), ["1", "3", "4"])
            },
        ]
    }

    /// Groups that are replaced, and rows that go.
    static var groups: [Claim] {
        [
            Claim(description: "what the source no longer has of a group goes with it") { contract in
                try contract.run(
                    Run(
                        extract: extract(.truncateLoad),
                        chunks: [
                            [row(1, "a", 10), row(2, "b", 10), row(3, "c", 20), row(4, "d", nil), row(5, "e", 30)]
                        ]))
                let result = try contract.replace(
                    [[row(1, "A", 10), row(6, "f", 10)], [row(4, "D", nil)]], groups: [20])
                try require(result.rowsReplaced, 2)
                try require(result.rowsRemoved, 2)
                try require(result.rowsAdded, 1)
                try require(try contract.table(), ["1 A 10", "4 D -", "5 e 30", "6 f 10"])
            },
            Claim(
                description:
                    "rows of a group that come again are replaced, and the others added or gone, however they were read"
            ) {
                contract in
                for chunks in [[[row(1, "A", 10), row(6, "f", 10)]], [[row(1, "A", 10)], [row(6, "f", 10)]]] {
                    try contract.run(
                        Run(
                            extract: extract(.truncateLoad),
                            chunks: [
                                [row(1, "a", 10), row(2, "b", 10), row(3, "c", 20), row(4, "d", nil), row(5, "e", 30)]
                            ]))
                    let result = try contract.replace(chunks, groups: [20], unique: ["k", "id"])
                    try require(result.rowsReplaced, 1)
                    try require(result.rowsAdded, 1)
                    try require(result.rowsRemoved, 2)
                    try require(try contract.table(), ["1 A 10", "4 d -", "5 e 30", "6 f 10"])
                }
            },
            Claim(description: "two rows of a group that nothing tells apart go for the one that came") { contract in
                var plain = extract(.truncateLoad)
                plain.uniqueColumns = []
                try contract.run(Run(extract: plain, chunks: [[row(1, "a", 10), row(1, "b", 10), row(2, "c", 10)]]))
                let result = try contract.replace(
                    [[row(1, "A", 10), row(2, "C", 10)]], groups: [], unique: ["k", "id"])
                try require(result.rowsReplaced, 2)
                try require(result.rowsAdded, 0)
                try require(result.rowsRemoved, 1)
                try require(try contract.table(), ["1 A 10", "2 C 10"])
            },
            Claim(description: "a group that comes back empty is gone, and a row of it that was marked is not any more")
            {
                contract in
                try contract.run(
                    Run(extract: extract(.truncateLoad), chunks: [[row(1, "a", 10), row(2, "b", 10), row(3, "c", 20)]]))
                let monday = Way.Mark(column: MetadataColumn.deletedAt, value: "2026-11-30T00:00:00.000Z")
                let first = try contract.replace(
                    [[row(1, "A", 10)]], groups: [20], unique: ["k", "id"], marking: monday)
                try require(first.rowsReplaced, 1)
                try require(first.rowsRemoved, 2)
                let again = try contract.replace([[row(2, "B", 10)]], groups: [20], unique: ["k", "id"])
                try require(again.rowsReplaced, 1)
                try require(again.rowsRemoved, 2)
                try require(try contract.table("t", ["id", MetadataColumn.deletedAt]), ["2 -"])
            },
            Claim(description: "a row that went from one group to another is there once, under the new one") {
                contract in
                var merge = extract(.upsert)
                merge.uniqueColumns = ["id"]
                try contract.run(Run(extract: merge, chunks: [[row(1, "a", 10), row(2, "b", 20)]]))
                _ = try contract.replace([[row(1, "moved", 30)]], groups: [], unique: ["id"])
                try require(try contract.table(), ["1 moved 30", "2 b 20"])
            },
            Claim(description: "a row that was read in two chunks of its group is there once") { contract in
                try contract.run(Run(extract: extract(.truncateLoad), chunks: [[row(1, "a", 10)]]))
                _ = try contract.replace([[row(1, "first", 10), row(2, "b", 10)], [row(1, "second", 10)]], groups: [])
                try require(try contract.table(), ["1 second 10", "2 b 10"])
            },
            Claim(description: "rows whose keys are staged go, or are marked once") { contract in
                try contract.run(
                    Run(extract: extract(.truncateLoad), chunks: [(1...4).map { row($0, "a", $0) }]))
                let keys = [Column(name: "id", type: .integer)]
                func remove(_ ids: [Int64?], _ mark: Way.Mark?) throws -> LoadResult {
                    var run = Run(
                        extract: extract(.append), columns: keys, chunks: [ids.map { [$0.map { .integer($0) }] }])
                    run.extract.uniqueColumns = []
                    return try contract.commit(run) { $0.way = .remove(on: ["id"], marking: mark) }
                }
                _ = try remove([2], .init(column: "gone", value: "monday"))
                _ = try remove([2, 3], .init(column: "gone", value: "tuesday"))
                try require(try contract.table("t", ["id", "gone"]), ["1 -", "2 monday", "3 tuesday", "4 -"])
                try require(try remove([1, 4, 9, nil], nil).rowsRemoved, 2)
                try require(try contract.table("t", ["id"]), ["2", "3"])
            },
            Claim(description: "a key with NULL in it names the row that has NULL there, and no other") { contract in
                try contract.run(
                    Run(
                        extract: extract(.truncateLoad),
                        chunks: [
                            [row(1, "a", 10), row(2, nil, 10), row(3, nil, nil), row(4, "d", nil), row(5, nil, 50)]
                        ]))
                let keys = [Column(name: "name", type: .text), Column(name: "k", type: .integer)]
                func remove(_ rows: [[Cell?]], _ mark: Way.Mark?) throws -> LoadResult {
                    var run = Run(extract: extract(.append), columns: keys, chunks: [rows])
                    run.extract.uniqueColumns = []
                    return try contract.commit(run) { $0.way = .remove(on: ["name", "k"], marking: mark) }
                }
                _ = try remove([[nil, .integer(50)]], .init(column: "gone", value: "monday"))
                try require(try contract.table("t", ["id", "gone"]), ["1 -", "2 -", "3 -", "4 -", "5 monday"])
                let result = try remove(
                    [[.text("a"), nil], [nil, .integer(10)], [nil, nil], [.text("d"), .integer(4)]], nil)
                try require(result.rowsRemoved, 2)
                try require(try contract.table("t", ["id"]), ["1", "4", "5"])
            },
            Claim(description: "nothing is removed from a table that is not there, and none is made for it") {
                contract in
                func remove(from table: String) throws -> LoadResult {
                    var run = Run(
                        extract: extract(.append, name: table, table: table),
                        columns: [Column(name: "id", type: .integer)], chunks: [[[.integer(1)]]])
                    run.extract.uniqueColumns = []
                    return try contract.commit(run) { $0.way = .remove(on: ["id"], marking: nil) }
                }
                // Where nothing is there yet, and beside a table that is.
                try requireRefusal(.destination) { _ = try remove(from: "absent") }
                try contract.run(Run(extract: extract(.truncateLoad), chunks: [[row(1, "a", 10)]]))
                try requireRefusal(.destination) { _ = try remove(from: "absent") }
                try require(try contract.table("absent", ["id"]), nil)
                try require(try contract.table(), ["1 a 10"])
            },
        ]
    }

    /// Stages a run and commits its table, changed by a function.
    func commit(_ run: Run, _ change: (inout TableChange<SealedFile>) throws -> Void) throws -> LoadResult {
        let destination = place.destination(source: nil)
        let lease = try destination.lease(run.extract)
        defer { lease.end(keepsStaging: false) }
        var table = self.change(run, try stage(run, lease))
        try change(&table)
        return try destination.commit(Change(table))[0]
    }

    func replace(
        _ chunks: [[[Cell?]]], groups: [Int64], unique: [String]? = nil, marking mark: Way.Mark? = nil
    ) throws -> LoadResult {
        let heads = Run(
            extract: Self.extract(.append, name: "heads", table: "heads"),
            columns: [Column(name: "head", type: .integer)], chunks: [groups.map { [.integer($0)] }])
        let destination = place.destination(source: nil)
        var headsOf = heads
        headsOf.extract.uniqueColumns = []
        let lease = try destination.lease(headsOf.extract)
        defer { lease.end(keepsStaging: false) }
        let keys = try stage(headsOf, lease)
        var lines = Self.extract(.append)
        if let unique { lines.uniqueColumns = unique }
        return try commit(Run(extract: lines, chunks: chunks)) { table in
            table.way = .replaceGroups(by: "k", marking: mark)
            table.groups = [(keys, "head")]
        }
    }
}
