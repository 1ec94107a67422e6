import Extraction
import ODBC
import ODBCSource
import Testing

/// Why a connection did not come about: what is for good is not tried again, and the advice is about what is wrong.
@Suite struct ReachTextTests {
    private func failure(_ state: String, _ native: Int32, _ message: String) -> Failure {
        FailureClassifier(driver: "D", library: "/lib", user: "u").failure(
            ODBCError(
                kind: .error, function: "SQLDriverConnect",
                diagnostics: [Diagnostic(state: SQLState(rawValue: state), nativeCode: native, message: message)]),
            .connect)
    }

    private static let server = "connection to server at \"127.0.0.1\", port 5432 failed: "

    @Test(arguments: [
        (
            "08001", 101, server + "FATAL:  database \"nope\" does not exist", FailureClass.environment,
            "no such database"
        ),
        ("08001", 101, server + "FATAL:  database \"password\" does not exist", .environment, "no such database"),
        ("42000", 1049, "[ma-3.1.15]Unknown database 'nope'", .environment, "no such database"),
        ("3D000", 0, "catalogue inconnu", .environment, "no such database"),
        ("42000", 4060, "Cannot open database \"x\" requested by the login.", .environment, "no such database"),
        (
            "08001", 101, "could not translate host name \"x\" to address: Name or service not known", .environment,
            "no host has that name"
        ),
        ("HY000", 2005, "[ma-3.1.15]Unknown server host 'x' (-2)", .environment, "no host has that name"),
        (
            "08001", 101, "could not translate host name \"x\" to address: Temporary failure in name resolution",
            .connection, "could not be looked up now"
        ),
        ("HY000", 2005, "[ma-3.1.15]Unknown server host 'x' (-3)", .connection, "could not be looked up now"),
        ("08001", 101, server + "Connection refused", .connection, "nothing listens"),
        ("HY000", 2002, "[ma-3.1.15]Can't connect to server on '127.0.0.1' (115)", .connection, "nothing answers"),
        ("08001", 101, server + "FATAL:  sorry, too many clients already", .connection, "no connection left"),
        ("08004", 1040, "[ma-3.1.15]Too many connections", .connection, "no connection left"),
        ("08001", 101, server + "FATAL:  the database system is starting up", .connection, "starting or stopping"),
        (
            "08001", 101, server + "FATAL:  permission denied for database \"x\"", .credentials,
            "may not use that database"
        ),
        ("IM004", 0, "Driver's SQLAllocHandle on SQL_HANDLE_HENV failed", .environment, "is no ODBC driver"),
        ("42000", 1044, "Access denied for user 'u'@'h' to database 'x'", .credentials, "may not use that database"),
    ])
    func reasonIsFoundByItsWords(
        state: String, native: Int, message: String, kind: FailureClass, reason: String
    ) {
        let failure = failure(state, Int32(native), message)
        #expect(failure.kind == kind && failure.message.contains(reason), "\(failure)")
        #expect(!failure.advice.contains("doctor"))
    }

    /// A host with two addresses, of which one refuses connections and the other the login.
    @Test(arguments: [
        "connection to server at \"::1\" failed: Connection refused\nconnection to server at \"127.0.0.1\" failed: FATAL:  "
            + "password authentication failed for user \"u\"",
        "FATAL:  sorry, too many clients already; FATAL: password authentication failed for user \"u\"",
    ])
    func refusedLoginOutranksWhatElseIsSaid(message: String) {
        #expect(failure("08001", 101, message).message.contains("refused the login"))
    }

    @Test func driverWithoutAWordIsNotAnsweredWithDoctor() {
        let failure = FailureClassifier(driver: "D", library: "/lib", user: nil).failure(
            ODBCError(kind: .error, function: "SQLDriverConnect"), .connect)
        #expect(failure.message.contains("gave no reason") && !failure.advice.contains("doctor"))
    }
}
