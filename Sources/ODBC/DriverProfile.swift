/// What is known of a driver: facts from measurement, apart from the decisions made of them.
///
/// Unknown drivers get `DriverProfile.unknown`, which trusts nothing. Each entry says which version was measured.
package struct DriverProfile: Hashable, Sendable {
    /// For people.
    package var name: String
    /// How its connection string wants values written.
    package var quoting: ConnectionString.Quoting = .braces
    /// The same for the user's name, where a driver has another rule for it.
    package var userQuoting: ConnectionString.Quoting?
    /// Keywords that make it stream, keep what it knows and write no log; the user's own come first.
    package var presets: [Preset] = []
    /// Whether integers may be fetched as `SQL_C_SBIGINT`. Otherwise they are fetched as text and parsed.
    package var fetchesIntegersTyped = false
    /// Whether timestamps may be fetched as structs and spelt by us: `TimestampStruct` says what was measured.
    package var fetchesTimestampsTyped = false
    /// Bytes that one character of a declared size may need.
    package var bytesPerCharacter = 4
    /// Whether the declared size of a long text column is a bound or just a habit.
    package var longSizesAreReal = false
    /// Types that it maps to a number but delivers as text, by name.
    package var textTypeNames: Set<String> = []
    /// Types that it maps to text but that are identifiers, by name.
    package var uuidTypeNames: Set<String> = []

    /// What it does to doubles, for the run's notes; nil where they arrive to the last bit.
    package var doubleCaveat: String?

    package struct Preset: Hashable, Sendable {
        package var keyword: String
        package var value: Value
        /// Other spellings under which the user may have set it.
        package var aliases: [String] = []

        package enum Value: Hashable, Sendable {
            case text(String)
            /// The rows of one batch.
            case batchRows
        }
    }

    package init(name: String) { self.name = name }

    /// A driver of which nothing is known: integers as text, four bytes a character, no presets.
    package static let unknown = DriverProfile(name: "unknown")

    /// PostgreSQL's, measured with 13.02.
    ///
    /// Declare/fetch streams (111 MB become 12 MB for 500,000 rows). Without `UnknownsAsLongVarchar` a long `json` is cut at
    /// 255 characters of declared size; `BoolsAsChar=0` makes booleans bits. Sessions in UTC give `timestamptz` one
    /// meaning, since the driver drops the offset.
    ///
    /// Debian's entry in odbcinst.ini sets `CommLog=1`, a log in `/tmp`. Ours holds while a connection lives; 13.02 goes back
    /// to the entry's before it has left the last one, so each process that had one would leave `/tmp/psqlodbc_*.log` with the
    /// line `PQfinish: ADDRESS`. No keyword stops that, only `CommLog=0` of the entry: see `QuietDrivers`.
    package static let postgreSQL: DriverProfile = {
        var profile = DriverProfile(name: "psqlodbc")
        profile.presets = [
            Preset(keyword: "UseDeclareFetch", value: .text("1"), aliases: ["B6"]),
            Preset(keyword: "Fetch", value: .batchRows, aliases: ["A7"]),
            Preset(keyword: "MaxVarcharSize", value: .text("4000"), aliases: ["B0"]),
            Preset(keyword: "MaxLongVarcharSize", value: .text("8190"), aliases: ["B1"]),
            Preset(keyword: "BoolsAsChar", value: .text("0"), aliases: ["B9"]),
            Preset(keyword: "UnknownsAsLongVarchar", value: .text("1"), aliases: ["B8"]),
            Preset(keyword: "ByteaAsLongVarBinary", value: .text("1"), aliases: ["C6"]),
            Preset(keyword: "ConnSettings", value: .text("SET TIME ZONE 'UTC'"), aliases: ["A6"]),
            Preset(keyword: "CommLog", value: .text("0"), aliases: ["B3"]),
            Preset(keyword: "Debug", value: .text("0"), aliases: ["B2"]),
        ]
        profile.fetchesIntegersTyped = true
        // A fetch of the 24 columns of Benchmarks takes 0.88 of the time, one of 5 columns 0.77: no `sprintf` for each value.
        profile.fetchesTimestampsTyped = true
        // 13.02 takes braces and `%` off the password but not off the name: `{me@example.org}` is another user.
        profile.userQuoting = .bare
        // Reported as FLOAT and delivered as `$12.34`.
        profile.textTypeNames = ["money"]
        return profile
    }()

    /// MariaDB's, measured with 3.1.15. Streaming exists from 3.1.17; the older one ignores the keywords.
    package static let mariaDB: DriverProfile = {
        var profile = DriverProfile(name: "MariaDB Connector/ODBC")
        profile.presets = [
            Preset(keyword: "NO_CACHE", value: .text("1")),
            Preset(keyword: "FORWARDONLY", value: .text("1")),
        ]
        profile.fetchesIntegersTyped = true
        return profile
    }()

    /// libsqliteodbc's, measured with 0.9998. Types are the declaration's, values are whatever was stored: an integer
    /// column may hold text, which a typed fetch would turn into NULL in silence.
    package static let sqlite: DriverProfile = {
        var profile = DriverProfile(name: "SQLite ODBC")
        profile.quoting = .bare
        profile.presets = [Preset(keyword: "StepAPI", value: .text("1"))]
        profile.doubleCaveat = "the SQLite ODBC driver rounds doubles to 15 significant digits, whatever is asked of it"
        return profile
    }()

    /// By the driver's library, before connecting, or by `SQL_DRIVER_NAME`, after: both are file names.
    package static func matching(library: String) -> DriverProfile {
        let file = library.split(separator: "/").last.map { $0.lowercased() } ?? ""
        if file.contains("psqlodbc") { return .postgreSQL }
        if file.contains("maodbc") { return .mariaDB }
        if file.contains("sqlite") && file.contains("odbc") { return .sqlite }
        return .unknown
    }
}
