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
    /// Keywords that make it stream, keep values as they are and write no log: `DriverSettings.swift`.
    package var presets: [Preset] = []
    /// Whether a read is a transaction, which a value that fails leaves unusable.
    package var readsInTransactions = false
    /// What each session is told after connecting, so that values depend on no file and no role.
    package var session: SessionSettings?
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
    /// Whether each value is fetched with what it is, because declared types are habits there: `TaggedText`.
    package var tagsValues = false

    package init(name: String) { self.name = name }

    /// A driver of which nothing is known: integers as text, four bytes a character, no presets.
    package static let unknown = DriverProfile(name: "unknown")

    /// PostgreSQL's, measured with 13.02.
    ///
    /// Debian's entry in odbcinst.ini sets `CommLog=1`, a log in `/tmp`. Ours holds while a connection lives; 13.02 goes back
    /// to the entry's before it has left the last one, so each process that had one would leave `/tmp/psqlodbc_*.log` with the
    /// line `PQfinish: ADDRESS`. No keyword stops that, only `CommLog=0` of the entry: see `QuietDrivers`.
    package static let postgreSQL: DriverProfile = {
        var profile = DriverProfile(name: "psqlodbc")
        profile.presets = Preset.postgreSQL
        profile.session = .postgreSQL
        profile.readsInTransactions = true
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
        profile.presets = Preset.mariaDB
        profile.session = .mariaDB
        profile.fetchesIntegersTyped = true
        return profile
    }()

    /// libsqliteodbc's, measured with 0.9998. Types are the declaration's, values are whatever was stored: a typed fetch turns
    /// text in a column of numbers into NULL, without a word. All values pass through text, which rounds doubles to 15 digits,
    /// ends at a NUL character, and is `X'…'` for bytes, in columns of text too. So SQLite itself is asked what each value is,
    /// and for all of it.
    package static let sqlite: DriverProfile = {
        var profile = DriverProfile(name: "SQLite ODBC")
        profile.quoting = .bare
        profile.presets = Preset.sqlite
        profile.tagsValues = true
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
