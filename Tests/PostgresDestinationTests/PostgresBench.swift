import Extraction
import Foundation
import Rows
import Staging
import TestSupport

@testable import PostgresDestination

/// A schema of its own, and loads into it.
struct PostgresBench {
    let schema = "kleene_\(UInt64.random(in: .min ... .max))"
    let directory: TemporaryDirectory
    let destination: PostgresDestination

    private let server: PostgresServer

    init(on server: PostgresServer = ThrowawayServer.server) throws {
        self.server = server
        directory = try TemporaryDirectory()
        destination = PostgresDestination(
            server, schema: schema, settings: PostgresDestination.Settings(workplace: directory.url.path))
        try PostgresConnection(server, application: "tests").query("CREATE SCHEMA \(schema)")
    }

    /// The same schema, reached by another way or from another machine.
    func destination(by port: Int? = nil, workplace: String? = nil) -> PostgresDestination {
        var server = server
        if let port {
            server.port = port
            server.sslMode = "disable"
        }
        return PostgresDestination(
            server, schema: schema,
            settings: PostgresDestination.Settings(workplace: workplace ?? directory.url.path))
    }

    /// The same schema with other settings.
    func destination(_ settings: PostgresDestination.Settings) -> PostgresDestination {
        PostgresDestination(server, schema: schema, settings: settings)
    }

    /// A session that finds the schema's tables by their names.
    func session() throws -> PostgresConnection {
        let session = try PostgresConnection(server, application: "tests")
        try session.query("SET search_path = \(schema)")
        return session
    }

    @discardableResult
    func query(_ sql: String) throws -> [[String?]] { try session().query(sql) }

    static func extract(_ method: LoadMethod = .dropCreateLoad, unique: [String] = []) -> TableExtract {
        var extract = TableExtract(
            name: "e", table: TableName(schema: "s", name: "source"), loadMethod: method, destinationTable: "t",
            decimal: .native, addsMetadataColumns: false)
        extract.uniqueColumns = unique
        return extract
    }

    /// Read in two chunks, so that what is staged is kept; the second has no rows.
    ///
    /// - Parameter gone: Columns that the source has lost.
    func change(
        _ extract: TableExtract, _ columns: [Column], _ rows: [[Cell?]], under lease: Lease, gone: [String] = []
    ) throws -> Change<SealedFile> {
        let run = RunIdentity(startedAt: Timestamp(Date()), salt: .random(in: .min ... .max))
        var plan = ReadPlan(
            run: run, table: extract.table, columns: columns.map(\.name), uniqueColumns: extract.uniqueColumns,
            isBackfill: false, chunks: [Chunk(number: 1), Chunk(number: 2)], reasons: [])
        plan.readsOffsets = true
        if !gone.isEmpty {
            plan.drift = Drift()
            plan.drift?.gone = gone
        }
        let staging = try lease.stage(plan, columns: columns, run: run, goingOn: false)
        if !rows.isEmpty { try staging.write(makeBatch(rows), chunk: 1) }
        for chunk in 1...2 { try staging.complete(chunk: chunk, order: chunk) }
        return Self.change(of: extract, plan, columns, try staging.seal())
    }

    /// What brings the staged rows of a plan into the table.
    static func change(
        of extract: TableExtract, _ plan: ReadPlan, _ columns: [Column], _ sealed: SealedFile
    ) -> Change<SealedFile> {
        var record = RunRecord(extract, run: plan.run, version: "test")
        record.status = .succeeded
        return Change(
            TableChange(
                "t", extract.way(plan), rows: sealed, run: record,
                terms: TableTerms(extract: extract, plan: plan, columns: columns, source: nil)))
    }

    @discardableResult
    func load(
        _ columns: [Column], _ rows: [[Cell?]], _ method: LoadMethod = .dropCreateLoad, unique: [String] = []
    ) throws -> LoadResult {
        let extract = Self.extract(method, unique: unique)
        let lease = try destination.lease(extract)
        defer { lease.end(keepsStaging: false) }
        return try destination.commit(change(extract, columns, rows, under: lease))[0]
    }
}
