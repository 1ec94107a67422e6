import Extraction
import Foundation
import ODBCSource
import TestSupport

@testable import SuiteAnalytics

/// NetSuite's service as the recording driver plays it: one table `customer`, and something that goes wrong.
struct PlayedService {
    /// Where it goes wrong.
    enum Moment {
        case connect
        /// When the list of tables is asked for.
        case listing
        /// When the read of `customer` is executed.
        case execute
        /// At the second fetch of that read.
        case fetch
    }

    static let table = TableName(name: "customer")
    let settings: ServiceSettings
    let driver: RecordingDriver
    private let directory = try? TemporaryDirectory()

    /// - Parameter actions: In the language of the recording driver, without `at MOMENT`.
    init(
        _ actions: [String] = [], at moment: Moment = .connect,
        authentication: Authentication = MockServer.authentication
    ) throws {
        func lines(_ wanted: Moment, _ directive: String) -> String {
            wanted == moment ? actions.map { "\(directive) \($0)\n" }.joined() : ""
        }
        driver = try RecordingDriver(
            """
            sql contains "FROM oa_columns"
            \(Self.textColumns(7))
            row "id" "-5" "BIGINT" "8" "19" NULL NULL
            sql contains "FROM oa_fkeys"
            \(Self.textColumns(3))
            sql contains "FROM oa_tables"
            \(Self.textColumns(6))
            row "Company" "Role" "customer" "TABLE" NULL NULL
            \(lines(.listing, "at execute"))
            sql contains "FROM \\"customer\\""
            column "id" BIGINT size 19
            repeat 5000 "{row}"
            \(lines(.execute, "at execute"))\(lines(.fetch, "at fetch 2"))
            """,
            probe: """
                \(lines(.connect, "at connect"))
                sql contains "FROM DUAL"
                column "t" VARCHAR size 20
                column "n" INTEGER size 10
                row literal:1 "4"
                """)
        guard let account = AccountID(rawValue: "1234567_SB1"), let directory else { throw CocoaError(.fileNoSuchFile) }
        var settings = ServiceSettings(
            account: account, role: 57, authentication: authentication, stateDirectory: directory.path("state"))
        settings.driver = driver.libraryPath
        settings.attributes = driver.settings.attributes
        self.settings = settings
    }

    private static func textColumns(_ count: Int) -> String {
        (1...count).map { "column \"c\($0)\" VARCHAR size 128" }.joined(separator: "\n")
    }

    /// A diagnostic as the driver would give it.
    static func fail(_ state: String, _ code: Int, _ text: String) -> String {
        "fail \(state) \(code) \"\(text.replacing("\"", with: "\\\""))\""
    }

    /// Logs in, lists the tables and reads the table, as far as it goes.
    func read(_ settings: ServiceSettings? = nil) throws -> ReadRows {
        let reading = ReadSettings()
        let source = DataSource(
            service: SuiteAnalyticsService(settings ?? self.settings, reading: reading), reading: reading
        ) { _ in }
        _ = try source.tables(schema: nil)
        return try readAll(source, Self.table)
    }

    func failure(_ settings: ServiceSettings? = nil) throws -> Failure? {
        do {
            _ = try read(settings)
            return nil
        } catch {
            return error as? Failure
        }
    }

    /// What the breaker remembers of the one user.
    func breaker() throws -> LoginBreaker? {
        try LoginBreakerStore(directory: settings.stateDirectory).all(account: nil).first?.breaker
    }
}
