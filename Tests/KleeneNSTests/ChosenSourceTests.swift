import ArgumentParser
import Foundation
import ODBCSource
import SuiteAnalytics
import TestSupport
import Testing

@testable import KleeneNS

/// Which source a command means, from its flags, its environment and what lies there: answered once, for all commands.
@Suite struct ChosenSourceTests {
    private let directory: TemporaryDirectory
    /// Names a configuration that is there.
    private let configured: [String: String]
    /// Names one that is not.
    private let bare: [String: String]

    init() throws {
        directory = try TemporaryDirectory()
        let text = """
            {"source": {"profile": "odbc", "dsn": "shop", "stall_timeout": 7},
             "destination": {"type": "sqlite", "path": "d.db"}, "extracts": [{"table": "t"}]}
            """
        try text.write(toFile: directory.path("k.json"), atomically: true, encoding: .utf8)
        configured = ["KLEENE_NS_CONFIG": directory.path("k.json"), "HOME": "/home/x"]
        bare = ["KLEENE_NS_CONFIG": directory.path("none.json"), "HOME": "/home/x"]
    }

    private func options(_ arguments: String...) throws -> SourceOptions { try SourceOptions.parse(arguments) }

    @Test func flagsDescribeASourceWhateverLiesThere() throws {
        let source = try ChosenSource(options("--dsn", "x", "--stall-timeout", "9"), environment: configured)
        guard case .flags = source.origin, case .odbc(let odbc) = source.configuration else {
            Issue.record("\(source.origin)")
            return
        }
        #expect(odbc.settings.dsn == "x" && source.stallLimit == 9 && source.destination == nil)
        #expect(source.directory == "." && source.catalogCache == nil)
    }

    @Test func aConfigurationIsReadWithWhatStandsBesideTheSource() throws {
        let source = try ChosenSource(options("--login-timeout", "3"), environment: configured)
        #expect(source.file?.extracts.count == 1)
        #expect(source.directory == directory.url.path && source.destination == .sqlite(path: directory.path("d.db")))
        #expect(source.stallLimit == 7 && source.limits.login == 3 && source.limits.statement == nil)
        #expect(source.stateDirectory == "/home/x/.local/state/kleene-ns")
    }

    @Test func aMockStandsAloneOnlyWhereThereIsNoConfiguration() throws {
        let alone = try ChosenSource(options("--mock", "127.0.0.1:1708"), environment: bare)
        guard case .mockAlone = alone.origin, case .netSuite = alone.configuration else {
            Issue.record("\(alone.origin)")
            return
        }
        #expect(alone.mock == MockServer(host: "127.0.0.1", port: 1708) && alone.catalogCache != nil)
        let beside = try ChosenSource(options("--mock", "127.0.0.1:1708"), environment: configured)
        #expect(beside.file != nil && beside.mock != nil)
    }

    @Test func whatNeedsAFileSaysSoWhereThereIsNone() throws {
        #expect(throws: (any Error).self) { try ChosenSource(options(), environment: bare) }
        #expect(throws: (any Error).self) {
            try ChosenSource(options("--mock", "127.0.0.1:1708"), environment: bare, or: .nothing)
        }
        // A file that is named must be there.
        #expect(throws: (any Error).self) {
            try ChosenSource(
                options("--mock", "127.0.0.1:1708", "--config", directory.path("none.json")), environment: configured)
        }
    }
}
