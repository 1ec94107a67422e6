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

    init() throws {
        directory = try TemporaryDirectory()
        destination = PostgresDestination(
            ThrowawayServer.server, schema: schema,
            settings: PostgresDestination.Settings(workplace: directory.url.path))
        try ThrowawayServer.connect().query("CREATE SCHEMA \(schema)")
    }

    /// A session that finds the schema's tables by their names.
    func session() throws -> PostgresConnection {
        let session = try ThrowawayServer.connect()
        try session.query("SET search_path = \(schema)")
        return session
    }

    @discardableResult
    func query(_ sql: String) throws -> [[String?]] { try session().query(sql) }

    static func extract(_ method: LoadMethod = .dropCreateLoad, unique: [String] = []) -> TableExtract {
        var extract = TableExtract(
            name: "e", table: TableName(schema: "s", name: "source"), loadMethod: method, destinationTable: "t",
            addsMetadataColumns: false)
        extract.uniqueColumns = unique
        return extract
    }

    func change(
        _ extract: TableExtract, _ columns: [Column], _ rows: [[Cell?]], under lease: Lease
    ) throws -> Change<SealedFile> {
        let run = RunIdentity(startedAt: Timestamp(Date()), salt: .random(in: .min ... .max))
        var plan = ReadPlan(
            run: run, table: extract.table, columns: columns.map(\.name), uniqueColumns: extract.uniqueColumns,
            isBackfill: false, chunks: [Chunk(number: 1)], reasons: [])
        plan.readsOffsets = true
        let staging = try lease.stage(plan, columns: columns, run: run, goingOn: false)
        if !rows.isEmpty { try staging.write(makeBatch(rows), chunk: 1) }
        try staging.complete(chunk: 1, order: 1)
        let sealed = try staging.seal()
        var record = RunRecord(extract, run: run, version: "test")
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
