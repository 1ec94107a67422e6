import Extraction
import ODBC

/// What a failed login means: its class, the words for it, and how the breaker counts it.
struct LoginText: Sendable {
    var text: ServiceText
    var kind: FailureClass
    /// Behind "… failed, because"; empty for a refusal.
    var reason: String
    var advice: String
    /// Harmless is only what surely never came to a login.
    var outcome = LoginBreaker.Outcome.refused

    /// The first that matches holds: what is certain comes before what is likely.
    static let all = [
        LoginText(
            text: ServiceText(words: ["locked"]), kind: .credentials, reason: "", advice: lockedAdvice,
            outcome: .locked),
        LoginText(
            text: ServiceText(
                words: [
                    "session refused", "session limit", "too many sessions", "too many connections",
                    "maximum number of … session", "maximum number of … connection",
                ], codes: [2404], states: ["53300"]),
            kind: .connection, reason: "no further session was granted",
            advice:
                "NetSuite grants an account some fifty sessions, of all programs together, and fewer when it is busy: lower "
                + "\"connections\", end other programs' sessions, then run the same command again.",
            outcome: .unreached),
        LoginText(text: ServiceText(states: ["28", "08004"]), kind: .credentials, reason: "", advice: causes),
        LoginText(
            text: ServiceText(words: ["module 'operating system'"]), kind: .environment,
            reason: "NetSuite's driver could not find one of its own files",
            advice:
                "Check that \"Truststore\" names ca3.cer and ca4.cer, and that OASDK_ODBC_HOME points to the driver's "
                + "lib64 directory before kleene-ns starts.",
            outcome: .unreached),
        LoginText(
            text: ServiceText(words: [
                "truststore", "trust store", "certificate verif", "ssl handshake", "tls handshake", "ssl error",
            ]), kind: .environment, reason: "the encrypted connection could not be made",
            advice:
                "Check that \"Truststore\" names both ca3.cer and ca4.cer of the driver's cert directory, that the driver "
                + "is the latest (the service takes TLS 1.2 only), and that no proxy stands between."),
        LoginText(
            text: ServiceText(words: ["not licensed"]), kind: .environment,
            reason: "the driver is licensed for another product",
            advice: "Install the driver from Settings > Set Up SuiteAnalytics Connect, and name it with \"driver\"."),
        LoginText(
            text: ServiceText(words: [
                "host resolution", "could not translate host", "unknown host", "name or service not known",
            ]), kind: .connection, reason: "the service's host name is not known",
            advice:
                "Check \"service_host\" and \"account_id\" against Settings > Set Up SuiteAnalytics Connect, and this "
                + "machine's name service.",
            outcome: .unreached),
        LoginText(
            text: ServiceText(words: ["connection refused", "no route to host", "network is unreachable"]),
            kind: .connection, reason: "the service could not be reached",
            advice: "Check host, port 1708 and the firewall, then run the same command again.", outcome: .unreached),
        LoginText(
            text: ServiceText(
                words: ["timeout", "timed out", "no reply"], codes: [2200, 9535], states: ["HYT", "S1T00"]),
            kind: .connection, reason: "the service gave no answer in time",
            advice: "Check host, port 1708 and the firewall (allow the host name, not its addresses), or raise "
                + "\"login_timeout\"; then run the same command again."),
        LoginText(
            text: ServiceText(
                words: [
                    "communication link", "connection reset", "reset by peer", "broken pipe", "server closed",
                    "connection closed",
                ], codes: [2300, 2310, 2315], states: ["08S01"]),
            kind: .connection, reason: "the connection broke before the login was done",
            advice:
                "Check the firewall, and that the service is not under maintenance; then run the same command again. "
                + "NetSuite may have counted the login, so kleene-ns counts it as refused."),
        LoginText(
            text: ServiceText(words: [
                "login", "log in", "tba", "password", "credential", "authenticat", "not authorized", "unauthorized",
                "permission", "access denied", "role", "inactive",
            ]), kind: .credentials, reason: "", advice: causes),
        LoginText(
            text: ServiceText(words: ["connection expired", "please reconnect", "error ticket#"], codes: [400]),
            kind: .connection, reason: "NetSuite met an error of its own",
            advice:
                "Run the same command again; if it fails again, give NetSuite's support the text. NetSuite may have counted "
                + "the login, so kleene-ns counts it as refused."),
    ]

    /// For a text that none of them fits.
    static let unknown = LoginText(
        text: ServiceText(), kind: .connection, reason: "",
        advice: "kleene-ns does not know this text, and counts it as a refused login. Check host, port 1708 and the "
            + "firewall with `kleene-ns doctor`; Reports > Login Audit Trail shows whether the login arrived.")

    static let lockedAdvice =
        "Wait thirty minutes without any login, by this or any other program; an administrator can unlock the user sooner "
        + "(the employee's Access tab). Then `kleene-ns auth reset`."

    /// Why NetSuite refuses a login, as its help documents it, each cause with where to look.
    static let documentedCauses: [(cause: String, place: String)] = [
        (
            "the token is of another role, account or integration, or was revoked",
            "Setup > Users/Roles > Access Tokens"
        ),
        (
            "the feature SuiteAnalytics Connect or Token-based Authentication is off",
            "Setup > Company > Enable Features"
        ),
        (
            "the role lacks \"SuiteAnalytics Connect\" or \"Log in using Access Tokens\", is the Administrator, or is inactive",
            "Setup > Users/Roles > Manage Roles"
        ),
        ("the integration record is blocked or not token-based", "Setup > Integration > Manage Integrations"),
        (
            "the employee is inactive, lacks the role, or must change the password at next login",
            "the employee's Access tab"
        ),
        ("the password has expired, or is wrong", "log in to NetSuite's pages as that user"),
        ("the role requires two-factor authentication (2FA), which a password login cannot give", "use \"tba\""),
        ("the user is locked after failed logins", "the employee's Access tab"),
        ("this machine's clock is more than five minutes off", "`timedatectl`"),
    ]

    private static let causes =
        "Known causes: " + documentedCauses.map { "\($0.cause) (\($0.place))" }.joined(separator: "; ")
        + ". Reports > Login Audit Trail says which. The login is not tried again by itself."
}
