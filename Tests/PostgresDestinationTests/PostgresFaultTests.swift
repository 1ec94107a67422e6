import Extraction
import Foundation
import Glibc
import Rows
import Staging
import TestSupport
import Testing

@testable import PostgresDestination

/// What happens to networks, servers and disks while rows are loaded. Afterwards the same rows are there once.
@Suite(.enabled(if: ThrowawayServer.isThere, "there is no PostgreSQL beside the tests"))
struct PostgresFaultTests {
    private let columns = [Column(name: "id", type: .integer), Column(name: "name", type: .text)]
    private func rows(_ range: ClosedRange<Int64>, _ name: String) -> [[Cell?]] {
        range.map { [.integer($0), .text(name)] }
    }
    private let counts = "SELECT count(*), count(DISTINCT id), count(*) FILTER (WHERE name LIKE 'new%') FROM t"
    /// Rows of some megabytes, so that a connection has something to be cut in.
    private var many: [[Cell?]] { rows(4...20_003, "new" + String(repeating: "x", count: 100)) }

    @Test(arguments: [LoadMethod.dropCreateLoad, .truncateLoad, .append, .upsert])
    func networkThatIsCutInTheCopyLeavesTheTableAsItWas(method: LoadMethod) throws {
        let bench = try PostgresBench()
        let unique = method == .upsert ? ["id"] : []
        try bench.load(columns, rows(1...3, "old"), method, unique: unique)
        let proxy = try CuttingProxy(to: try #require(ThrowawayServer.server.port))
        defer { proxy.stop() }
        let destination = bench.destination(by: proxy.port)
        let extract = PostgresBench.extract(method, unique: unique)
        let lease = try destination.lease(extract)
        defer { lease.end(keepsStaging: false) }
        let change = try bench.change(extract, columns, many, under: lease)
        proxy.arm(.behind(bytes: 500_000))
        let error = #expect(throws: Failure.self) { try destination.commit(change) }
        #expect(proxy.count == 1)
        #expect(
            error?.kind == .destination && error?.advice.contains("run the same command again") == true,
            "\(String(describing: error))")
        #expect(try bench.query(counts) == [["3", "3", "0"]])
        #expect(try destination.books.run(id: change.tables[0].run.runID) == nil)
        _ = try destination.commit(change)
        let all = method == .dropCreateLoad || method == .truncateLoad ? "20000" : "20003"
        #expect(try bench.query(counts) == [[all, all, "20000"]])
    }

    enum Moment: CaseIterable { case inTheCopy, beforeTheCommit, behindTheCommit }

    /// A server that is killed: its rows are those of before or of afterwards, and the next run finds out which.
    @Test(arguments: Moment.allCases)
    func serverThatIsKilledInALoadHasTheRowsOnce(moment: Moment) throws {
        let own = try OwnServer()
        let bench = try PostgresBench(on: own.server)
        try bench.load(columns, rows(1...3, "old"), .append)
        let proxy = try CuttingProxy(to: try #require(own.server.port))
        defer { proxy.stop() }
        let destination = bench.destination(by: proxy.port)
        let extract = PostgresBench.extract(.append)
        var lease = try destination.lease(extract)
        let change = try bench.change(extract, columns, many, under: lease)
        let killer = own.killer
        switch moment {
        case .inTheCopy: proxy.arm(.behind(bytes: 500_000), instead: killer)
        case .beforeTheCommit: proxy.arm(.beforeTheServer, instead: killer)
        case .behindTheCommit: proxy.arm(.beforeTheAnswer, instead: killer)
        }
        let error = #expect(throws: Failure.self) { try destination.commit(change) }
        #expect(proxy.count == 1)
        #expect(error?.kind == .destination, "\(String(describing: error))")
        // A run that begins while it is away says so, and loses nothing.
        lease.end(keepsStaging: true)
        #expect(throws: Failure.self) { try destination.lease(extract) }
        try own.start()
        lease = try destination.lease(extract)
        defer { lease.end(keepsStaging: false) }
        let isLoaded = try destination.books.run(id: change.tables[0].run.runID) != nil
        #expect(try bench.query(counts) == [isLoaded ? ["20003", "20003", "20000"] : ["3", "3", "0"]])
        if moment != .behindTheCommit { #expect(!isLoaded) }
        // What the next run goes on with.
        let staged = try lease.staged()
        #expect((staged == nil) == isLoaded)
        if staged != nil { _ = try destination.commit(change) }
        #expect(try bench.query(counts) == [["20003", "20003", "20000"]])
    }

    @Test(
        .enabled(if: SmallDisk.canBeMounted, "a small disk cannot be mounted here: that takes root"),
        arguments: [LoadMethod.dropCreateLoad, .truncateLoad, .upsert])
    func diskThatIsFullLeavesTheTableAsItWas(method: LoadMethod) throws {
        let disk = SmallDisk(megabytes: 16)
        try #require(disk.isMounted)
        let bench = try PostgresBench()
        let space = "kleene_small_\(UInt32.random(in: .min ... .max))"
        try bench.query("CREATE TABLESPACE \(space) LOCATION '\(disk.path)'")
        let unique = method == .upsert ? ["id"] : []
        try bench.load(columns, rows(1...3, "old"), method, unique: unique)
        defer {
            _ = try? bench.query("DROP SCHEMA \(bench.schema) CASCADE")
            _ = try? bench.query("DROP TABLESPACE \(space)")
        }
        // A table that is made again stays where it was.
        try bench.query("ALTER TABLE t SET TABLESPACE \(space)")
        let extract = PostgresBench.extract(method, unique: unique)
        let lease = try bench.destination.lease(extract)
        defer { lease.end(keepsStaging: false) }
        let change = try bench.change(
            extract, columns, rows(4...100_003, "new" + String(repeating: "x", count: 200)), under: lease)
        let error = #expect(throws: Failure.self) { try bench.destination.commit(change) }
        #expect(
            error?.sqlState == "53100" && error?.advice.contains("disk is full") == true, "\(String(describing: error))"
        )
        #expect(try bench.query(counts) == [["3", "3", "0"]])
        // Room is made, and the same rows come in.
        try bench.query("ALTER TABLE t SET TABLESPACE pg_default")
        _ = try bench.destination.commit(change)
        let all = method == .upsert ? "100003" : "100000"
        #expect(try bench.query(counts) == [[all, all, "100000"]])
    }
}

/// A disk of some megabytes that the server may write to; nothing where it cannot be mounted.
private final class SmallDisk {
    static let canBeMounted = SmallDisk(megabytes: 1).isMounted
    let path = "/tmp/kleene-small.\(UInt32.random(in: .min ... .max))"
    private(set) var isMounted = false

    init(megabytes: Int) {
        guard getuid() == 0, unsafe mkdir(path, 0o700) == 0 else { return }
        isMounted = Self.run("/bin/mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", path)
        guard isMounted else { return }
        isMounted = Self.run("/bin/chown", "postgres", path)
    }

    deinit {
        if isMounted { _ = Self.run("/bin/umount", "-l", path) }
        unsafe rmdir(path)
    }

    private static func run(_ program: String, _ arguments: String...) -> Bool {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
