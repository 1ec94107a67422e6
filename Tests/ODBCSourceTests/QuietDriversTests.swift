import ODBC
import Testing

@testable import ODBCSource

/// What a worker's drivers read in place of odbcinst.ini.
@Suite struct QuietDriversTests {
    private static func section(_ name: String, _ entries: (String, String)...) -> DriverManager.Section {
        DriverManager.Section(name, entries.map { DriverManager.Entry($0.0, $0.1) })
    }

    @Test func logOfPsqlodbcIsOffWhereNobodySaysWhereItGoes() {
        let stock = Self.section("PostgreSQL Unicode", ("Driver", "psqlodbcw.so"), ("Debug", "0"), ("CommLog", "1"))
        let quiet = Self.section("PostgreSQL Unicode", ("Driver", "psqlodbcw.so"), ("Debug", "0"), ("CommLog", "0"))
        #expect(QuietDrivers.quieted(stock) == quiet)
        #expect(QuietDrivers.quieted(quiet) == quiet)
        let ansi = Self.section("mine", ("DRIVER", "/usr/lib/odbc/psqlodbca.so"), ("commlog", "2"))
        #expect(QuietDrivers.quieted(ansi).entries.last?.value == "0")
    }

    @Test func whatSomebodyHasChosenStays() {
        let chosen = Self.section("p", ("Driver", "psqlodbcw.so"), ("CommLog", "1"), ("Logdir", "/var/log/p"))
        #expect(QuietDrivers.quieted(chosen) == chosen)
        for other in [
            Self.section("ODBC", ("Trace", "0")), Self.section("m", ("Driver", "libmaodbc.so"), ("CommLog", "1")),
        ] {
            #expect(QuietDrivers.quieted(other) == other)
        }
    }

    @Test func textIsAConfigurationFile() {
        let sections = [Self.section("a b", ("Driver", "x.so"), ("Empty", "")), Self.section("c", ("k", "v=w"))]
        #expect(QuietDrivers.text(sections) == "[a b]\nDriver=x.so\nEmpty=\n\n[c]\nk=v=w\n")
    }
}
