import Extraction
import Foundation
import ODBC
import ODBCSource
import TestSupport
import Testing
import Text

/// From what a person writes to a driver's own connection string; what no driver could read is refused offline.
@Suite struct ConnectionPlanTests {
    private func plan(_ driver: String, _ attributes: [(String, String)], password: Secret? = nil) throws -> String {
        var settings = DataSourceSettings(driver: driver, user: "me", password: password)
        settings.attributes = attributes.map { .init(keyword: $0.0, value: $0.1) }
        return try ConnectionPlan(settings).string.text.reveal()
    }

    @Test func postgreSQLsHostAndDatabaseGoOutBare() throws {
        let text = try plan("PostgreSQL Unicode", [("Servername", "::1"), ("Database", "my db ü")], password: "p w")
        #expect(text.contains(";Servername=::1;Database=my db ü;"))
        #expect(text.hasSuffix(";UID=me;PWD={p w}"))
    }

    @Test func dataSourcesWithBlanksGoOutBare() throws {
        #expect(try ConnectionPlan(DataSourceSettings(dsn: "my pg")).string.text.reveal().hasPrefix("DSN=my pg"))
    }

    @Test func whatADriverCannotReadIsRefusedWithASentence() throws {
        let database = #expect(throws: Failure.self) { try plan("PostgreSQL Unicode", [("Database", "a;b")]) }
        #expect(database?.kind == .configuration)
        #expect(
            database?.message
                == "The attribute \"Database\" holds \";\", which the connection string of the driver psqlodbc cannot carry."
        )
        let password = #expect(throws: Failure.self) { try plan("MariaDB Unicode", [], password: " blank") }
        #expect(
            password?.message
                == "The password begins or ends with a blank, which the driver MariaDB Connector/ODBC drops.")
        #expect(password?.advice == "Log in with another password.")
    }

    @Test func postgreSQLGetsTheUsersNameWithoutBracesAndThePasswordInThem() throws {
        let plan = try ConnectionPlan(
            DataSourceSettings(driver: "PostgreSQL Unicode", user: "me@example.org", password: "p@;ss"))
        #expect(plan.string.text.reveal().hasSuffix(";UID=me@example.org;PWD={p@;ss}"))
    }

    @Test func theLibraryIsThatOfTheDriverThatWillBeAskedFor() {
        func library(_ change: (inout DataSourceSettings) -> Void) -> String? {
            var settings = DataSourceSettings()
            change(&settings)
            return ConnectionPlan.library(for: settings)
        }
        #expect(library { $0.driver = "/opt/x.so" } == "/opt/x.so")
        #expect(library { $0.connectionString = "Driver=/opt/y.so;UID=me" } == "/opt/y.so")
        #expect(library { $0.driver = "no such driver" } == nil)
        #expect(library { $0.dsn = "no such source" } == nil)
        let named = library { $0.driver = "PostgreSQL Unicode" }
        #expect(named == (try? ConnectionPlan(DataSourceSettings(driver: "PostgreSQL Unicode")))?.library)
    }

    /// The driver manager finds it there; what cannot be loaded is left to the driver manager to say.
    @Test func whatIsLoadedBeforeTheDriverManagerAsksStays() throws {
        func isMapped(_ path: String) throws -> Bool {
            let maps = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/maps")).readToEnd() ?? Data()
            return String(decoding: maps, as: UTF8.self).contains(path)
        }
        let driver = try RecordingDriver("")
        #expect(try !isMapped(driver.libraryPath))
        DriverManager.load(library: driver.libraryPath)
        #expect(try isMapped(driver.libraryPath))
        #expect(DriverManager.loadProblem(ofLibrary: driver.libraryPath) == nil)
        #expect(try isMapped(driver.libraryPath))
        for path in ["/no/such.so", "no-such.so", "/proc/self/status"] {
            DriverManager.load(library: path)
            #expect(DriverManager.loadProblem(ofLibrary: path)?.isEmpty == false)
        }
    }
}
