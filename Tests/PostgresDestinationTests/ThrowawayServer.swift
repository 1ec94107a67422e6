import Foundation
import Text

@testable import PostgresDestination

/// The server that `Scripts/with-postgres.sh` has started for the tests.
enum ThrowawayServer {
    private static let environment = ProcessInfo.processInfo.environment
    static let isThere = environment["KLEENE_PG_HOST"] != nil

    static var server: PostgresServer {
        var server = PostgresServer()
        server.host = environment["KLEENE_PG_HOST"]
        server.port = environment["KLEENE_PG_PORT"].flatMap { Int($0) }
        server.user = environment["KLEENE_PG_USER"]
        server.password = environment["KLEENE_PG_PASSWORD"].map { Secret($0) }
        server.database = environment["KLEENE_PG_DATABASE"]
        return server
    }

    static func connect() throws -> PostgresConnection { try PostgresConnection(server, application: "tests") }
}
