import Extraction
import Testing

@testable import KleeneNS

/// What a configuration may say depends on the kind of its destination.
@Suite struct DestinationRulesTests {
    private static let sqlite = #""destination": {"type": "sqlite", "path": "d.db"}"#
    private static func postgres(_ more: String = "", host: String = "db.internal") -> String {
        #""destination": {"type": "postgresql", "host": "\#(host)", "database": "w"\#(more)}"#
    }

    private func faults(_ destination: String?, _ extract: String, defaults: String = "{}") -> [String] {
        ConfigurationTests.faults(
            """
            {\(ConfigurationTests.source), \(destination.map { $0 + ", " } ?? "")"defaults": \(defaults), "extracts": [{"table": "t", \(extract)}]}
            """)
    }

    private func decimal(_ destination: String?, _ extract: String = #""name": "e""#) throws -> DecimalStorage {
        try ConfigurationTests.read(
            """
            {\(ConfigurationTests.source), \(destination.map { $0 + ", " } ?? "")"extracts": [{"table": "t", \(extract)}]}
            """
        ).extracts[0].tableExtract.decimal
    }

    @Test func reservedNamesAreThoseOfTheDestination() {
        let (named, other) = (#""destination_table": "sqlite_stat1""#, #""destination_table": "PG_class""#)
        #expect(faults(Self.sqlite, named).count == 1 && faults(nil, named).count == 1)
        #expect(faults(Self.sqlite, other).isEmpty)
        #expect(faults(Self.postgres(), named).isEmpty)
        #expect(
            faults(Self.postgres(), other) == [
                #"$.extracts[0].destination_table: "PG_class" begins with pg_, which PostgreSQL keeps for itself."#
            ])
        for destination in [Self.sqlite, Self.postgres()] {
            #expect(faults(destination, #""destination_table": "_kleene_x""#).count == 1)
        }
    }

    @Test func decimalsAreTheDestinationsOwnWhereItHasThem() throws {
        #expect(try decimal(nil) == .text && decimal(Self.sqlite) == .text)
        #expect(try decimal(Self.postgres()) == .native)
        #expect(try decimal(Self.postgres(), #""decimal": "text""#) == .text)
        #expect(
            faults(Self.sqlite, #""decimal": "native""#) == [
                #"$.extracts[0].decimal: "native" needs a destination that has decimals, and SQLite has none; it takes "text", "scaled_integer", "real"."#
            ])
        #expect(faults(Self.sqlite, #""name": "e""#, defaults: #"{"decimal": "native"}"#).count == 1)
        #expect(faults(Self.postgres(), #""decimal": "native""#).isEmpty)
    }

    @Test(
        arguments: [
            (postgres(), [:], true), (postgres(#", "sslmode": "prefer""#), [:], false),
            (postgres(host: "localhost"), [:], false), (postgres(host: "/var/run/postgresql"), [:], false),
            (postgres(host: "127.0.0.1"), [:], false), (postgres(host: "::1"), [:], false),
            (postgres(host: "127.example.com"), [:], true), (postgres(), ["PGSSLMODE": "require"], false),
            (#""destination": {"type": "postgresql", "service": "warehouse"}"#, [:], false), (sqlite, [:], false),
        ] as [(String, [String: String], Bool)])
    func serverThatIsReachedWithoutAWordOnTLSIsWarnedOf(
        destination: String, environment: [String: String], isWarned: Bool
    ) throws {
        let configuration = try ConfigurationTests.read(
            "{\(ConfigurationTests.source), \(destination), \"extracts\": []}")
        let warnings = try #require(configuration.destination).warnings(environment)
        #expect(warnings.count == (isWarned ? 1 : 0), "\(warnings)")
        #expect(warnings.allSatisfy { $0.contains("sslmode") && $0.contains("verify-full") })
    }
}
