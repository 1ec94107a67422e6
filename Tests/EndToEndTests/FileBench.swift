import Foundation
import TestSupport

/// A SQLite file as the source, through libsqliteodbc, and another as the destination.
final class FileBench: Sendable {
    let directory: TemporaryDirectory
    let program: Program

    init() throws {
        directory = try TemporaryDirectory()
        program = Program(directory: directory.url)
    }

    var source: String { directory.path("source.db") }
    var destination: String { directory.path("d.db") }

    /// Makes a table of rows such as `1|item 1|memo 1|1`.
    func fill(_ path: String, table: String, _ rows: [String]) throws {
        let values = rows.map { row in
            let parts = row.split(separator: "|")
            return "(\(parts[0]), '\(parts[1])', '\(parts[2])', \(parts[3]))"
        }
        _ = try sqlite(
            path,
            "DROP TABLE IF EXISTS \(table); CREATE TABLE \(table) (id INTEGER PRIMARY KEY, name TEXT, memo TEXT, k INTEGER NOT NULL); "
                + "INSERT INTO \(table) VALUES \(values.joined(separator: ", "))")
    }

    /// Extracts by flags into the table `t`.
    func extract(_ flags: [String], table: String = "items", from path: String? = nil) throws -> Program.Result {
        try program.run(
            [
                "extract", "--driver", "SQLite3", "--attribute", "Database=\(path ?? source)", "--table", table,
                "--destination", destination, "--destination-table", "t", "--state-dir", directory.path("state"),
                "--quiet",
            ] + flags)
    }

    /// Writes a configuration with the extract `t` of `items`, as the flags would have it.
    func configure(_ flags: [String], source path: String? = nil, _ more: String = "", name: String = "t") throws {
        var members: [String] = []
        for index in stride(from: 0, to: flags.count, by: 2) {
            let key = flags[index].dropFirst(2).replacing("-", with: "_")
            members.append("\"\(key)\": \"\(flags[index + 1])\"")
        }
        if !more.isEmpty { members.append(more) }
        let text = """
            {"source": {"profile": "odbc", "driver": "SQLite3", "attributes": {"Database": "\(path ?? source)"}},
             "destination": {"type": "sqlite", "path": "d.db"},
             "extracts": [{"name": "\(name)", "table": "items", "destination_table": "t"\(members.map { ", " + $0 }.joined())}]}
            """
        try text.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
    }

    func run(_ arguments: String...) throws -> Program.Result {
        let asks = ["extract", "plan", "backfill"].contains(arguments[0])
        return try program.run(arguments + (asks ? ["--state-dir", directory.path("state")] : []))
    }

    func json(_ arguments: String...) throws -> [String: Any] {
        let result = try program.run(arguments + ["--format", "json"])
        let value = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        return (value as? [String: Any]) ?? (value as? [[String: Any]])?.first ?? [:]
    }

    /// The notes of the latest run.
    func notes() throws -> String {
        try sqlite(destination, "SELECT json_extract(record, '$.notes') FROM _kleene_runs ORDER BY rowid DESC LIMIT 1")
    }

    func rows(_ columns: String = "id, name, memo, k") throws -> [String] {
        try sqlite(destination, "SELECT \(columns) FROM t").split(separator: "\n").map(String.init).sorted()
    }

    /// All that the destination holds but the books of runs, which tell of refused ones too.
    func digest() throws -> String {
        try sqlite(
            destination,
            "SELECT * FROM t ORDER BY 1; SELECT name, sql FROM sqlite_schema ORDER BY name; SELECT * FROM _kleene_tables; "
                + "SELECT * FROM _kleene_watermarks")
    }
}
