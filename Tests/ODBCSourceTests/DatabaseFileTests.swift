import Extraction
import Foundation
import Glibc
import ODBCSource
import TestSupport
import Testing

/// A reader leaves its source as it is: no file is made, none is changed, and what is wrong with one is said.
@Suite struct DatabaseFileTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func settings(_ path: String, connectionString: String? = nil) -> DataSourceSettings {
        connectionString.map { DataSourceSettings(connectionString: $0) }
            ?? DataSourceSettings(driver: "SQLite3", attributes: [.init(keyword: "Database", value: path)])
    }

    private func refusal(_ settings: DataSourceSettings) -> Failure? {
        do {
            _ = try DataSource(settings: settings) { _ in }.tables(schema: nil)
            return nil
        } catch {
            return error as? Failure
        }
    }

    private func made(_ name: String, _ sql: String = "create table t(a); insert into t values(1)") throws -> String {
        let path = directory.path(name)
        #expect(try sqlite(path, sql).isEmpty || sql.contains("journal_mode"))
        return path
    }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: directory.url.path).sorted() }
    }

    @Test func missingFileIsNotMade() throws {
        let path = directory.path("ty po.db")
        for settings in [
            settings(path), settings("file:\(path)"), settings("file:\(path)?mode=rwc"),
            settings("", connectionString: "Driver=SQLite3;Database=\(path)"),
            settings("", connectionString: "Driver=SQLite3;NoCreat=0;Database=\(path)"),
        ] {
            let failure = try #require(refusal(settings))
            #expect(failure.kind == .environment)
            #expect(failure.message == "There is no file \(path); nothing was opened.")
        }
        #expect(try names == [])
    }

    @Test func whatIsNoDatabaseIsSaid() throws {
        try "hello\n".write(toFile: directory.path("text.db"), atomically: false, encoding: .utf8)
        #expect(refusal(settings(directory.path("text.db")))?.message.contains("is no SQLite database") == true)
        #expect(refusal(settings(directory.url.path))?.message.contains("is a directory") == true)
        #expect(refusal(settings("/dev/null"))?.message.contains("is no plain file") == true)
        #expect(refusal(settings(directory.path("text.db") + "/x"))?.message.contains("There is no file") == true)
    }

    @Test(arguments: ["a b.db", "ü;x.db", "{brace}.db", "q?u#x%41.db", "plain.db"])
    func pathsOfAnyLettersAreRead(name: String) throws {
        let path = try made(name)
        let source = DataSource(settings: settings(path)) { _ in }
        #expect(try source.tables(schema: nil).map(\.table) == ["t"])
        #expect(try readAll(source, TableName(name: "t")).rows == [["1"]])
        #expect(try names == [name])
    }

    /// SQLite itself would take the log into the file when its last user leaves.
    @Test func logThatIsThereStaysAndTheFileIsUnchanged() throws {
        let path = directory.path("w.db")
        _ = try made("made.db", "pragma journal_mode=wal; create table t(a); insert into t values(1)")
        let writer = Process()
        writer.executableURL = URL(filePath: "/usr/bin/python3")
        writer.arguments = [
            "-c",
            """
            import sqlite3, shutil, sys
            c = sqlite3.connect(sys.argv[1]); c.execute('pragma journal_mode=wal'); c.execute('create table t(a)'); c.commit()
            c.execute('pragma wal_checkpoint'); c.execute('insert into t values(7)'); c.commit()
            for end in '', '-wal': shutil.copy(sys.argv[1] + end, sys.argv[2] + end)
            """, directory.path("made2.db"), path,
        ]
        try writer.run()
        writer.waitUntilExit()
        let before = try Data(contentsOf: URL(filePath: path))
        let log = try Data(contentsOf: URL(filePath: path + "-wal"))
        #expect(log.count > 4096)
        do {
            let source = DataSource(settings: settings(path)) { _ in }
            #expect(try readAll(source, TableName(name: "t")).rows == [["7"]])
        }
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
        #expect(try Data(contentsOf: URL(filePath: path + "-wal")) == log)
    }

    @Test func databaseWithALogThatNobodyHasOpenKeepsItsDirectoryAsItWas() throws {
        let path = try made("wal.db", "pragma journal_mode=wal; create table t(a); insert into t values(1)")
        let before = try Data(contentsOf: URL(filePath: path))
        do {
            let source = DataSource(settings: settings(path)) { _ in }
            #expect(try readAll(source, TableName(name: "t")).rows == [["1"]])
        }
        #expect(try names == ["wal.db"])
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    @Test func accessFilesAreLookedAtBeforeTheirDriverIs() throws {
        var settings = DataSourceSettings(
            driver: "/usr/lib/x86_64-linux-gnu/odbc/libmdbodbc.so",
            attributes: [.init(keyword: "DBQ", value: directory.path("none.mdb"))])
        #expect(refusal(settings)?.message == "There is no file \(directory.path("none.mdb")); nothing was opened.")
        try "hello hello hello hello".write(toFile: directory.path("x.mdb"), atomically: false, encoding: .utf8)
        settings.attributes = [.init(keyword: "DBQ", value: directory.path("x.mdb"))]
        #expect(refusal(settings)?.message.contains("is no Access database") == true)
    }
}
