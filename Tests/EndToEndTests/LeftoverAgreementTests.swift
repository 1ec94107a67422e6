import Foundation
import TestSupport
import Testing

/// What an earlier run has left, in every kind: `plan`, `state show` and `extract` say the same of it, and `extract` does it.
@Suite struct LeftoverAgreementTests {
    private let bench: FileBench

    init() throws { bench = try FileBench() }

    enum Kind: String, CaseIterable {
        case none, resumable, loaded, tooOld, future, otherSource, otherEncoding, otherPlan, otherWatermark, stopped
        case otherExtract
    }

    /// How rows are brought, with three chunks a read.
    enum Way: String, CaseIterable {
        case replaced = "truncate_load"
        case made = "drop_create_load"
        case added = "append"
        case followed = "upsert"

        var flags: [String] {
            let flags = ["--load-method", rawValue]
            return self == .followed ? flags + ["--extract-type", "incremental", "--incremental-key", "k"] : flags
        }
    }

    private static let rows = 3000
    private static let chunks = #""chunk_rows": 1000, "chunk_key": "id", "unique_columns": ["id"]"#

    private func fill(_ path: String, rows: Int) throws {
        _ = try sqlite(
            path,
            "CREATE TABLE IF NOT EXISTS items (id INTEGER PRIMARY KEY, name TEXT, k INTEGER NOT NULL); DELETE FROM items; "
                + "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(rows)) "
                + "INSERT INTO items SELECT i, 'item ' || i, i FROM n")
    }

    private func configure(_ way: Way, source: String? = nil, _ more: String = "") throws {
        try bench.configure(way.flags, source: source, Self.chunks + more)
    }

    private func run(_ arguments: String..., failpoint: String? = nil) throws -> Program.Result {
        var program = bench.program
        program.environment["KLEENE_NS_FAILPOINT"] = failpoint
        return try program.run(arguments + ["--state-dir", bench.directory.path("state")])
    }

    // MARK: What is left

    private var stagingFile: String {
        get throws {
            let side = bench.destination + ".kleene/"
            let names = try FileManager.default.contentsOfDirectory(atPath: side)
            return side + (try #require(names.first { $0.hasPrefix("staging-") && $0.hasSuffix(".db") }))
        }
    }

    /// Kills a run when two of its three chunks are staged.
    private func interrupt() throws {
        let killed = try run("extract", failpoint: "staging.chunk@2")
        #expect(killed.code != 0, "\(killed.all)")
        #expect(try sqlite(try stagingFile, "SELECT count(read_order), count(*) FROM chunks") == "2|3")
    }

    /// Writes the staging file as an older kleene-ns did beside a destination of this encoding.
    private func reencode() throws {
        let path = try stagingFile
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = [
            "-c",
            "(echo \"PRAGMA encoding = 'UTF-16le';\"; sqlite3 '\(path)' .dump) | sqlite3 '\(path).new' "
                + "&& mv '\(path).new' '\(path)'",
        ]
        try shell.run()
        shell.waitUntilExit()
        #expect(try sqlite(path, "PRAGMA encoding") == "UTF-16le")
    }

    /// Makes a leftover; false where there can be none of this kind.
    private func leave(_ kind: Kind, _ way: Way) throws -> Bool {
        try fill(bench.source, rows: Self.rows)
        try configure(way)
        switch kind {
        case .none:
            #expect(try run("extract").code == 0)
        case .resumable:
            try interrupt()
        case .loaded:
            // Twice, so that the destination is there and rows wait beside it.
            #expect(try run("extract").code == 0)
            if way == .followed { #expect(try bench.run("state", "reset", "t").code == 0) }
            let killed = try run("extract", failpoint: "load.committed")
            #expect(killed.code == 0, "\(killed.all)")
            #expect(try sqlite(try stagingFile, "SELECT count(read_order), count(*) FROM chunks") == "3|3")
        case .tooOld:
            try interrupt()
            _ = try sqlite(try stagingFile, "UPDATE chunks SET completed_at = '2020-01-01T00:00:00.000Z'")
        case .future:
            try interrupt()
            _ = try sqlite(try stagingFile, "UPDATE chunks SET completed_at = '2999-01-01T00:00:00.000Z'")
        case .otherSource:
            try interrupt()
            try fill(bench.directory.path("other.db"), rows: Self.rows)
            try configure(way, source: bench.directory.path("other.db"))
        case .otherEncoding:
            try interrupt()
            try reencode()
        case .otherPlan:
            try interrupt()
            _ = try sqlite(bench.source, "ALTER TABLE items ADD COLUMN remark TEXT")
        case .otherExtract:
            try interrupt()
            try configure(way, #", "where": "id > 5""#)
        case .otherWatermark:
            guard way == .followed else { return false }
            #expect(try run("extract").code == 0)
            _ = try sqlite(bench.source, "UPDATE items SET k = k + 10000")
            try interrupt()
            #expect(try bench.run("state", "rewind", "t", "--to", "7").code == 0)
        case .stopped:
            // Only what replaces all rows can be stopped by there being few.
            guard way == .replaced || way == .made else { return false }
            #expect(try run("extract").code == 0)
            _ = try sqlite(bench.source, "DELETE FROM items WHERE id > 20")
            #expect(try run("extract").code == 10)
        }
        return true
    }

    // MARK: What is said of it

    private func planned() throws -> (goesOn: Bool, text: String) {
        let plan = try bench.json("plan", "--state-dir", bench.directory.path("state"))
        #expect(plan["failure"] is NSNull, "\(plan)")
        let text = (plan["reasons"] as? [String] ?? []).joined(separator: " ")
        let chunks = plan["chunks_staged"] as? Int
        #expect((chunks != nil) == text.contains("It goes on with"), "\(plan)")
        // Of rows that are not gone on with, nothing is promised either.
        if chunks == nil { #expect(plan["create_table"] is NSNull, "\(plan)") }
        return (chunks != nil, text)
    }

    private func shown() throws -> (goesOn: Bool, text: String) {
        let text = try #require(try bench.json("state", "show", "t")["next"] as? String)
        return (text.contains("It goes on with"), text)
    }

    private func extracted(fails: Bool) throws -> (goesOn: Bool, text: String) {
        let result = try run("extract")
        #expect(result.code == (fails ? 10 : 0), "\(result.all)")
        let resumed = try sqlite(
            bench.destination,
            "SELECT json_extract(record, '$.resumedFrom') FROM _kleene_runs ORDER BY rowid DESC LIMIT 1")
        #expect(!resumed.isEmpty == result.errors.contains("Going on with"), "\(result.errors)")
        return (!resumed.isEmpty, result.errors)
    }

    /// Words that say why what is staged is read again; the same in all three.
    private static let reasons: [Kind: String] = [
        .tooOld: "had staged is too old and is read again", .future: "because the clock was set back",
        .stopped: "was stopped by a guard and is read again",
    ]

    @Test(arguments: Kind.allCases, Way.allCases)
    func planAndStateShowAndExtractAgree(_ kind: Kind, _ way: Way) throws {
        guard try leave(kind, way) else { return }
        let before = try bench.directory.contents("d.db")
        let planned = try planned(), shown = try shown()
        #expect(try bench.directory.contents("d.db") == before, "something was changed by a look")
        let extracted = try extracted(fails: kind == .stopped)
        // Rows fit a destination of any encoding, whatever an older version gave them.
        let expected = kind == .resumable || kind == .otherEncoding
        #expect(extracted.goesOn == expected, "\(extracted.text)")
        #expect(planned.goesOn == expected, "\(planned.text)")
        if kind == .otherSource || kind == .otherPlan {
            // What only the source can tell, and what it hangs on.
            #expect(shown.goesOn == false || shown.text.contains("if the source and its columns are still the same"))
        } else {
            #expect(shown.goesOn == expected, "\(shown.text)")
        }
        if let reason = Self.reasons[kind] {
            for text in [planned.text, shown.text, extracted.text] { #expect(text.contains(reason), "\(text)") }
        }
        guard kind != .stopped else { return }
        let rows = try sqlite(bench.destination, "SELECT count(*), count(DISTINCT id) FROM t")
        let doubled = way == .added && [.none, .loaded].contains(kind)
        #expect(
            rows
                == (kind == .otherExtract ? "2995|2995" : doubled ? "\(kind == .none ? 6000 : 9000)|3000" : "3000|3000")
        )
    }

    /// A person who asks for all to be read again is not told of what would not be gone on with anyhow.
    @Test func freshIsToldOfWhatItSetsAsideOnly() throws {
        try fill(bench.source, rows: Self.rows)
        try configure(.made)
        try interrupt()
        func reasons() throws -> String {
            let plan = try bench.json("plan", "--fresh", "--state-dir", bench.directory.path("state"))
            #expect(plan["chunks_staged"] is NSNull && plan["create_table"] is NSNull)
            return (plan["reasons"] as? [String] ?? []).joined(separator: " ")
        }
        #expect(try reasons().contains("Without --fresh it would go on with"))
        _ = try sqlite(try stagingFile, "UPDATE chunks SET completed_at = '2020-01-01T00:00:00.000Z'")
        #expect(try !reasons().contains("Without --fresh"))
    }

    /// What the destination refuses needs no source.
    @Test func stateShowSaysWhatTheDestinationRefuses() throws {
        try fill(bench.source, rows: 10)
        try configure(.made)
        #expect(try run("extract").code == 0)
        #expect(try !shown().text.contains("refused"))
        _ = try sqlite(bench.destination, "CREATE TABLE u (x); INSERT INTO u VALUES (1)")
        let file = bench.directory.path("kleene-ns.json")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try text.replacing("\"destination_table\": \"t\"", with: "\"destination_table\": \"u\"")
            .write(toFile: file, atomically: true, encoding: .utf8)
        let plan = try run("plan"), result = try run("extract")
        #expect(plan.code == 1 && result.code == 1, "\(plan.all) \(result.all)")
        let said = try shown().text
        #expect(said.hasPrefix("The next run is refused. ") && said.contains("adopt_table"), "\(said)")
    }

    /// A list of all columns is no other basis than all of them: `extract` goes on, and `state show` says so.
    @Test func stateShowRefusesWhatExtractRefusesAndNothingElse() throws {
        try fill(bench.source, rows: 10)
        try bench.configure(Way.followed.flags, #""unique_columns": ["id"]"#)
        #expect(try run("extract").code == 0)
        let changes = [
            (#""unique_columns": ["id"], "columns": ["k", "id", "NAME"]"#, true),
            (#""unique_columns": ["id", "name"]"#, false), (#""unique_columns": ["id"], "where": "id > 1""#, false),
            (#""unique_columns": ["id"], "columns": ["id", "k"]"#, false),
        ]
        for (change, isAllowed) in changes {
            try bench.configure(Way.followed.flags, change)
            let text = try shown().text
            #expect(text.contains("is refused") == !isAllowed, "\(change): \(text)")
            let plan = try run("plan"), result = try run("extract")
            #expect(
                plan.code == (isAllowed ? 0 : 2) && result.code == plan.code, "\(change): \(plan.all) \(result.all)")
        }
    }
}

extension TemporaryDirectory {
    /// Names and bytes of everything that begins with a name, logs' indexes (which readers mark) aside.
    fileprivate func contents(_ prefix: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: url.path)
        where name.hasPrefix(prefix) && !name.hasSuffix("-shm") {
            files[name] = FileManager.default.contents(atPath: path(name)) ?? Data()
        }
        return files
    }
}
