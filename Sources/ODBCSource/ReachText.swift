import Extraction
import ODBC

/// Why a connection that was not refused did not come about, by what drivers say: most have one SQLSTATE for everything.
///
/// Texts of psqlodbc 13.02 with libpq 15, MariaDB Connector/ODBC 3.1.15, and of FreeTDS, Oracle and Db2 by their manuals.
struct ReachText {
    /// Any of these, in lower case; ` … ` stands for anything between.
    let words: [String]
    /// SQLSTATEs that mean it by themselves.
    var states: [SQLState] = []
    /// The database's own numbers, which count beside a state of the database's own only.
    var natives: [Int32] = []
    let kind: FailureClass
    let reason: String
    let advice: String

    /// In this order: what is known for certain before what may pass.
    static let all: [ReachText] = [
        ReachText(
            words: [], states: [.noEnvironment, .noConnectionHandle], kind: .environment,
            reason: "the library that was loaded is no ODBC driver that works here",
            advice: "Check \"driver\", or \"Driver\" in odbcinst.ini."),
        ReachText(
            words: [
                "database \" … \" does not exist", "unknown database '", "cannot open database",
                "could not open database",
                "database not found", "ora-12505", "ora-12514", "sql1013n",
            ], states: [.noSuchDatabase], natives: [1049, 4060], kind: .environment,
            reason: "there is no such database there, or not for this user",
            advice:
                "Check the database's name (\"Database\" in \"attributes\", --attribute or odbc.ini); upper and lower case may count. "
                + "Without one PostgreSQL takes the user's name."),
        ReachText(
            words: ["is not currently accepting connections"], kind: .environment,
            reason: "that database takes no connections", advice: "Check the database's name, or ask who runs it."),
        ReachText(
            words: ["permission denied for database", "access denied for user … to database"], natives: [1044],
            kind: .credentials, reason: "this user may not use that database",
            advice: "Check the database's name, or have the right to connect to it granted to the user."),
        ReachText(
            words: ["temporary failure in name resolution", "unknown server host … (-3)", "try again later"],
            kind: .connection, reason: "the host's name could not be looked up now",
            advice: "Check the network and its name servers, then run the same command again."),
        ReachText(
            words: [
                "could not translate host name", "unknown server host", "unknown host", "name or service not known",
                "nodename nor servname", "no address associated", "ora-12154", "ora-12545",
            ], natives: [2005], kind: .environment, reason: "no host has that name",
            advice: "Check the host's name (\"Server\" or \"Servername\" in \"attributes\", --attribute or odbc.ini)."),
        ReachText(
            words: [
                "too many clients", "too many connections", "remaining connection slots", "max_user_connections",
                "ora-00020", "ora-12516",
            ], states: [.tooManyConnections], natives: [1040, 1203, 1226], kind: .connection,
            reason: "the source has no connection left",
            advice: "Wait, lower \"connections\", or have the source's limit raised; then run the same command again."),
        ReachText(
            words: ["system is starting up", "system is shutting down", "system is in recovery", "not yet accepting"],
            states: [.cannotConnectNow], kind: .connection, reason: "the source is starting or stopping",
            advice: "Run the same command again in a while."),
        ReachText(
            words: ["no such file or directory", "socket … failed", "through socket"], natives: [2002],
            kind: .connection, reason: "nothing answers at that socket or address",
            advice:
                "Check host and port: a path as host is the directory of a server's socket on this machine. Then run the same "
                + "command again."),
        ReachText(
            words: ["connection refused", "actively refused", "can't connect to"], kind: .connection,
            reason: "nothing listens at that host and port",
            advice: "Check host and port and whether the server runs, then run the same command again."),
    ]

    /// What an error means; nil where its words are not known.
    static func known(_ error: ODBCError) -> ReachText? { all.first { $0.matches(error) } }

    /// Whether it is meant although words or a state are there that elsewhere mean a refused login: MariaDB's 08004 for too many
    /// connections, its `Access denied … to database`, a database that is called `password`.
    func outranksRefusal(_ error: ODBCError) -> Bool {
        let isRefused = error.diagnostics.contains {
            .invalidAuthorization ~= $0.state || $0.text.lowercased().contains("authentication failed")
        }
        return !isRefused && (kind == .environment || error.diagnostics.contains(where: isMeantByNumber))
    }

    private func isMeantByNumber(_ diagnostic: Diagnostic) -> Bool {
        // 08001 and the like come with numbers of the driver's own.
        natives.contains(diagnostic.nativeCode) && diagnostic.state != .cannotConnect
    }

    private func matches(_ error: ODBCError) -> Bool {
        error.diagnostics.contains { diagnostic in
            if states.contains(diagnostic.state) { return true }
            if isMeantByNumber(diagnostic) { return true }
            let saying = diagnostic.text.lowercased()
            return words.contains { Self.holds(saying, $0) }
        }
    }

    private static func holds(_ saying: String, _ words: String) -> Bool {
        var rest = Substring(saying)
        for part in words.split(separator: " … ") {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }
}
