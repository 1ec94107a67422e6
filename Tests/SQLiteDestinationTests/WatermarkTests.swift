import Extraction
import Foundation
import SQLite
import SQLiteDestination
import Staging
import TestSupport
import Testing

@Suite struct WatermarkTests {
    @Test func goesInWithTheRows() throws {
        let folder = try Folder()
        let destination = SQLiteFile(path: folder.file())
        #expect(try destination.state(of: "e") == nil)
        let state = makeState(makeIncremental(), through(3), run: "r")
        try runChunks(makeIncremental(), [ChunkRows([row(1, "a", 3)])], state: state, into: folder.file())
        #expect(try destination.state(of: "e") == state)
        #expect(try destination.state(of: "other") == nil)
    }

    @Test func aLoadThatFailsMovesNothing() throws {
        let folder = try Folder()
        let state = makeState(makeIncremental(), through(3))
        try change(folder.file(), "CREATE TABLE t (id INTEGER, name TEXT CHECK (name <> 'b'), k INTEGER)")
        try runChunks(makeIncremental(adopts: true), [ChunkRows([row(1, "a", 3)])], state: state, into: folder.file())
        let next = makeState(makeIncremental(), through(9))
        let refused = failure {
            try runChunks(
                makeIncremental(adopts: true), [ChunkRows([row(2, "b", 9)])], watermark: through(3), state: next,
                into: folder.file())
        }
        #expect(refused?.kind == .destination)
        #expect(try SQLiteFile(path: folder.file()).state(of: "e") == state)
        #expect(try table(folder.file()) == ["1 a 3"])
    }

    @Test func aRunWhoseWatermarkSomebodyMovedLoadsNothing() throws {
        let folder = try Folder()
        let extract = makeIncremental()
        try runChunks(
            extract, [ChunkRows([row(1, "a", 3)])], state: makeState(extract, through(3)), into: folder.file())
        // The plan of these runs was made at another watermark, or at none.
        for old in [through(2), Watermark(.integer(3), isInclusive: false), nil] {
            let refused = failure {
                try runChunks(
                    extract, [ChunkRows([row(2, "b", 9)])], watermark: old, state: makeState(extract, through(9)),
                    into: folder.file())
            }
            #expect(refused?.message.contains("is through 3 now; nothing was loaded") == true)
        }
        #expect(try SQLiteFile(path: folder.file()).state(of: "e")?.watermark == through(3))
        #expect(try table(folder.file()) == ["1 a 3"])
    }

    @Test func editsAreDoneAndKeptTheLatestFirst() throws {
        let folder = try Folder()
        let extract = makeIncremental()
        let first = makeState(extract, through(3), run: "r")
        try runChunks(extract, [ChunkRows([row(1, "a", 3)])], state: first, into: folder.file())
        let destination = SQLiteFile(path: folder.file())
        let second = makeState(extract, through(1))
        let at = Timestamp(text: "2026-11-23T08:00:00.000Z")
        try destination.edit(StateEditing(["e"], action: "rewind", at: at)) { _, before in
            #expect(before == first)
            return second
        }
        #expect(try destination.state(of: "e") == second)
        try destination.edit(StateEditing(["e"], action: "reset", at: at)) { _, _ in nil }
        #expect(try destination.state(of: "e") == nil)
        let edits = try destination.stateEdits(of: "e")
        #expect(edits.map(\.action) == ["reset", "rewind"])
        #expect(edits.map(\.before) == [second, first])
        #expect(edits.map(\.after) == [nil, second])
        #expect(try destination.stateEdits(of: "other").isEmpty)
    }

    @Test func nobodyEditsAWatermarkDuringARun() throws {
        let folder = try Folder()
        try runExtract(makeExtract(name: "full", table: "f"), rows: sampleRows(1), into: folder.file())
        let destination = SQLiteFile(path: folder.file())
        let lease = try destination.lease(makeIncremental())
        let refused = failure {
            try SQLiteFile(path: folder.file()).edit(StateEditing(["e"], action: "reset", at: Timestamp(Date()))) {
                _, _ in nil
            }
        }
        #expect(refused?.kind == .busy)
        lease.end(keepsStaging: false)
    }

    // MARK: Formats

    @Test func aFileOfFormat1BecomesOneOfTodaysFormatWithTheNextRun() throws {
        let folder = try Folder()
        try runExtract(makeExtract(name: "full"), rows: sampleRows(1), into: folder.file())
        try change(
            folder.file(), "DROP TABLE _kleene_watermarks", "DROP TABLE _kleene_edits",
            "UPDATE _kleene_format SET version = 1", "DROP TABLE t")
        #expect(try SQLiteFile(path: folder.file()).state(of: "e") == nil)
        let state = makeState(makeIncremental(), through(3))
        try runChunks(makeIncremental(), [ChunkRows([row(1, "a", 3)])], state: state, into: folder.file())
        #expect(try SQLiteFile(path: folder.file()).state(of: "e") == state)
        #expect(try query(folder.file(), "SELECT version FROM _kleene_format") == [[.integer(3)]])
        #expect(try SQLiteFile(path: folder.file()).runs(limit: 9).count == 2)
    }

    @Test func aNewerFormatIsRefusedByEveryWay() throws {
        let folder = try Folder()
        try runExtract(makeExtract(), rows: sampleRows(1), into: folder.file())
        try change(folder.file(), "UPDATE _kleene_format SET version = 4")
        let destination = SQLiteFile(path: folder.file())
        let ways: [() throws -> Void] = [
            { _ = try destination.lease(makeExtract()) }, { _ = try destination.runs(limit: 1) },
            { _ = try destination.state(of: "e") }, { _ = try destination.stateEdits(of: nil) },
            { try destination.edit(StateEditing(["e"], action: "reset", at: Timestamp(Date()))) { _, _ in nil } },
            { try destination.record(RunRecord(makeExtract(), run: makeRun(), version: "test")) },
        ]
        for (number, way) in ways.enumerated() {
            #expect(failure(way)?.message.contains("written by a newer kleene-ns") == true, "way \(number)")
        }
    }

    @Test func theLatestThousandRunsOfAnExtractAreKept() throws {
        let folder = try Folder()
        let destination = SQLiteFile(path: folder.file())
        func record(_ extract: String) throws {
            try destination.record(RunRecord(makeExtract(name: extract), run: makeRun(), version: "test"))
        }
        try record("e")
        try change(
            folder.file(),
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
            INSERT INTO _kleene_runs (run_id, extract, status, started_at, seconds, source_table, destination_table,
              extract_type, load_method, rows_read, bytes_read, version, record)
            SELECT extract_name || i, extract_name, 'succeeded', printf('2020-01-01T00:00:00.%04dZ', i), 0, '', '', '', '',
              0, 0, '', '' FROM n, (SELECT 'e' AS extract_name UNION SELECT 'other')
            """)
        try record("e")
        let kept = try query(
            folder.file(), "SELECT extract, count(*), min(started_at) FROM _kleene_runs GROUP BY extract ORDER BY 1")
        #expect(
            kept == [
                [.text("e"), .integer(1000), .text("2020-01-01T00:00:00.0502Z")],
                [.text("other"), .integer(1500), .text("2020-01-01T00:00:00.0001Z")],
            ])
    }
}
