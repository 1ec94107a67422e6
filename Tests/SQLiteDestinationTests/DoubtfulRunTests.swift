import Extraction
import Foundation
import Rows
import SQLite
import SQLiteDestination
import Testing

/// Sources that do not do what they say, against each load method: nothing ends in "succeeded" with rows missing or foreign,
/// and what a guard stops changes nothing.
@Suite struct DoubtfulRunTests {
    enum Kind: String, CaseIterable, Sendable {
        case dropCreateLoad, truncateLoad, fullAppend, fullUpsert, append, upsert

        var isFull: Bool { self != .append && self != .upsert }

        func extract(chunkRows: Int?) -> TableExtract {
            let method: LoadMethod =
                switch self {
                case .dropCreateLoad: .dropCreateLoad
                case .truncateLoad: .truncateLoad
                case .append, .fullAppend: .append
                case .upsert, .fullUpsert: .upsert
                }
            var extract = makeExtract(method)
            extract.uniqueColumns = ["id"]
            extract.chunking = .init(rows: chunkRows)
            if !isFull {
                extract.extractType = .incremental
                extract.incremental = Incremental(key: "k")
            }
            return extract
        }
    }

    private static let now = Moment(seconds: 1_795_867_200)

    /// Everything of a file but the records of runs.
    private func digest(_ path: String) throws -> [[SQLiteValue]] {
        try query(path, "SELECT id, k FROM t ORDER BY id, k") + query(path, "SELECT * FROM _kleene_watermarks")
            + query(path, "SELECT * FROM _kleene_tables") + query(path, "SELECT sql FROM sqlite_schema ORDER BY name")
    }

    private func rows(_ path: String) throws -> [Int64] {
        try query(path, "SELECT DISTINCT id FROM t ORDER BY id").compactMap { $0[0].integer }
    }

    @Test(arguments: Kind.allCases, DoubtfulSource.Fault.allCases)
    func nothingSucceedsWithRowsMissing(kind: Kind, fault: DoubtfulSource.Fault) throws {
        for chunkRows in [nil, 100] {
            let folder = try Folder()
            let path = folder.file()
            var source = DoubtfulSource.ordinary(300, now: Self.now)
            let extract = kind.extract(chunkRows: chunkRows)
            #expect(source.run(extract, into: path).status == .succeeded)
            // Forty rows more, half an hour later.
            source.now = Self.now.adding(seconds: 1800)
            source.rows += (0..<40).map { (Int64(301 + $0), Self.now.adding(seconds: $0 * 30)) }
            let before = try digest(path)
            source.fault = fault
            let record = source.run(extract, into: path)
            let comment = Comment("\(kind), \(fault), chunks of \(chunkRows ?? 0): \(record.failure?.message ?? "")")
            if record.status == .succeeded {
                // Of rows that cannot be seen nothing can be known; the watermark stays below them, and they come at last.
                let isLate = !kind.isFull && [.hidesRows, .hidesRowsMeanwhile].contains(fault)
                #expect(try isLate || rows(path) == source.rows.map(\.id), comment)
            } else {
                #expect(try digest(path) == before, comment)
                #expect(record.failure?.kind == .guarded || record.failure?.kind == .data, comment)
                #expect(record.failure?.advice.isEmpty == false, comment)
            }
            #expect(record.status != .succeeded || !Self.mustStop(kind, fault, chunked: chunkRows != nil), comment)
            // When the source is itself again, so are the runs.
            source.fault = nil
            let last = DoubtfulSource(rows: source.rows, now: source.now).run(extract, into: path)
            #expect(last.status == .succeeded, "\(comment): \(last.failure?.message ?? "")")
            #expect(try rows(path) == source.rows.map(\.id), comment)
        }
    }

    /// Where nothing but a stop is right.
    private static func mustStop(_ kind: Kind, _ fault: DoubtfulSource.Fault, chunked: Bool) -> Bool {
        switch fault {
        case .clockBack: !kind.isFull
        case .endsEarly: true
        case .doubles, .hidesRowsMeanwhile: kind.isFull
        case .ignoresConditions: !kind.isFull || chunked
        case .overlapsChunks: kind.isFull && chunked
        case .hidesRows: kind.isFull
        case .namesNoKeys: false
        }
    }

    @Test(arguments: Kind.allCases)
    func aFirstRunBringsWhatTheSourceCounts(kind: Kind) throws {
        for chunkRows in [nil, 100] {
            for fault in [DoubtfulSource.Fault.endsEarly, .doubles, .hidesRowsMeanwhile] {
                let folder = try Folder()
                var source = DoubtfulSource.ordinary(300, now: Self.now)
                source.fault = fault
                let record = source.run(kind.extract(chunkRows: chunkRows), into: folder.file())
                if fault == .hidesRowsMeanwhile, !kind.isFull { continue }
                #expect(record.failure?.kind == .guarded || record.failure?.kind == .data, "\(kind) \(fault)")
            }
        }
    }

    // MARK: The guard of what is there

    @Test(arguments: [LoadMethod.dropCreateLoad, .truncateLoad], [nil, 1000] as [Int?])
    func muchLessDoesNotReplaceWhatIsThereUntilAPersonSaysSo(method: LoadMethod, chunkRows: Int?) throws {
        let folder = try Folder()
        let path = folder.file()
        var extract = makeExtract(method)
        extract.uniqueColumns = ["id"]
        extract.chunking = .init(rows: chunkRows)
        let whole = DoubtfulSource.ordinary(6000, now: Self.now)
        #expect(whole.run(extract, into: path).status == .succeeded)
        let before = try digest(path)
        let part = DoubtfulSource(rows: Array(whole.rows.prefix(2500)), now: Self.now)
        let stopped = part.run(extract, into: path)
        #expect(stopped.failure?.kind == .guarded)
        #expect(stopped.failure?.message.contains("2500 rows came, and they would replace 6000") == true)
        #expect(try digest(path) == before)
        // Without the flag all is read again, and stopped again.
        let again = part.run(extract, into: path)
        #expect(again.failure?.kind == .guarded && again.rowsRead == 2500)
        // With it what is kept is loaded: the source is not read, whatever it would say now.
        var allowing = RunSettings.quick
        allowing.allowsShrinking = true
        let allowed = part.run(extract, into: path, allowing)
        #expect(allowed.status == .succeeded && allowed.rowsRead == 0 && allowed.rowsResumed == 2500)
        #expect(try rows(path).count == 2500)
        #expect(SQLiteFile(path: path).glance(at: extract) == nil, "nothing is left")
        // Half is enough.
        let half = DoubtfulSource(rows: Array(whole.rows.prefix(1250)), now: Self.now)
        #expect(half.run(extract, into: path).status == .succeeded)
    }

    @Test(arguments: [LoadMethod.dropCreateLoad, .truncateLoad])
    func anEmptyTableIsNoAlarmWhereItWasEmptyBefore(method: LoadMethod) throws {
        let folder = try Folder()
        let path = folder.file()
        let empty = DoubtfulSource(rows: [], now: Self.now)
        #expect(empty.run(makeExtract(method), into: path).status == .succeeded)
        #expect(empty.run(makeExtract(method), into: path).status == .succeeded)
        let one = DoubtfulSource.ordinary(1, now: Self.now)
        #expect(one.run(makeExtract(method), into: path).status == .succeeded)
        #expect(empty.run(makeExtract(method), into: path).failure?.kind == .guarded)
        var allowing = RunSettings.quick
        allowing.allowsShrinking = true
        #expect(empty.run(makeExtract(method), into: path, allowing).status == .succeeded)
        #expect(try rows(path).isEmpty)
    }

    @Test func theShareThatMustComeIsTheUsers() throws {
        let folder = try Folder()
        var extract = makeExtract()
        extract.leastShare = 0
        #expect(DoubtfulSource.ordinary(300, now: Self.now).run(extract, into: folder.file()).status == .succeeded)
        let none = DoubtfulSource(rows: [], now: Self.now)
        #expect(none.run(extract, into: folder.file()).status == .succeeded)
        extract.leastShare = 1
        #expect(DoubtfulSource.ordinary(300, now: Self.now).run(extract, into: folder.file()).status == .succeeded)
        #expect(DoubtfulSource.ordinary(299, now: Self.now).run(extract, into: folder.file()).failure?.kind == .guarded)
    }

    /// Nothing is removed there; but nothing where there was something is no success.
    @Test(arguments: [Kind.fullAppend, .fullUpsert])
    func aFullReadOfNothingIsStoppedWhereRowsCameBefore(kind: Kind) throws {
        let folder = try Folder()
        let path = folder.file()
        let extract = kind.extract(chunkRows: nil)
        #expect(DoubtfulSource.ordinary(300, now: Self.now).run(extract, into: path).status == .succeeded)
        let before = try digest(path)
        #expect(DoubtfulSource(rows: [], now: Self.now).run(extract, into: path).failure?.kind == .guarded)
        #expect(try digest(path) == before)
        let fewer = DoubtfulSource.ordinary(20, now: Self.now).run(extract, into: path)
        #expect(fewer.status == .succeeded)
        #expect(fewer.notes.contains { $0.contains("20 rows came, and the last full read brought 300") })
    }

    // MARK: Keys ahead of the clock

    /// In a zone east of the clock's: the newest hours' rows would wait unread, under the word "succeeded".
    @Test func aTableWhoseRowsAllLieAheadOfTheClockIsNotReadAsEmpty() throws {
        let folder = try Folder()
        let rows = (0..<50).map { (id: Int64($0), k: Self.now.adding(seconds: 8 * 3600 - $0 * 60)) }
        let source = DoubtfulSource(rows: rows, now: Self.now)
        let record = source.run(Kind.upsert.extract(chunkRows: nil), into: folder.file())
        #expect(record.failure?.kind == .guarded)
        #expect(record.failure?.advice.contains("clock_query") == true)
        // Beside older rows they are read when their time comes; the record says so.
        let older = DoubtfulSource.ordinary(10, now: Self.now).rows.map { (id: $0.id + 100, k: $0.k) }
        let mixed = DoubtfulSource(rows: rows + older, now: Self.now)
        let second = mixed.run(Kind.upsert.extract(chunkRows: nil), into: folder.file("second.db"))
        #expect(second.status == .succeeded && second.rowsRead == 10)
        #expect(second.notes.contains { $0.contains("50 rows of s.source have a k that is up to") })
    }
}
