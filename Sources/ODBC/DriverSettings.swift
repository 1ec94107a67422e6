/// Every setting of a driver or a session that we take care of, for each driver that we know: what we set, and why.
///
/// A connection string wins over odbc.ini in all three drivers, and what a session is told after connecting wins over the settings
/// of databases, roles and `ConnSettings`; so no file changes a value. Each row is tried by `Tests/Conformance/settings.py`, with
/// an odbc.ini that says the contrary.
extension DriverProfile {
    /// One keyword of a connection string.
    package struct Preset: Hashable, Sendable {
        package var keyword: String
        package var value: Value
        /// Other spellings under which the user may have set it.
        package var aliases: [String] = []
        /// What another value would do to values; nil where the user's own may stand.
        package var changes: String?

        package enum Value: Hashable, Sendable {
            case text(String)
            /// The rows of one batch, or of a usual one: where a batch holds more, psqlodbc asks for those.
            case batchRows
        }

        init(_ keyword: String, _ value: Value, _ aliases: String..., changes: String? = nil) {
            self.keyword = keyword
            self.value = value
            self.aliases = aliases
            self.changes = changes
        }

        /// What a value that the user has set would do, if it is not ours: `0` and nothing are the same to drivers.
        package func harm(of other: String) -> String? {
            guard let changes, case .text(let ours) = value else { return nil }
            let given = other.trimmed.lowercased()
            if given == ours.lowercased() || (ours == "0" && given.isEmpty) { return nil }
            return changes
        }
    }

    /// Statements that settle a session.
    package struct SessionSettings: Hashable, Sendable {
        /// Before each of them, or before all.
        package var prefix: String
        package var separator: String
        package var settings: [String]

        /// All in one statement.
        package var together: String { prefix + settings.joined(separator: separator) }
        /// One by one, for a source that refuses some.
        package var apart: [String] { settings.map { prefix + $0 } }
    }
}

extension DriverProfile.Preset {
    /// psqlodbc's, measured with 13.02.
    static let postgreSQL = [
        // Streams: 111 MB become 12 MB for 500,000 rows.
        Self("UseDeclareFetch", .text("1"), "B6"),
        Self("Fetch", .batchRows, "A7"),
        // Declared sizes, by which slots are chosen. What is longer is read again.
        Self("MaxVarcharSize", .text("4000"), "B0"),
        Self("MaxLongVarcharSize", .text("8190"), "B1"),
        // Otherwise a long `json` has 255 characters by declaration.
        Self("UnknownsAsLongVarchar", .text("1"), "B8"),
        Self("TextAsLongVarchar", .text("1"), "B7"),
        Self("BoolsAsChar", .text("0"), "B9", changes: "make booleans text"),
        Self("TrueIsMinus1", .text("0"), "C6", changes: "make true −1"),
        Self("LFConversion", .text("0"), "C5", changes: "make each line feed two characters"),
        Self("ByteaAsLongVarBinary", .text("1"), "C7", changes: "make bytes text"),
        Self("NumericAs", .text("-101"), "D6", changes: "round exact numbers to doubles, or make them text"),
        Self("BI", .text("0"), changes: "make whole numbers another type"),
        // Further columns of a table are none of its own.
        Self("RowVersioning", .text("0"), "A4"),
        Self("ShowOidColumn", .text("0"), "A3"),
        Self("FakeOidIndex", .text("0"), "A2"),
        Self("CommLog", .text("0"), "B3"),
        Self("Debug", .text("0"), "B2"),
    ]

    /// MariaDB's, measured with 3.1.15. Streaming exists from 3.1.17; the older one ignores the keywords.
    static let mariaDB = [
        Self("NO_CACHE", .text("1")),
        Self("FORWARDONLY", .text("1")),
        // `utf8` loses what needs four bytes, others more.
        Self("CHARSET", .text("utf8mb4"), changes: "lose letters"),
        // A session that comes back by itself has forgotten what it was told.
        Self("AUTO_RECONNECT", .text("0"), changes: "open sessions that nobody has settled"),
    ]

    /// libsqliteodbc's, measured with 0.9998. `JDConv`, `BigInt`, `NoWCHAR`, `OEMCP`, `ShortNames`, `LongNames`, `NoTXN` change no
    /// value that is fetched as text and named by us.
    static let sqlite = [Self("StepAPI", .text("1"))]
}

extension DriverProfile.SessionSettings {
    /// `timestamptz` comes in the session's zone, without its offset. The driver asks for ISO dates and two digits more itself,
    /// but before `ConnSettings`; a `real` of a PostgreSQL before 12 needs three.
    ///
    /// Not `standard_conforming_strings`, in which a user's "where" is written, and not `lc_monetary`, by which a `money` has its
    /// decimals: literals and text are right under any.
    static let postgreSQL = Self(
        prefix: "", separator: "; ",
        settings: [
            // psqlodbc's own, unless PGCLIENTENCODING of the environment says another.
            "SET client_encoding = 'UTF8'", "SET TIME ZONE 'UTC'", "SET DateStyle = 'ISO'",
            "SET extra_float_digits = 3",
            "SET IntervalStyle = 'postgres'",
            "SET bytea_output = 'hex'",
        ])

    /// The zone is the server's own, in which a `TIMESTAMP` is shown. `INITSTMT` of an odbc.ini comes before, and may have cut
    /// results off. Not `NO_BACKSLASH_ESCAPES` and `ANSI_QUOTES`, in which a user's "where" is written.
    static let mariaDB = Self(
        prefix: "SET SESSION ", separator: ", SESSION ",
        settings: [
            "time_zone = @@global.time_zone", "sql_mode = REPLACE(@@session.sql_mode, 'PAD_CHAR_TO_FULL_LENGTH', '')",
            "sql_select_limit = DEFAULT", "character_set_client = utf8mb4", "character_set_connection = utf8mb4",
            "character_set_results = utf8mb4",
        ])
}

extension String {
    fileprivate var trimmed: String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}
