import Extraction
import Foundation
import Rows
import SQLite
import SQLiteDestination
import TestSupport
import Testing

@Suite struct UpsertTests {
    @Test func rowsAreAddedAndReplaced() throws {
        let folder = try Folder()
        let first = try runChunks(
            makeIncremental(), [ChunkRows([row(1, "a", 1), row(2, "b", 2)])], into: folder.file())
        #expect(first.staged.largestKey == .integer(2) && first.result.rowsAdded == 2)
        let second = try runChunks(
            makeIncremental(), [ChunkRows([row(2, "B", 3), row(3, nil, 3)])], into: folder.file())
        #expect(try table(folder.file()) == ["1 a 1", "2 B 3", "3 - 3"])
        #expect(second.result.rowsAdded == 1 && second.result.rowsInTable == nil)
    }

    @Test func aRowIsNeverReplacedByOneWithASmallerKey() throws {
        let folder = try Folder()
        let extract = makeIncremental()
        try runChunks(
            extract, [ChunkRows([row(1, "new", 5), row(2, "old", 5), row(3, "same", 5)])], into: folder.file())
        try runChunks(
            extract, [ChunkRows([row(1, "x", 4), row(2, "new", 6), row(3, "again", 5)])], into: folder.file())
        #expect(try table(folder.file()) == ["1 new 5", "2 new 6", "3 again 5"])
    }

    /// `BIGINT UNSIGNED` lies here as text, by which 9 is above 10: a row that changed stayed old for good.
    @Test func largeNumbersCompareAsNumbersThoughTheyLieHereAsText() throws {
        let folder = try Folder()
        let columns = [
            Column(name: "id", type: .integer), Column(name: "name", type: .text),
            Column(name: "k", type: .largeInteger),
        ]
        for (name, key) in [("old", "9"), ("new", "10"), ("older", "9")] {
            let rows: [[Cell?]] = [
                [.integer(1), .text(name), .text(key)], [.integer(2), .text(name), .text("8")],
            ]
            let loaded = try runChunks(makeIncremental(), columns: columns, [ChunkRows(rows)], into: folder.file())
            #expect(loaded.staged.largestKey == KeyValue(key, kind: .integer))
        }
        #expect(try table(folder.file()) == ["1 new 10", "2 older 8"])
    }

    @Test func withoutAKeyOnEitherSideTheLaterReadWins() throws {
        let folder = try Folder()
        let extract = makeIncremental()
        try runChunks(extract, [ChunkRows([row(1, "a", nil), row(2, "b", 9), row(3, "c", nil)])], into: folder.file())
        let loaded = try runChunks(
            extract, [ChunkRows([row(1, "A", 1), row(2, "B", nil), row(3, "C", nil)])], into: folder.file())
        #expect(try table(folder.file()) == ["1 A 1", "2 B -", "3 C -"])
        #expect(loaded.staged.rowsWithoutKey == 2)
    }

    @Test func onlyTheSourceComparesTextSoTheLaterReadWins() throws {
        let folder = try Folder()
        let columns = [
            Column(name: "id", type: .integer), Column(name: "name", type: .text), Column(name: "k", type: .text),
        ]
        for (name, key) in [("a", "z"), ("b", "Z")] {
            try runChunks(
                makeIncremental(), kind: .text, columns: columns,
                [ChunkRows([[.integer(1), .text(name), .text(key)]])], into: folder.file())
        }
        #expect(try table(folder.file()) == ["1 b Z"])
    }

    @Test func theSameRowInTwoChunksIsAsItWasReadLast() throws {
        for kind in [KeyKind.integer, nil] {
            let folder = try Folder()
            // The read that began first is complete last.
            try runChunks(
                makeIncremental(), kind: kind,
                [
                    ChunkRows(2, order: 2, [row(1, "later", 5)]), ChunkRows(3, order: 3, [row(2, "other", 5)]),
                    ChunkRows(1, order: 1, [row(1, "earlier", 5)]),
                ], into: folder.file())
            #expect(try table(folder.file()) == ["1 later 5", "2 other 5"])
        }
    }

    @Test func severalColumnsTogetherIdentifyARow() throws {
        let folder = try Folder()
        let extract = makeIncremental(unique: ["ID", "name"])
        try runChunks(extract, [ChunkRows([row(1, "a", 1), row(1, "b", 1), row(2, "a", 1)])], into: folder.file())
        try runChunks(extract, [ChunkRows([row(1, "b", 2), row(2, "b", 2)])], into: folder.file())
        #expect(try table(folder.file(), order: "id, name") == ["1 a 1", "1 b 2", "2 a 1", "2 b 2"])
    }

    @Test func otherUniqueColumnsThanLastTimeTakeTheIndexAlong() throws {
        let folder = try Folder()
        try runChunks(makeIncremental(), [ChunkRows([row(1, "a", 1)])], into: folder.file())
        try runChunks(makeIncremental(unique: ["id", "name"]), [ChunkRows([row(1, "b", 2)])], into: folder.file())
        #expect(try table(folder.file()) == ["1 a 1", "1 b 2"])
    }

    @Test(arguments: [LoadMethod.upsert, .append]) func aRenamedTableKeepsItsIndexAndTheNewOneGetsAnother(
        _ method: LoadMethod
    ) throws {
        let folder = try Folder()
        try runChunks(makeIncremental(method), [ChunkRows([row(1, "a", 1)])], into: folder.file())
        try runChunks(makeIncremental(method), [ChunkRows([row(2, "a", 2)])], into: folder.file())
        try change(folder.file(), "ALTER TABLE t RENAME TO kept")
        for key in 3...5 {
            try runChunks(
                makeIncremental(method), [ChunkRows([row(1, "b", Int64(key))])], watermark: through(1),
                into: folder.file())
        }
        #expect(try table(folder.file()) == (method == .upsert ? ["1 b 5"] : ["1 b 3", "1 b 4", "1 b 5"]))
        #expect(try query(folder.file(), "SELECT count(*) FROM kept") == [[.integer(2)]])
    }

    @Test(arguments: ["id INTEGER PRIMARY KEY", "id INT UNIQUE", "id INTEGER"])
    func aUniqueIndexThatIsThereIsUsedAndOtherwiseOneIsMade(_ declaration: String) throws {
        let folder = try Folder()
        try change(
            folder.file(), "CREATE TABLE t (\(declaration), name TEXT, k INTEGER, more TEXT DEFAULT 'kept')",
            "INSERT INTO t (id, name, k) VALUES (1, 'a', 1), (7, 'g', 1)", "UPDATE t SET more = 'mine' WHERE id = 1")
        try runChunks(
            makeIncremental(adopts: true), [ChunkRows([row(1, "A", 2), row(2, "B", 2)])], into: folder.file())
        #expect(
            try table(folder.file(), "id, name, k, more") == ["1 A 2 mine", "2 B 2 kept", "7 g 1 kept"])
        let made = try query(folder.file(), "SELECT count(*) FROM sqlite_schema WHERE name = 'kleene_unique_t'")
        #expect(made == [[.integer(declaration == "id INTEGER" ? 1 : 0)]])
    }

    @Test func doublesThatAreThereAreRefused() throws {
        let folder = try Folder()
        try change(
            folder.file(), "CREATE TABLE t (id INTEGER, name TEXT, k INTEGER)",
            "INSERT INTO t VALUES (1, 'a', 1), (1, 'b', 1)")
        let refused = failure {
            try runChunks(makeIncremental(adopts: true), [ChunkRows([row(1, "A", 2)])], into: folder.file())
        }
        #expect(refused?.kind == .destination)
        #expect(refused?.message.contains("several rows with the same \"id\"") == true)
        #expect(try table(folder.file(), order: "name") == ["1 a 1", "1 b 1"])
    }

    @Test(arguments: ["IGNORE", "REPLACE"]) func anotherConstraintNeverDropsRowsInSilence(_ clause: String) throws {
        let folder = try Folder()
        try change(
            folder.file(), "CREATE TABLE t (id INTEGER, name TEXT UNIQUE ON CONFLICT \(clause), k INTEGER)",
            "INSERT INTO t VALUES (1, 'a', 1)")
        let refused = failure {
            try runChunks(makeIncremental(adopts: true), [ChunkRows([row(2, "a", 2)])], into: folder.file())
        }
        #expect(refused?.kind == .destination)
        #expect(try table(folder.file()) == ["1 a 1"])
    }

    private static let textColumns = [Column(name: "id", type: .text), Column(name: "k", type: .integer)]

    @Test(arguments: [LoadMethod.upsert, .append]) func textsThatDifferInCaseAreTwoRows(_ method: LoadMethod) throws {
        let folder = try Folder()
        try change(
            folder.file(), "CREATE TABLE t (id TEXT COLLATE NOCASE, k INTEGER)", "INSERT INTO t VALUES ('a', 1)")
        try runChunks(
            makeIncremental(method, adopts: true), columns: Self.textColumns,
            [ChunkRows([[.text("A"), .integer(1)], [.text("b"), .integer(1)]])], into: folder.file())
        #expect(try table(folder.file(), "id", order: "id COLLATE BINARY") == ["A", "a", "b"])
    }

    @Test func aUniqueIndexThatIgnoresCaseIsRefused() throws {
        let folder = try Folder()
        try change(folder.file(), "CREATE TABLE t (id TEXT COLLATE NOCASE PRIMARY KEY, k INTEGER)")
        let refused = failure {
            try runChunks(
                makeIncremental(adopts: true), columns: Self.textColumns,
                [ChunkRows([[.text("A"), .integer(1)], [.text("a"), .integer(1)]])], into: folder.file())
        }
        #expect(refused?.kind == .drift)
        #expect(try table(folder.file(), "id", order: "id") == [])
    }

    @Test func driftIsRefusedBeforeRowsAreStaged() throws {
        let folder = try Folder()
        try runChunks(makeIncremental(), [ChunkRows([row(1, "a", 1)])], into: folder.file())
        let more = keyedColumns + [Column(name: "extra", type: .text)]
        var extract = makeIncremental()
        extract.drift = DriftPolicy()
        extract.drift?.answers[.new] = .fail
        let refused = failure {
            try runChunks(
                extract, columns: more, [ChunkRows([row(1, "b", 2) + [.text("x")]])], into: folder.file())
        }
        #expect(refused?.kind == .drift)
        #expect(refused?.message.contains("it has no column \"extra\"") == true)
        #expect(try table(folder.file()) == ["1 a 1"])
    }

    @Test func indexesTriggersAndViewsStayAndTriggersAreSilent() throws {
        let folder = try Folder()
        try runChunks(makeIncremental(), [ChunkRows([row(1, "a", 1)])], into: folder.file())
        try change(
            folder.file(), "CREATE INDEX by_name ON t (name)", "CREATE VIEW v AS SELECT name FROM t",
            "CREATE TABLE fired (x)", "CREATE TRIGGER tr AFTER UPDATE ON t BEGIN INSERT INTO fired VALUES (1); END")
        let loaded = try runChunks(
            makeIncremental(), [ChunkRows([row(1, "b", 2), row(2, "c", 2)])], into: folder.file())
        #expect(try query(folder.file(), "SELECT name FROM v ORDER BY 1") == [[.text("b")], [.text("c")]])
        #expect(
            try query(
                folder.file(), "SELECT name FROM sqlite_schema WHERE name IN ('by_name', 'v', 'tr') ORDER BY name"
            ).count == 3)
        #expect(try query(folder.file(), "SELECT * FROM fired").isEmpty)
        #expect(loaded.notes.contains { $0.contains("Triggers do not fire") })
    }

    @Test func aNameWithAQuoteUnderAnAccentIsStillOneName() throws {
        let folder = try Folder()
        let name = "a\"\u{301}b"
        try runExtract(
            makeExtract(table: name), rows: [[.integer(1)]], columns: [Column(name: "c\"\u{301}", type: .integer)],
            into: folder.file())
        #expect(
            try query(
                folder.file(),
                "SELECT name FROM sqlite_schema WHERE name NOT LIKE '\\_kleene%' ESCAPE '\\' AND type = 'table'")
                == [[.text(name)]])
    }

    // MARK: Proof

    @Test func aDoubleWithinOneChunkStopsTheRunWithExamples() throws {
        let folder = try Folder()
        let refused = failure {
            try runChunks(
                makeIncremental(),
                [ChunkRows(1, [row(1, "a", 1)]), ChunkRows(2, order: 2, [row(7, "a", 1), row(7, "b", 2)])],
                into: folder.file())
        }
        #expect(refused?.kind == .data)
        #expect(refused?.message.contains("2 rows share their values with others, such as (7) 2 times") == true)
        #expect(!FileManager.default.fileExists(atPath: folder.file()))
    }

    @Test func aNullInAUniqueColumnStopsTheRun() throws {
        let folder = try Folder()
        let refused = failure {
            try runChunks(makeIncremental(), [ChunkRows([row(nil, "a", 1), row(2, "b", 1)])], into: folder.file())
        }
        #expect(refused?.kind == .data)
        #expect(refused?.message.contains("1 row has NULL there") == true)
    }
}
