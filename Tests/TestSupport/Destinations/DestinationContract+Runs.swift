import Extraction
import Foundation
import Rows
import Staging

extension DestinationContract {
    private static func through(_ value: Int64) -> Watermark { Watermark(.integer(value), isInclusive: true) }

    /// What a change brings, it brings at once.
    static var together: [Claim] {
        [
            Claim(description: "tables of one change are seen together or not at all") { contract in
                let destination = contract.place.destination(source: nil)
                let runs = ["a", "b"].map {
                    Run(extract: extract(.upsert, name: $0, table: $0), chunks: [[row(1, $0)]])
                }
                let leases = try runs.map { try destination.lease($0.extract) }
                defer { leases.forEach { $0.end(keepsStaging: false) } }
                var change = Change<SealedFile>()
                change.tables = try zip(runs, leases).map { contract.change($0, try contract.stage($0, $1)) }
                var refused = change
                refused.tables[1].state = StateChange(from: through(5), to: contract.state(runs[1].extract, through(6)))
                try requireRefusal(.destination, "nothing was loaded") { _ = try destination.commit(refused) }
                try require(try contract.table("a"), nil)
                try require(try destination.books.states().count, 0)
                try require(try destination.commit(change).map(\.rowsAdded), [1, 1])
                try require(try contract.table("a"), ["1 a -"])
                try require(try contract.table("b"), ["1 b -"])
                try require(Set(try destination.books.runs(extract: nil, limit: 9).map(\.extract)), ["a", "b"])
            },
            Claim(description: "the record of a run comes with its rows, and that of a failure does not take its place")
            {
                contract in
                let run = Run(extract: extract(.truncateLoad), chunks: [[row(1, "a"), row(2, "b")]])
                try contract.run(run)
                let destination = contract.place.destination(source: nil)
                let record = try require(destination.books.runs(extract: "e", limit: 1).first)
                try require(record.status, .succeeded)
                try require(record.rowsInTable, 2)
                var failed = record
                failed.status = .failed
                _ = try destination.commit(Change(recording: failed))
                try require(try destination.books.run(id: record.runID)?.status, .succeeded)
                try require(try destination.books.lastFullRun(of: "e", reading: "s.source")?.runID, record.runID)
            },
            Claim(description: "a run that failed is recorded and its rows are not there") { contract in
                try contract.run(Run(extract: extract(.truncateLoad), chunks: [[row(1, "a")]]))
                let destination = contract.place.destination(source: nil)
                let identity = RunIdentity(startedAt: Timestamp(Date()), salt: 7)
                let record = RunRecord(extract(.truncateLoad), run: identity, version: "test")
                _ = try destination.commit(Change(recording: record))
                try require(try destination.books.run(id: identity.id)?.status, .failed)
                try require(try contract.table()?.count, 1)
            },
        ]
    }

    private static func require<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw BrokenClaim(description: "there is none") }
        return value
    }

    private static func require<Value: Equatable>(_ found: Value, _ expected: Value, line: Int = #line) throws {
        try TestSupport.require(found, expected, line: line)
    }

    /// Who runs an extract, and what is left when it stops.
    static var leases: [Claim] {
        [
            Claim(description: "an extract has one lease at a time") { contract in
                let (first, second) = (contract.place.destination(source: nil), contract.place.destination(source: nil))
                let lease = try first.lease(extract(.append))
                try requireRefusal(.busy, "Another run holds the lock") { _ = try second.lease(extract(.append)) }
                try second.lease(extract(.append, name: "other")).end(keepsStaging: false)
                lease.end(keepsStaging: false)
                try second.lease(extract(.append)).end(keepsStaging: false)
            },
            Claim(description: "a later run goes on with whole chunks, and with no others") { contract in
                let run = Run(
                    extract: extract(.upsert), chunks: [[row(1, "a", 1)], [row(2, "b", 2)], [row(3, "c", 3)]])
                do {
                    let lease = try contract.place.destination(source: nil).lease(run.extract)
                    let identity = RunIdentity(startedAt: Timestamp(Date()), salt: 1)
                    let staging = try lease.stage(
                        contract.plan(run, identity), columns: run.columns, run: identity, goingOn: false)
                    try staging.write(makeBatch(run.chunks[0]), chunk: 1)
                    try staging.write(makeBatch([row(9, "half", 9)]), chunk: 2)
                    try staging.complete(chunk: 1, order: 1)
                }
                let destination = contract.place.destination(source: nil)
                let lease = try destination.lease(run.extract)
                let staged = try require(try lease.staged())
                try require(staged.completed, [1: 1])
                let staging = try lease.stage(
                    staged.plan, columns: staged.columns, run: RunIdentity(startedAt: Timestamp(Date()), salt: 2),
                    goingOn: true)
                for chunk in [2, 3] {
                    try staging.write(makeBatch(run.chunks[chunk - 1]), chunk: chunk)
                    try staging.complete(chunk: chunk, order: chunk)
                }
                _ = try destination.commit(Change(contract.change(run, try staging.seal())))
                lease.end(keepsStaging: false)
                try require(try contract.table(), ["1 a 1", "2 b 2", "3 c 3"])
                try require(destination.glance(at: run.extract), nil)
            },
            Claim(description: "what is loaded is not gone on with, though nobody has removed it") { contract in
                let run = Run(extract: extract(.append), chunks: [[row(1, "a", 1)], [row(2, "b", 2)]])
                do {
                    let destination = contract.place.destination(source: nil)
                    let lease = try destination.lease(run.extract)
                    let sealed = try contract.stage(run, lease)
                    try require(destination.glance(at: run.extract)?.completed, [1: 1, 2: 1])
                    _ = try destination.commit(Change(contract.change(run, sealed)))
                }
                let destination = contract.place.destination(source: nil)
                try require(destination.glance(at: run.extract), nil)
                let lease = try destination.lease(run.extract)
                try require(try lease.staged(), nil)
                lease.end(keepsStaging: false)
            },
            Claim(description: "rows of another source, or of another extract, are not gone on with") { contract in
                let run = Run(extract: extract(.upsert), chunks: [[row(1, "a", 1)], [row(2, "b", 2)]])
                let lease = try contract.place.destination(source: "sandbox").lease(run.extract)
                _ = try contract.stage(run, lease)
                lease.end(keepsStaging: true)
                try require(contract.place.destination(source: "sandbox").glance(at: run.extract) == nil, false)
                try require(contract.place.destination(source: "production").glance(at: run.extract), nil)
                var other = run.extract
                other.filter = "id > 0"
                try require(contract.place.destination(source: "sandbox").glance(at: other), nil)
            },
            Claim(description: "staged rows come back as they went in") { contract in
                let columns = columns + [Column(name: "any", type: .any), Column(name: "bytes", type: .binary)]
                let rows: [[Cell?]] = [
                    row(1, "ä\u{0}", 5) + [.text("x"), .bytes([0, 255])], row(2, nil, nil) + [nil, nil],
                    row(.min, "", .max) + [.text(""), .bytes([])],
                ]
                let lease = try contract.place.destination(source: nil).lease(extract(.append))
                defer { lease.end(keepsStaging: false) }
                let sealed = try contract.stage(
                    Run(
                        extract: extract(.append), columns: columns,
                        chunks: [Array(rows.prefix(2)), Array(rows.suffix(1))]),
                    lease)
                var back: [[String?]] = []
                try sealed.eachBatch { batch in
                    for row in 0..<batch.rowCount {
                        back.append(columns.indices.map { batch.text(column: $0, row: row) })
                    }
                }
                try require(
                    back,
                    [
                        ["1", "ä\u{0}", "5", "x", "00FF"], ["2", nil, nil, nil, nil],
                        ["-9223372036854775808", "", "9223372036854775807", "", ""],
                    ])
            },
        ]
    }

    /// How far extracts have got.
    static var watermarks: [Claim] {
        [
            Claim(description: "a watermark moves with the rows that it stands for") { contract in
                let merge = extract(.upsert, key: true)
                try contract.run(Run(extract: merge, kind: .integer, chunks: [[row(1, "a", 5)]], moves: through(5)))
                let destination = contract.place.destination(source: nil)
                try require(try destination.books.states().map(\.watermark), [through(5)])
                try require(try destination.standing(of: merge).state?.watermark, through(5))
                try contract.run(
                    Run(
                        extract: merge, kind: .integer, chunks: [[row(2, "b", 6)]], watermark: through(5),
                        moves: through(6)))
                try require(try destination.books.states().map(\.watermark), [through(6)])
            },
            Claim(description: "a window is not loaded where the watermark has moved since") { contract in
                let merge = extract(.upsert, key: true)
                try contract.run(Run(extract: merge, kind: .integer, chunks: [[row(1, "a", 5)]], moves: through(5)))
                try requireRefusal(.destination, "nothing was loaded") {
                    try contract.run(
                        Run(
                            extract: merge, kind: .integer, chunks: [[row(2, "b", 9)]], watermark: through(4),
                            moves: through(9)))
                }
                try require(try contract.table(), ["1 a 5"])
                try require(
                    try contract.place.destination(source: nil).books.states().map(\.watermark), [through(5)])
            },
            Claim(description: "nobody edits a watermark while its extract runs, and several are edited together") {
                contract in
                let merge = extract(.upsert, key: true)
                try contract.run(Run(extract: merge, kind: .integer, chunks: [[row(1, "a", 5)]], moves: through(5)))
                let destination = contract.place.destination(source: nil)
                let editing = StateEditing(["e", "other"], action: "import", at: Timestamp(Date()))
                func edit() throws -> [StateEdit] {
                    try destination.edit(editing, vouching: { _ in .asBefore }) { name, _ in
                        contract.state(extract(.upsert, name: name, key: true), through(9))
                    }
                }
                let lease = try destination.lease(extract(.upsert, name: "other", key: true))
                try requireRefusal(.busy) { _ = try edit() }
                lease.end(keepsStaging: false)
                try require(try destination.books.states().map(\.watermark), [through(5)])
                try require(try edit().map { $0.before?.watermark }, [through(5), nil])
                try require(Set(try destination.books.states().map(\.extract)), ["e", "other"])
                try require(try destination.largest("k", in: "t"), "5")
            },
            Claim(description: "an edit is kept with what it replaced, and refused where that is not so any more") {
                contract in
                let merge = extract(.upsert, key: true)
                try contract.run(Run(extract: merge, kind: .integer, chunks: [[row(1, "a", 5)]], moves: through(5)))
                let destination = contract.place.destination(source: nil)
                let before = try require(try destination.books.states().first)
                var after = before
                after.watermark = through(1)
                let edit = StateEdit(
                    extract: "e", action: "rewind", at: Timestamp(Date()), before: before, after: after)
                var change = Change<SealedFile>()
                change.edits = [VouchedEdit(edit, vouching: .asBefore)]
                _ = try destination.commit(change)
                try require(try destination.books.states().map(\.watermark), [through(1)])
                try require(try destination.books.stateEdits(of: "e").map(\.action), ["rewind"])
                try requireRefusal(.busy) { _ = try destination.commit(change) }
                try require(try destination.books.stateEdits(of: nil).count, 1)
            },
        ]
    }
}
