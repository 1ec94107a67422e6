import Extraction
import ODBCSource

/// What a failed login means to a person: its class, the words for it, what to do.
package struct LoginText: Sendable {
    var kind: FailureClass
    /// Behind "… failed, because"; empty for a refusal.
    var reason: String
    var advice: String

    /// - Parameter causes: Why a login of this kind may be refused.
    init(_ topic: LoginTopic, causes: [(cause: String, place: String)] = documentedCauses) {
        let again = "Run the same command again"
        switch topic {
        case .locked: (kind, reason, advice) = (.credentials, "", Self.lockedAdvice)
        case .refused: (kind, reason, advice) = (.credentials, "", Self.text(of: causes))
        case .sessions:
            (kind, reason) = (.connection, "no further session was granted")
            advice =
                "NetSuite grants an account some fifty sessions, of all programs together, and fewer when it is busy: lower "
                + "\"connections\", end other programs' sessions, then run the same command again."
        case .maintenance:
            (kind, reason) = (.connection, "the service is not open at the moment")
            advice = "\(again) when NetSuite's status page (status.netsuite.com) shows no maintenance."
        case .proxy:
            (kind, reason) = (.connection, "a proxy or gateway answered in place of the service")
            advice =
                "Let this machine reach the service's host and port past the proxy; then run the same command again."
        case .hostName:
            (kind, reason) = (.connection, "the service's host name is not known")
            advice =
                "Check \"service_host\" and \"account_id\" against Settings > Set Up SuiteAnalytics Connect, and this "
                + "machine's name service."
        case .unreachable:
            (kind, reason) = (.connection, "the service could not be reached")
            advice = "Check host, port and firewall, then run the same command again."
        case .encryption:
            (kind, reason) = (.environment, "the encrypted connection could not be made")
            advice =
                "Check that \"Truststore\" names both ca3.cer and ca4.cer of the driver's cert directory, that the driver "
                + "is the latest (the service takes TLS 1.2 only), and that no proxy stands between."
        case .driverFiles, .driver:
            (kind, reason) = (.environment, "NetSuite's driver could not find one of its own files")
            advice =
                "Check that \"Truststore\" names ca3.cer and ca4.cer, and that OASDK_ODBC_HOME points to the driver's "
                + "lib64 directory before kleene-ns starts."
        case .license:
            (kind, reason) = (.environment, "the driver is licensed for another product")
            advice = "Install the driver from Settings > Set Up SuiteAnalytics Connect, and name it with \"driver\"."
        case .timeout:
            (kind, reason) = (.connection, "the service gave no answer in time")
            advice =
                "Check host, port and firewall (allow the host name, not its addresses), or raise "
                + "\"login_timeout\"; then run the same command again. " + Self.unknownOutcome
        case .broken:
            (kind, reason) = (.connection, "the connection broke before the login was done")
            advice =
                "Check the firewall, and that the service is not under maintenance; then run the same command again. "
                + Self.unknownOutcome
        case .serverError:
            (kind, reason) = (.connection, "NetSuite met an error of its own")
            advice =
                "\(again); if it fails again, give NetSuite's support the text. \(Self.unknownOutcome)"
        case .silent, .unknown:
            (kind, reason) = (.connection, "")
            advice =
                "kleene-ns does not know this text. Check host, port and firewall with `kleene-ns doctor`; Reports > "
                + "Login Audit Trail shows whether the login arrived. " + Self.unknownOutcome
        }
    }

    /// By the general signs of every driver, and those of NetSuite's service, engine and driver.
    static let judge = LoginJudge(signs + LoginSign.general)

    private static let signs: [LoginSign] = [
        LoginSign(
            .refused, ["login using tba"], .source("reference: connectors' code"), example: "Failed to login using TBA"),
        LoginSign(
            .refused,
            ["login using oauth", "access token …3 expired|revoked|invalid|not_valid|unknown", "invalid_token"],
            .source("RFC 6750, 3.1: \"The access token expired\""), example: "The access token expired"),
        LoginSign(
            .refused,
            [
                "permission denied", "do_not|does_not|not have …2 permission~",
                "lacks|insufficient …4 permission~|privilege~",
                "no permission~", "permission~|role …4 required|missing",
            ], .invented, example: "You do not have the permission SuiteAnalytics Connect."),
        LoginSign(
            .refused,
            [
                "role …4 not_allowed|not_permitted|not_authorized|not_valid|invalid|denied",
                "invalid|unknown|wrong …2 role",
                "feature …6 disabled|not_enabled|not_available", "two factor", "2fa", "multi factor",
                "restricted …2 ip|address", "ip …4 restricted|not_allowed",
            ], .invented, example: "The role 1057 is not allowed to use this service."),
        LoginSign(
            .sessions, ["session refused …4 connection closed", "session refused"], codes: [2404],
            .source("OpenAccess, as Plex's driver says it: 08S01, 2404"),
            example: "Session refused by service, connection closed"),
        LoginSign(
            .sessions, ["request limit exceeded", "request|connection blocked", "try again …2 fewer"],
            .source("NetSuite, REST: \"Concurrent request limit exceeded. Request blocked.\""),
            example: "Concurrent request limit exceeded. Request blocked."),
        LoginSign(
            .driverFiles, ["no message found for message number", "module operating system"],
            .source("pyodbc issue 626"),
            example: "No message found for message number 2 of module 'Operating System'."),
        LoginSign(
            .encryption, ["truststore", "trust store"], .invented, example: "The truststore could not be read"),
        LoginSign(
            .hostName, ["host resolution"], .source("connectors' code"),
            example: "Network problem, host resolution failure"),
        LoginSign(
            .license, ["not licensed"], .source("OpenAccess drivers outside their application"),
            example: "You are not licensed to use this Progress Software product"),
        LoginSign(
            .timeout, codes: [2200, 9535], .source("OpenAccess client errors; NetSuite's ADO.NET driver"),
            example: "[2200]"),
        LoginSign(
            .broken, ["connection expired", "please reconnect"], codes: [2300, 2310, 2315],
            .source("OpenAccess client errors"), example: "Connection expired. Please reconnect"),
        LoginSign(
            .serverError, ["error ticket"], codes: [400], .source("airbyte issue 36283"),
            example: "Failed to retrieve data. Error ticket# lt3g0s99wyb56kuqss91[400]"),
    ]

    private static let unknownOutcome =
        "NetSuite may have counted it as a failed login; after two of these, kleene-ns tries no login for a while."

    static let lockedAdvice =
        "Wait thirty minutes without any login, by this or any other program; an administrator can unlock the user sooner "
        + "(the employee's Access tab). Then `kleene-ns auth reset`."

    /// Why NetSuite refuses a login, as its help documents it, each cause with where to look.
    package static let documentedCauses: [(cause: String, place: String)] = [
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

    /// The likeliest, for whoever meets them in the middle of something; `help logins` has all, each with its place.
    private static func text(of causes: [(cause: String, place: String)]) -> String {
        "Likely causes:\n" + causes.prefix(3).map { "- \($0.cause)" }.joined(separator: "\n")
            + "\nReports > Login Audit Trail says which; more: `kleene-ns help logins`. It is not tried again by itself."
    }
}
