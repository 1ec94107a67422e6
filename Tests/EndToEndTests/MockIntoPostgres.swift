import Foundation
import TestSupport
import Testing

/// The mock as the source, and a schema of its own on the tests' PostgreSQL server as the destination.
final class MockIntoPostgres {
    private typealias Server = PostgresDestinationProcessTests.PostgresPlace

    let bench: MockBench
    private let schema = "kleene_\(UInt64.random(in: .min ... .max))"

    init(_ extracts: String...) throws {
        bench = try MockBench()
        _ = try Server.ask("CREATE SCHEMA \(schema)")
        try configure(extracts)
    }

    func configure(_ extracts: [String]) throws {
        try bench.configure(extracts)
        let path = bench.directory.path("kleene-ns.json")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let place = #"{"type": "sqlite", "path": "d.db"}"#
        try #require(text.contains(place))
        try text.replacing(place, with: Server.member(schema)).write(toFile: path, atomically: true, encoding: .utf8)
    }

    @discardableResult func extract(code: Int32 = 0) throws -> Program.Result {
        let result = try run(["extract", "--quiet"])
        #expect(result.code == code, "\(result.all)")
        return result
    }

    /// Runs a command that asks the source.
    func run(_ arguments: [String]) throws -> Program.Result {
        let program = Program(
            directory: bench.directory.url,
            environment: ["DESTINATION_PASSWORD": Server.environment["KLEENE_PG_PASSWORD"] ?? ""])
        return try program.run(arguments + bench.mockFlags)
    }

    /// Asks the server; `{schema}` stands for the schema's name.
    func ask(_ sql: String) throws -> String { try Server.ask(sql.replacing("{schema}", with: schema)) }
}
