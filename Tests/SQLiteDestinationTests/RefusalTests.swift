import Extraction
import Foundation
import Rows
import SQLite
import SQLiteDestination
import Staging
import TestSupport
import Testing

/// What a destination refuses, and that the file is afterwards as it was, byte for byte.
@Suite struct RefusalTests {
    private func refuse(_ extract: TableExtract = makeExtract(), path: String) -> Failure? {
        let before = contents(path)
        let refused = failure { _ = try SQLiteFile(path: path).lease(extract) }
        #expect(contents(path) == before)
        #expect(refused?.message.hasSuffix(".") == true)
        #expect(refused?.advice.hasSuffix(".") == true)
        #expect(!FileManager.default.fileExists(atPath: path + ".kleene"))
        return refused
    }

    @Test func aDirectory() throws {
        let folder = try Folder()
        #expect(refuse(path: folder.path)?.message.contains("is a directory") == true)
    }

    @Test func aMissingParent() throws {
        let folder = try Folder()
        #expect(
            refuse(path: folder.path + "/no/out.db")?.message.contains("\(folder.path)/no of the destination") == true)
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/no"))
    }

    @Test func aParentThatIsAFile() throws {
        let folder = try Folder()
        try Data("x".utf8).write(to: URL(filePath: folder.file("plain")))
        #expect(refuse(path: folder.file("plain") + "/out.db")?.kind == .destination)
    }

    @Test(arguments: ["x", "name,amount\n1,2\n", String(repeating: "not a database ", count: 1000)])
    func aFileThatIsNotSQLite(text: String) throws {
        let folder = try Folder()
        try Data(text.utf8).write(to: URL(filePath: folder.file()))
        let refused = refuse(path: folder.file())
        #expect(refused?.message.contains(text.utf8.count < 512 ? "not a SQLite file" : "SQLITE_NOTADB") == true)
    }

    @Test func anotherProgramsFile() throws {
        let folder = try Folder()
        try change(folder.file(), "PRAGMA application_id = 252006673", "CREATE TABLE a (b)")
        #expect(refuse(path: folder.file())?.message.contains("application id is 0xf055111") == true)
    }

    @Test func anotherProgramsFileWithAFullLog() throws {
        let folder = try Folder()
        try change(folder.file(), "PRAGMA application_id = 252006673", "CREATE TABLE a (b)")
        let other = try SQLiteDatabase(path: folder.file(), access: .readWrite)
        try other.query("PRAGMA journal_mode = WAL")
        try other.query("INSERT INTO a VALUES (1)")
        let log = contents(folder.file() + "-wal")
        #expect(refuse(path: folder.file())?.kind == .destination)
        #expect(contents(folder.file() + "-wal") == log)
    }

    @Test func aNewerFormat() throws {
        let folder = try Folder()
        try change(
            folder.file(), "CREATE TABLE _kleene_format (version INTEGER)", "INSERT INTO _kleene_format VALUES (4)")
        #expect(refuse(path: folder.file())?.message.contains("newer kleene-ns") == true)
        #expect(failure { _ = try SQLiteFile(path: folder.file()).runs(limit: 1) }?.message.contains("newer") == true)
    }

    @Test(arguments: ["_kleene_runs", "_KLEENE_x", "sqlite_master", "SQLite_y", ""])
    func reservedNames(name: String) throws {
        let folder = try Folder()
        #expect(refuse(makeExtract(table: name), path: folder.file())?.kind == .configuration)
    }

    @Test(arguments: [
        "CREATE VIEW t AS SELECT 1 AS a", "CREATE VIRTUAL TABLE t USING fts5(a)", "CREATE INDEX t ON other(a)",
    ])
    func whatIsNoTable(sql: String) throws {
        let folder = try Folder()
        try change(folder.file(), "CREATE TABLE other (a)", sql)
        for adopts in [false, true] {
            let refused = refuse(makeExtract(table: "T", adopts: adopts), path: folder.file())
            #expect(refused?.message.contains("plain tables only") == true)
        }
    }

    @Test(arguments: methodsForAnyRows)
    func aTableOfSomebodyElseUnlessAdopted(method: LoadMethod) throws {
        let folder = try Folder()
        try change(folder.file(), "CREATE TABLE T (id INTEGER, name TEXT)", "INSERT INTO t VALUES (5, 'mine')")
        let refused = refuse(makeExtract(method), path: folder.file())
        #expect(refused?.advice.contains("say \"adopt_table\": true to let") == true)
        try runExtract(makeExtract(method, adopts: true), rows: sampleRows(2), into: folder.file())
        // Adopted once is ours.
        try runExtract(makeExtract(method), rows: sampleRows(2), into: folder.file())
        #expect(try query(folder.file(), "SELECT count(*) FROM t") == [[.integer(method == .append ? 5 : 2)]])
    }

    @Test func anEmptyTableNeedsNoAdoption() throws {
        let folder = try Folder()
        try change(folder.file(), "CREATE TABLE t (id INTEGER, name TEXT)")
        #expect(try runExtract(makeExtract(.append), rows: sampleRows(2), into: folder.file()).result.rowsAdded == 2)
    }

    @Test func aTableThatAppearsWhileRowsAreRead() throws {
        let folder = try Folder()
        let destination = SQLiteFile(path: folder.file())
        let extract = makeExtract()
        let lease = try destination.lease(extract)
        let staging = try lease.stage(extract, columns: sampleColumns, run: makeRun())
        try staging.write(makeBatch(sampleRows(2)))
        let sealed = try staging.finish()
        try change(folder.file(), "CREATE TABLE t (mine)", "INSERT INTO t VALUES (1)")
        let record = RunRecord(extract, run: makeRun(), version: "")
        #expect(failure { _ = try destination.load(sealed, record: record) }?.advice.contains("adopt") == true)
        #expect(try query(folder.file(), "SELECT * FROM t") == [[.integer(1)]])
        lease.end(keepsStaging: false)
    }

    @Test func aFileThatMayOnlyBeRead() throws {
        // The superuser may write everything but an immutable file, so this is said by attribute there.
        let folder = try Folder()
        try runExtract(makeExtract(), rows: sampleRows(1), into: folder.file())
        try FileManager.default.removeItem(atPath: folder.file() + ".kleene")
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: folder.file())
        let refused = failure { _ = try SQLiteFile(path: folder.file()).lease(makeExtract()) }
        if refused == nil {
            // Run by the superuser: what it did must have worked.
            #expect(try query(folder.file(), "SELECT count(*) FROM t") == [[.integer(1)]])
        } else {
            #expect(refused?.message.contains("may not write") == true)
        }
    }

    @Test func tooLittleSpace() throws {
        let folder = try Folder()
        try runExtract(makeExtract(), rows: sampleRows(2), into: folder.file())
        var settings = SQLiteFile.Settings()
        settings.freeBytes = { _ in 20_000 }
        let before = contents(folder.file())
        let refused = failure {
            try runExtract(
                makeExtract(), batches: [makeBatch(sampleRows(10_000))], into: folder.file(), settings: settings)
        }
        #expect(refused?.message.contains("20 kB are free") == true)
        #expect(contents(folder.file()) == before)
    }

    @Test func aWriteLockHeldTooLong() throws {
        let folder = try Folder()
        try runExtract(makeExtract(), rows: sampleRows(2), into: folder.file())
        let other = try SQLiteDatabase(path: folder.file(), access: .readWrite)
        try other.query("BEGIN IMMEDIATE")
        var settings = SQLiteFile.Settings()
        settings.busySeconds = 1
        let refused = failure {
            try runExtract(makeExtract(), batches: [makeBatch(sampleRows(3))], into: folder.file(), settings: settings)
        }
        #expect(refused?.message.contains("database is locked (SQLITE_BUSY)") == true)
        #expect(refused?.advice.contains("more than 1 s") == true)
        #expect(try query(folder.file(), "SELECT count(*) FROM t") == [[.integer(2)]])
    }

    @Test func aCorruptFile() throws {
        let folder = try Folder()
        try runExtract(makeExtract(), rows: sampleRows(2000), into: folder.file())
        var bytes = try #require(contents(folder.file()))
        bytes.replaceSubrange(100..<4096, with: [UInt8](repeating: 0xAA, count: 3996))
        try bytes.write(to: URL(filePath: folder.file()))
        let refused = failure { _ = try SQLiteFile(path: folder.file()).lease(makeExtract()) }
        #expect(refused?.message.contains("SQLITE_CORRUPT") == true)
        #expect(refused?.advice.contains("integrity_check") == true)
        #expect(contents(folder.file()) == bytes)
    }

    // MARK: Columns

    @Test func columnsThatDifferByCaseOnly() throws {
        let folder = try Folder()
        let columns = [Column(name: "Id", type: .integer), Column(name: "iD", type: .text)]
        let refused = failure {
            try runExtract(makeExtract(), rows: sampleRows(1), columns: columns, into: folder.file())
        }
        #expect(refused?.kind == .configuration)
        #expect(refused?.message.contains("\"Id\" and \"iD\"") == true)
    }

    @Test func columnsNamedLikeOurs() throws {
        let folder = try Folder()
        let columns = [Column(name: "id", type: .integer), Column(name: "_KLEENE_run_id", type: .text)]
        let refused = failure {
            try runExtract(makeExtract(metadata: true), rows: sampleRows(1), columns: columns, into: folder.file())
        }
        #expect(refused?.message.contains("_KLEENE_run_id") == true)
        try runExtract(makeExtract(), rows: sampleRows(1), columns: columns, into: folder.file())
    }

    @Test func moreColumnsThanSQLiteHas() throws {
        let columns = (0..<1999).map { Column(name: "c\($0)", type: .integer) }
        #expect(
            failure { _ = try TableDefinition(makeExtract(metadata: true), columns: columns, columnLimit: 2000) }?.kind
                == .configuration)
        _ = try TableDefinition(makeExtract(), columns: columns, columnLimit: 2000)
    }

    @Test(arguments: [LoadMethod.truncateLoad, .append])
    func missingAndRequiredColumnsAreDrift(method: LoadMethod) throws {
        for (sql, words) in [
            ("CREATE TABLE t (id INTEGER)", "has no column \"name\""),
            ("CREATE TABLE t (id INTEGER, name TEXT, must TEXT NOT NULL)", "\"must\" must not be NULL"),
            ("CREATE TABLE t (id INTEGER, name TEXT GENERATED ALWAYS AS ('x'))", "is generated"),
        ] {
            let folder = try Folder()
            try change(folder.file(), sql)
            let refused = failure { try runExtract(makeExtract(method), rows: sampleRows(1), into: folder.file()) }
            #expect(refused?.kind == .drift)
            #expect(refused?.message.contains(words) == true)
        }
    }

    @Test(
        arguments: [
            ("TEXT", [.text]), ("VARCHAR(9)", [.text]), ("INTEGER", [.integer]), ("NUMERIC", [.integer]),
            ("DATE", [.integer]),
            ("REAL", [.real]), ("BLOB", [.integer, .real, .text]), ("", [.integer, .real, .text]),
        ] as [(String, Set<Storage>)])
    func affinityThatWouldChangeValuesIsDrift(declared: String, fits: Set<Storage>) throws {
        for (storage, type, cell) in [
            (.integer, .integer, .integer(1)), (.real, .double, .double(1)), (.text, .text, .text("01")),
            (.blob, .binary, .bytes([1])),
        ] as [(Storage, ColumnType, Cell)] {
            let folder = try Folder()
            try change(folder.file(), "CREATE TABLE t (v \(declared))")
            let refused = failure {
                try runExtract(
                    makeExtract(.append), rows: [[cell]], columns: [Column(name: "v", type: type)], into: folder.file())
            }
            if fits.contains(storage) || storage == .blob {
                #expect(refused == nil)
                let stored = try query(folder.file(), "SELECT typeof(v) FROM t")
                #expect(stored == [[.text(storage.rawValue.lowercased())]])
            } else {
                #expect(refused?.kind == .drift)
                #expect(refused?.message.contains("column \"v\" is declared \(declared)") == true)
            }
        }
    }

    @Test func strictTablesTakeTheirOwnTypesOnly() throws {
        for (declared, isFit) in [("TEXT", true), ("ANY", true), ("BLOB", false), ("INT", false)] {
            let folder = try Folder()
            try change(folder.file(), "CREATE TABLE t (v \(declared)) STRICT")
            let refused = failure {
                try runExtract(
                    makeExtract(.append), rows: [[.text("007")]], columns: [Column(name: "v", type: .text)],
                    into: folder.file())
            }
            #expect((refused == nil) == isFit, "\(declared)")
            if isFit { #expect(try query(folder.file(), "SELECT v FROM t") == [[.text("007")]]) }
        }
    }
}
