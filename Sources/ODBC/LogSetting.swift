/// A setting by which a driver writes what it connects with to a file, whatever a program asks: one row for each driver and
/// place, measured where a version is named.
package struct LogSetting: Sendable {
    package enum Place: Sendable, Hashable {
        /// The driver's entry in odbcinst.ini, and entries of these names, which some drivers read whatever theirs is called.
        case entry(others: [String])
        /// The data source in odbc.ini.
        case dataSource
        /// This section of odbc.ini, which is nobody's data source.
        case section(String)
        case keyword
        case environment
        /// A setting of the driver's own file: the first of these that is there, after the one that a variable names.
        case file([String], variable: String)
    }

    /// Which values turn it on.
    package enum Trigger: Sendable, Hashable {
        /// All but none, an empty one and 0.
        case notZero
        /// Any at all: a file's name.
        case present
        /// Numbers with this bit, and what is no number.
        case bit(Int)

        package func isOn(_ value: String?) -> Bool {
            let value = value.map { $0.filter { !$0.isWhitespace } } ?? ""
            if value.isEmpty { return false }
            switch self {
            case .notZero: return value != "0"
            case .present: return true
            case .bit(let bit): return Int(value).map { $0 & bit != 0 } ?? true
            }
        }
    }

    /// Parts of the library's file name, in lower case; of any of them.
    package var libraries: [String]
    package var place: Place
    /// Spellings, the first for people.
    package var names: [String]
    package var trigger = Trigger.notZero

    package func concerns(library: String) -> Bool {
        let file = library.split(separator: "/").last.map { $0.lowercased() } ?? ""
        return libraries.contains { file.contains($0) }
    }

    /// Not here, because it was looked into and no password is in it: psqlodbc's `CommLog` of an entry, which is Debian's own
    /// (13.02 writes one line at its last disconnect) and of a data source (ours, in the string, holds); libsqliteodbc's
    /// `TraceFile` (0.9998: statements); the driver manager's `Trace`, which each connection of ours turns off.
    package static let all: [LogSetting] = [
        // 13.02 reads `Debug` of the entry before any connection string: the whole string is in /tmp/mylog_*, for everyone to
        // read. From 1 on, also with a blank before it; what is no number it takes for 0, which is not worth relying on.
        LogSetting(
            libraries: ["psqlodbc"], place: .entry(others: ["PostgreSQL Unicode", "PostgreSQL ANSI"]), names: ["Debug"]),
        LogSetting(libraries: ["psqlodbc"], place: .dataSource, names: ["Debug"]),
        LogSetting(libraries: ["psqlodbc"], place: .keyword, names: ["Debug", "B2"]),
        // `PQconnectdbParams: … password='…'`.
        LogSetting(libraries: ["psqlodbc"], place: .keyword, names: ["CommLog", "B3"]),
        // 3.1.15: a log of all calls in HOME, or in /tmp without one.
        LogSetting(libraries: ["maodbc", "myodbc"], place: .keyword, names: ["OPTION", "OPTIONS"], trigger: .bit(4)),
        LogSetting(
            libraries: ["maodbc", "myodbc"], place: .dataSource, names: ["OPTION", "OPTIONS"], trigger: .bit(4)),
        // Known to it by name, without effect in 3.1.15.
        LogSetting(libraries: ["maodbc", "myodbc"], place: .keyword, names: ["TRACE", "DEBUG"]),
        LogSetting(libraries: ["maodbc", "myodbc"], place: .dataSource, names: ["TRACE", "DEBUG"]),
        // 1.3.17 writes the whole string of SQLDriverConnect to the file.
        LogSetting(
            libraries: ["tdsodbc"], place: .environment, names: ["TDSDUMP", "TDSDUMPCONFIG"], trigger: .present),
        LogSetting(libraries: ["tdsodbc"], place: .keyword, names: ["DumpFile", "Dump File"], trigger: .present),
        LogSetting(libraries: ["tdsodbc"], place: .dataSource, names: ["DumpFile", "Dump File"], trigger: .present),
        LogSetting(
            libraries: ["tdsodbc"],
            place: .file(
                ["~/.freetds.conf", "/etc/freetds/freetds.conf", "/etc/freetds.conf", "/usr/local/etc/freetds.conf"],
                variable: "FREETDSCONF"),
            names: ["dump file"], trigger: .present),
        // OpenAccess, as NetSuite has it, and DataDirect; not measured, for lack of the driver: their trace is of all calls.
        LogSetting(libraries: openAccess, place: .section("ODBC"), names: ["Trace"]),
        LogSetting(libraries: openAccess, place: .dataSource, names: ["Trace", "LogFile", "TraceFile"]),
        LogSetting(libraries: openAccess, place: .keyword, names: ["Trace", "LogFile", "TraceFile"]),
    ]

    private static let openAccess = ["ivoa", "oaodbc", "ddtrc"]
}
