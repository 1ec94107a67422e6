package import Rows

/// What is known of a driver: facts from measurement, apart from the decisions made of them.
///
/// Unknown drivers get `DriverProfile.unknown`, which trusts nothing. Each entry says which version was measured.
package struct DriverProfile: Hashable, Sendable {
    /// For people.
    package var name: String
    /// How its connection string wants values written.
    package var syntax = ValueSyntax.braces
    /// Keywords that make it stream, keep values as they are and write no log: `DriverSettings.swift`.
    package var presets: [Preset] = []
    /// Rows of one batch at most, where nobody says; how many fit is a matter of their width.
    package var batchRows = usualBatchRows
    package static let usualBatchRows = 2000
    /// Whether a read is a transaction, which a value that fails leaves unusable.
    package var readsInTransactions = false
    /// What each session is told after connecting, so that values depend on no file and no role.
    package var session: SessionSettings?
    /// Whether integers may be fetched as `SQL_C_SBIGINT`. Otherwise they are fetched as text and parsed.
    package var fetchesIntegersTyped = false
    /// Whether timestamps and dates may be fetched as structs and spelt by us: `TimestampStruct` and `DateStruct` say what was measured.
    package var fetchesTimestampsTyped = false
    /// Bytes that one character of a declared size may need.
    package var bytesPerCharacter = 4
    /// Whether the declared size of a long text column is a bound or just a habit.
    package var longSizesAreReal = false
    /// Types that it maps to a number but delivers as text, by name.
    package var textTypeNames: Set<String> = []
    /// What the driver says of decimals that have no declared size; nil where it says nothing.
    package var undeclaredDecimal: DecimalSize?
    /// Types that it maps to text but that are identifiers, by name.
    package var uuidTypeNames: Set<String> = []
    /// Whether each value is fetched with what it is, because declared types are habits there: `TaggedText`.
    package var tagsValues = false

    /// Whether its SQL has literals and functions, so that how text arrives can be tried; if not, text is known to be UTF-8.
    package var takesLiterals = true

    /// Whether values arrive whole only as text or bytes by `SQLGetData`: bound, they are text whatever was asked for.
    package var fetchesPiecesAlone = false
    /// Whether it may be asked for keys and indexes.
    package var tellsKeys = true

    /// Which letters its database takes for the same in the names of columns.
    package var nameCase = NameCase.unicode

    /// What its data source is, where that is one file.
    package var file: FileSource?

    /// A data source that is a file.
    package struct FileSource: Hashable, Sendable {
        /// What it is called in a sentence.
        package var name: String
        /// The keyword whose value is its path.
        package var keyword: String
        /// Ways in which such files may begin: bytes from a place on.
        package var headers: [String]
        package var headerOffset: Int
        /// Whether a file without a byte is one.
        package var mayBeEmpty: Bool
        /// Whether the driver takes `file:` and what may follow a path there.
        package var takesURIs: Bool
    }

    /// What it does to doubles, for the run's notes; nil where they arrive to the last bit.
    package var doubleCaveat: String?

    package init(name: String) { self.name = name }

    /// Digits of a decimal, and those of them that stand behind the point.
    package struct DecimalSize: Hashable, Sendable {
        package var digits: Int
        package var scale: Int
    }

    /// A driver of which nothing is known: integers as text, four bytes a character, no presets.
    package static let unknown = DriverProfile(name: "unknown")

    /// PostgreSQL's, measured with 13.02.
    ///
    /// Debian's entry in odbcinst.ini sets `CommLog=1`, a log in `/tmp`. Ours holds while a connection lives; 13.02 goes back
    /// to the entry's before it has left the last one, so each process that had one would leave `/tmp/psqlodbc_*.log` with the
    /// line `PQfinish: ADDRESS`. No keyword stops that, only `CommLog=0` of the entry: see `QuietDrivers`.
    package static let postgreSQL: DriverProfile = {
        var profile = DriverProfile(name: "psqlodbc")
        profile.nameCase = .ascii
        profile.presets = Preset.postgreSQL
        // Each batch is a question, for which the server begins again: of 5 columns 2 M rows take 0.98 of the time of batches of 2000. With
        // 8000 they leave the processor's cache.
        profile.batchRows = 4000
        profile.session = .postgreSQL
        profile.readsInTransactions = true
        profile.fetchesIntegersTyped = true
        // A fetch of the 24 columns of Benchmarks takes 0.88 of the time, one of 5 columns 0.77: no `sprintf` for each value.
        profile.fetchesTimestampsTyped = true
        // 13.02 takes braces and `%` off these and off nothing else: `{me@example.org}` is another user, `{::1}` another host,
        // `{my db}` another database.
        profile.syntax = ValueSyntax(.bare)
        profile.syntax.exceptions = [
            "pwd": .braces, "password": .braces, "connsettings": .braces, "a6": .braces, "pqopt": .braces,
            "d6": .braces,
        ]
        // Reported as FLOAT and delivered as `$12.34`.
        profile.textTypeNames = ["money"]
        // psqlodbc 13.02 says it of `numeric` without a size, whose values have any number of digits.
        profile.undeclaredDecimal = DecimalSize(digits: 28, scale: 6)
        return profile
    }()

    /// MariaDB's, measured with 3.1.15. Streaming exists from 3.1.17; the older one ignores the keywords.
    package static let mariaDB: DriverProfile = {
        var profile = DriverProfile(name: "MariaDB Connector/ODBC")
        profile.presets = Preset.mariaDB
        profile.session = .mariaDB
        profile.fetchesIntegersTyped = true
        // 3.1.15 drops them within braces too: the password of another user would go out.
        profile.syntax = ValueSyntax(.braces, drops: [.leading, .trailing])
        return profile
    }()

    /// libsqliteodbc's, measured with 0.9998. Types are the declaration's, values are whatever was stored: a typed fetch turns
    /// text in a column of numbers into NULL, without a word. All values pass through text, which rounds doubles to 15 digits,
    /// ends at a NUL character, and is `X'…'` for bytes, in columns of text too. So SQLite itself is asked what each value is,
    /// and for all of it.
    ///
    /// It knows no braces. Without `NoCreat` it makes the file that a path names; `DatabaseFile` says what else is done
    /// so that a source is left as it is.
    package static let sqlite: DriverProfile = {
        var profile = DriverProfile(name: "SQLite ODBC")
        profile.syntax = ValueSyntax(.bare, drops: .leading)
        profile.presets = Preset.sqlite
        profile.tagsValues = true
        profile.file = FileSource(
            name: "SQLite database", keyword: "Database", headers: ["SQLite format 3\0"], headerOffset: 0,
            mayBeEmpty: true, takesURIs: true)
        profile.nameCase = .ascii
        return profile
    }()

    /// The Access driver of mdbtools, measured with 1.0.0: it reads files, and little SQL.
    ///
    /// It knows no braces and no functions but `COUNT(*)`; an error has a text of its own on standard error and none for ODBC.
    /// A path has a buffer of 256 bytes, and what is longer is written behind it.
    package static let mdbTools: DriverProfile = {
        var profile = DriverProfile(name: "MDB Tools")
        profile.syntax = ValueSyntax(.bare, drops: .leading)
        profile.syntax.longest = ["dbq": 255, "dsn": 255]
        profile.takesLiterals = false
        profile.doubleCaveat = "the Access driver of mdbtools gives doubles as text of at most 16 significant digits"
        // Into bound memory it writes text for any C type, and the lower half of the lengths. It has no blocks of rows.
        profile.fetchesPiecesAlone = true
        // `SQLPrimaryKeys` is missing; after `SQLStatistics`, `SQLNumResultCols` crashes.
        profile.tellsKeys = false
        profile.file = FileSource(
            name: "Access database", keyword: "DBQ", headers: ["Standard Jet DB", "Standard ACE DB"], headerOffset: 4,
            mayBeEmpty: false, takesURIs: false)
        return profile
    }()

    /// FreeTDS's, by its source (1.3 and 1.4): a value in braces ends at `};`, and a `}` within is not doubled. Of its types and
    /// lengths nothing is trusted yet.
    package static let freeTDS: DriverProfile = {
        var profile = DriverProfile(name: "FreeTDS")
        profile.syntax = ValueSyntax(.bracesToSemicolon)
        return profile
    }()

    /// By the driver's library, before connecting, or by `SQL_DRIVER_NAME`, after: both are file names.
    package static func matching(library: String) -> DriverProfile {
        let file = Array((library.split(separator: "/").last?.lowercased() ?? "").utf8)
        // By bytes: the first search in a String sets up types at run time, in each of two processes.
        func says(_ word: String) -> Bool { file.indices.contains { file[$0...].starts(with: word.utf8) } }
        if says("psqlodbc") { return .postgreSQL }
        if says("maodbc") { return .mariaDB }
        if says("sqlite") && says("odbc") { return .sqlite }
        if says("mdbodbc") { return .mdbTools }
        if says("tdsodbc") { return .freeTDS }
        return .unknown
    }
}
