import Foundation
import TestSupport
import Testing
import Text

@testable import PostgresDestination

/// The contract of destinations, held by schemas of a server.
@Suite(.enabled(if: ThrowawayServer.isThere, "there is no PostgreSQL beside the tests"))
struct PostgresContractTests {
    struct InSchema: ContractPlace {
        let schema = "kleene_\(UInt64.random(in: .min ... .max))"
        let directory: TemporaryDirectory

        init() throws {
            directory = try TemporaryDirectory()
            try ThrowawayServer.connect().query("CREATE SCHEMA \(schema)")
        }

        func destination(source: String?) -> PostgresDestination {
            var settings = PostgresDestination.Settings(workplace: directory.url.path)
            settings.source = source
            return PostgresDestination(ThrowawayServer.server, schema: schema, settings: settings)
        }

        func rows(_ table: String, _ columns: [String]) throws -> [[String?]]? {
            let server = try ThrowawayServer.connect()
            guard let found = try ExistingRelation.find(schema, table, in: server) else { return nil }
            return try server.query("SELECT \(PostgresName.list(columns)) FROM \(found.sql)")
        }

        func make(_ table: String, _ columns: [String], _ rows: [[Int]]) throws {
            let server = try ThrowawayServer.connect()
            try server.query(
                "CREATE TABLE \(schema).\(table) (\(columns.map { "\($0) integer" }.joined(separator: ", ")))")
            for row in rows {
                try server.query(
                    "INSERT INTO \(schema).\(table) VALUES (\(row.map { String($0) }.joined(separator: ", ")))")
            }
        }

        var takesNUL: Bool { false }
    }

    @Test(arguments: DestinationContract<InSchema>.claims)
    func holds(claim: DestinationContract<InSchema>.Claim) throws {
        try claim.check(InSchema())
    }
}
