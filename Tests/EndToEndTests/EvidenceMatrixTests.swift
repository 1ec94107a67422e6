import Foundation
import TestSupport
import Testing

/// What a run does when its destination table is not what it was, or its source is another: for each load method.
///
/// With the real program, libsqliteodbc and SQLite files on both sides. The invariant of every field: a run that says
/// "succeeded" leaves exactly the source's rows, and one that does not leaves the table as it was, bit for bit.
@Suite struct EvidenceMatrixTests {
    /// A way to load.
    enum Way: String, CaseIterable, Sendable {
        case dropCreate, truncate, append, upsert, incrementalAppend, incrementalUpsert

        var flags: [String] {
            switch self {
            case .dropCreate: ["--load-method", "drop_create_load"]
            case .truncate: ["--load-method", "truncate_load"]
            case .append: ["--load-method", "append"]
            case .upsert: ["--load-method", "upsert"]
            case .incrementalAppend: Self.incremental + ["--load-method", "append"]
            case .incrementalUpsert: Self.incremental + ["--load-method", "upsert"]
            }
        }

        private static let incremental = [
            // Without an overlap, so that a watermark that is believed wrongly is seen.
            "--extract-type", "incremental", "--incremental-key", "k", "--overlap", "0s",
        ]
        var replacesAll: Bool { self == .dropCreate || self == .truncate }
        var isIncremental: Bool { self == .incrementalAppend || self == .incrementalUpsert }
    }

    /// What has happened since the first run. A further one is a case here, what arranges it, and a line of `expected`.
    enum Upset: String, CaseIterable, Sendable {
        case otherSource, otherTable, columnGone, tableDropped, tableEmptied, tableReplaced, tableIsView
        case tableRenamed, nothing
    }

    enum Outcome: Equatable {
        /// Ends with this code, and the table is as it was.
        case refused(Int32)
        /// The table has these rows.
        case loaded([String])
    }

    private static let first = (1...5).map { "\($0)|item \($0)|memo \($0)|\($0)" }
    /// Two rows more.
    private static let second = first + ["6|item 6|memo 6|6", "7|item 7|memo 7|7"]

    /// The matrix.
    private static func expected(_ way: Way, _ upset: Upset) -> Outcome {
        switch upset {
        case .otherSource, .otherTable: .refused(2)
        case .columnGone: way == .dropCreate ? .loaded(second.map(withoutMemo)) : .refused(6)
        case .tableDropped, .tableEmptied, .tableRenamed: .loaded(second)
        case .tableReplaced, .tableIsView: .refused(1)
        case .nothing: way == .append ? .loaded(first + second) : .loaded(second)
        }
    }

    private static func withoutMemo(_ row: String) -> String {
        let parts = row.split(separator: "|")
        return "\(parts[0])|\(parts[1])|\(parts[3])"
    }

    private let bench: FileBench

    init() throws { bench = try FileBench() }

    @Test(arguments: Way.allCases, Upset.allCases)
    func neverSucceedsWithRowsMissingOrForeign(_ way: Way, _ upset: Upset) throws {
        try bench.fill(bench.source, table: "items", Self.first)
        #expect(try bench.extract(way.flags).code == 0)
        try bench.fill(bench.source, table: "items", Self.second)
        var flags = way.flags
        var table = "items"
        var source = bench.source
        switch upset {
        case .nothing: break
        case .otherSource:
            source = bench.directory.path("other.db")
            try bench.fill(source, table: "items", Self.second)
        case .otherTable:
            table = "others"
            try bench.fill(source, table: table, Self.second)
        case .columnGone: _ = try sqlite(source, "ALTER TABLE items DROP COLUMN memo")
        case .tableDropped: _ = try sqlite(bench.destination, "DROP TABLE t")
        case .tableEmptied: _ = try sqlite(bench.destination, "DELETE FROM t")
        case .tableRenamed: _ = try sqlite(bench.destination, "ALTER TABLE t RENAME TO kept")
        case .tableReplaced:
            _ = try sqlite(
                bench.destination,
                "CREATE TABLE u AS SELECT * FROM t LIMIT 3; DROP TABLE t; ALTER TABLE u RENAME TO t; UPDATE t SET name = 'x'"
            )
        case .tableIsView:
            _ = try sqlite(bench.destination, "ALTER TABLE t RENAME TO kept; CREATE VIEW t AS SELECT * FROM kept")
        }
        let before = try bench.digest()
        let result = try bench.extract(flags, table: table, from: source)
        let rows = try bench.rows(upset == .columnGone && result.code == 0 ? "id, name, k" : "id, name, memo, k")
        switch Self.expected(way, upset) {
        case .refused(let code):
            #expect(result.code == code, "\(way) \(upset): \(result.all)")
            #expect(try bench.digest() == before, "\(way) \(upset)")
        case .loaded(let expected):
            #expect(result.code == 0, "\(way) \(upset): \(result.all)")
            #expect(rows == expected.sorted(), "\(way) \(upset): \(result.all)")
        }
        // What is refused has a way through that works, and ends with the source's rows and no others.
        guard case .refused = Self.expected(way, upset), upset != .tableIsView else { return }
        flags += upset == .columnGone ? ["--drift", "gone=ignore"] : ["--adopt-table"]
        let through = try bench.extract(flags, table: table, from: source)
        #expect(through.code == 0, "\(way) \(upset) \(flags): \(through.all)")
        // What is appended joins the rows that were adopted.
        guard way != .append, way != .incrementalAppend || upset == .columnGone else { return }
        #expect(try bench.rows("id, name, k") == Self.second.map(Self.withoutMemo).sorted(), "\(way) \(upset)")
    }

    /// The same source under another path: a person says so, and the next runs go on.
    @Test(arguments: Way.allCases)
    func acceptedRowsAreGoneOnWith(_ way: Way) throws {
        try bench.fill(bench.source, table: "items", Self.first)
        try bench.configure(way.flags)
        #expect(try bench.run("extract").code == 0)
        try FileManager.default.moveItem(atPath: bench.source, toPath: bench.directory.path("moved.db"))
        try bench.configure(way.flags, source: bench.directory.path("moved.db"))
        let refused = try bench.run("extract")
        #expect(refused.code == 2 && refused.all.contains("state accept t --other-source"), "\(refused.all)")
        let accepted = try bench.run("state", "accept", "t", "--other-source")
        #expect(accepted.code == 0, "\(accepted.all)")
        try bench.fill(bench.directory.path("moved.db"), table: "items", Self.second)
        let result = try bench.run("extract")
        #expect(result.code == 0, "\(result.all)")
        #expect(try bench.rows() == (way == .append ? Self.first + Self.second : Self.second).sorted())
        #expect(try bench.run("extract").code == 0)
        // Vouched for once, not for ever.
        try bench.configure(way.flags, source: bench.source)
        try bench.fill(bench.source, table: "items", Self.first)
        #expect(try bench.run("extract").code == 2)
    }
}
