import Extraction
import ODBC
import Testing

@testable import ODBCSource

/// Drivers that are set to log what they connect with: each driver and each setting of the table.
@Suite struct LogGuardTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var library: String
        var place: String
        var name: String
        /// Values that turn it on, and that do not.
        var on: [String]
        var off: [String]
        var testDescription: String { "\(library) \(place) \(name)" }
    }

    private static let flags = (on: ["1", "2", " 2 ", "-1", "yes", "on", "true", "0x1"], off: ["", " ", "0", " 0 "])
    private static let files = (on: ["/tmp/x", "stdout", "0"], off: ["", " "])
    private static let bits = (on: ["4", "5", "4194308", "yes"], off: ["", "0", "3", "67108864"])

    static let cases = [
        Case(library: "psqlodbcw.so", place: "entry", name: "Debug", on: flags.on, off: flags.off),
        Case(library: "/usr/lib/odbc/psqlodbca.so", place: "other entry", name: "Debug", on: flags.on, off: flags.off),
        Case(library: "psqlodbcw.so", place: "dsn", name: "Debug", on: flags.on, off: flags.off),
        Case(library: "psqlodbcw.so", place: "keyword", name: "Debug", on: flags.on, off: flags.off),
        Case(library: "psqlodbcw.so", place: "keyword", name: "B2", on: flags.on, off: flags.off),
        Case(library: "psqlodbcw.so", place: "keyword", name: "CommLog", on: flags.on, off: flags.off),
        Case(library: "psqlodbcw.so", place: "keyword", name: "B3", on: flags.on, off: flags.off),
        Case(library: "libmaodbc.so", place: "keyword", name: "OPTION", on: bits.on, off: bits.off),
        Case(library: "libmaodbc.so", place: "dsn", name: "OPTIONS", on: bits.on, off: bits.off),
        Case(library: "libmaodbc.so", place: "keyword", name: "TRACE", on: flags.on, off: flags.off),
        Case(library: "libmyodbc8w.so", place: "dsn", name: "DEBUG", on: flags.on, off: flags.off),
        Case(library: "libtdsodbc.so", place: "environment", name: "TDSDUMP", on: files.on, off: files.off),
        Case(library: "libtdsodbc.so", place: "environment", name: "TDSDUMPCONFIG", on: files.on, off: files.off),
        Case(library: "libtdsodbc.so", place: "keyword", name: "DumpFile", on: files.on, off: files.off),
        Case(library: "libtdsodbc.so", place: "dsn", name: "Dump File", on: files.on, off: files.off),
        Case(library: "libtdsodbc.so", place: "file", name: "dump file", on: files.on, off: files.off),
        Case(library: "ivoa27.so", place: "section", name: "Trace", on: flags.on, off: flags.off),
        Case(library: "ivoa27.so", place: "dsn", name: "LogFile", on: flags.on, off: flags.off),
        Case(library: "ivoa27.so", place: "keyword", name: "TraceFile", on: flags.on, off: flags.off),
    ]

    private func failure(_ one: Case, _ value: String) -> Failure? {
        var looked = LogGuard(driver: "D", library: one.library, dsn: "S") { keyword in
            one.place == "keyword" && keyword == one.name ? value : nil
        }
        looked.entry = { section, key in
            let wanted = one.place == "entry" ? "D" : one.place == "other entry" ? "PostgreSQL Unicode" : nil
            return section == wanted && key == one.name ? value : nil
        }
        looked.dataSource = { section, key in
            let wanted = one.place == "dsn" ? "S" : one.place == "section" ? "ODBC" : nil
            return section == wanted && key == one.name ? value : nil
        }
        looked.variable = { $0 == "HOME" ? "/h" : one.place == "environment" && $0 == one.name ? value : nil }
        looked.contents = { path in
            one.place == "file" && path == "/h/.freetds.conf"
                ? "[global]\n;\tdump file = /tmp/commented\n\ttds version = 7.4\n  Dump   File=\(value)\n" : nil
        }
        do {
            try looked.check()
            return nil
        } catch {
            return error as? Failure
        }
    }

    @Test(arguments: cases)
    func whatIsSetToLogIsRefusedByName(one: Case) throws {
        for value in one.on {
            let failure = try #require(self.failure(one, value), "\(one.name)=\(value) passed")
            #expect(failure.kind == (one.place == "keyword" ? .configuration : .environment))
            #expect(
                failure.message.contains(one.name) && failure.advice.contains(one.place == "file" ? "line" : one.name))
        }
        for value in one.off { #expect(self.failure(one, value) == nil, "\(one.name)=\(value) was refused") }
        // Another driver does not read it.
        var other = one
        other.library = "libsqlite3odbc.so"
        #expect(self.failure(other, one.on[0]) == nil)
    }

    /// One row of the table at least for each driver that this is known of, each row in a case above.
    @Test func eachRowOfTheTableIsTried() {
        for setting in LogSetting.all {
            let tried = Self.cases.contains { one in
                setting.concerns(library: one.library)
                    && setting.names.contains { $0.lowercased() == one.name.lowercased() }
            }
            #expect(tried, "\(setting.libraries) \(setting.names)")
        }
    }
}
