package import ODBC

/// What became of a login that failed.
package enum LoginMeaning: String, Sendable, CaseIterable {
    /// It never came to a judgement: the source was not reached, or turned everybody away. Nothing can have been counted.
    case notTried = "not_tried"
    /// Nobody knows whether it was judged.
    case unanswered
    /// It was judged, and refused.
    case refused
    /// The user is locked, as the source says.
    case locked
}

/// What a failed login is about.
package enum LoginTopic: String, Sendable, CaseIterable {
    case locked, refused
    case sessions, maintenance, proxy, hostName, unreachable, encryption, driverFiles, driver
    case timeout, broken, serverError, license
    /// The driver failed without a word.
    case silent
    /// No sign fits.
    case unknown

    package var meaning: LoginMeaning {
        switch self {
        case .locked: .locked
        case .refused: .refused
        case .sessions, .maintenance, .proxy, .hostName, .unreachable, .encryption, .driverFiles, .driver: .notTried
        case .timeout, .broken, .serverError, .license, .silent, .unknown: .unanswered
        }
    }
}

/// One row of the table by which failed logins are understood.
package struct LoginSign: Sendable {
    package enum Origin: Sendable, Equatable {
        /// Seen, or documented: where.
        case source(String)
        /// Nobody has shown us such a text; it is what a service may well say.
        case invented
    }

    package let topic: LoginTopic
    /// Any of them is enough. See `LoginPhrase`.
    package let phrases: [LoginPhrase]
    /// Native codes; they may stand in the text as `[2404]` or `(2404)` too.
    package let codes: [Int]
    /// SQLSTATEs, or classes of them: asked where no word says more, class 28 aside.
    package let states: [SQLState]
    package let origin: Origin
    /// A text of this kind, as it is or may be said.
    package let example: String

    package init(
        _ topic: LoginTopic, _ phrases: [String] = [], codes: [Int] = [], states: [SQLState] = [], _ origin: Origin,
        example: String
    ) {
        self.topic = topic
        self.phrases = phrases.map(LoginPhrase.init)
        self.codes = codes
        self.states = states
        self.origin = origin
        self.example = example
    }

    /// What drivers, driver managers and databases of any kind say.
    package static let general: [LoginSign] = [
        LoginSign(
            .locked,
            [
                "account|user|username|employee|password|profile …4 locked",
                "login|logon|access is|was|has_been|temporarily locked", "locked_out",
                "locked account|login|user|employee",
                "locked …2 account|login", "locked for …2 minutes|hours",
                "account|login|user lockout",
            ], codes: [3118, 18486],
            .source("MySQL 3118 \"Account is locked.\"; Oracle ORA-28000 \"the account is locked\""),
            example: "ORA-28000: the account is locked"),
        LoginSign(
            .locked, ["too many …2 login|logon|failed|unsuccessful|invalid …2 attempts|logins"], .invented,
            example: "Too many failed login attempts"),
        LoginSign(
            .locked,
            [
                "konto|benutzer|benutzerkonto|zugang … gesperrt", "compte|utilisateur … verrouillé|verrouillée|bloqué",
                "cuenta|usuario … bloqueada|bloqueado", "account|utente … bloccato", "conta|utilizador … bloqueada",
                "account|gebruiker … vergrendeld|geblokkeerd",
            ], .invented, example: "Ihr Konto ist gesperrt"),
        LoginSign(
            .refused, states: [.invalidAuthorization], .source("ODBC: 28000, invalid authorization specification"),
            example: "something that nobody has heard of"),
        LoginSign(
            .refused, states: [.rejected], .source("ODBC: 08004, server rejected the connection"),
            example: "the server rejected the connection"),
        LoginSign(
            .refused, ["password|peer|ident|ldap|gssapi|radius|scram|cert authentication failed"],
            .source("PostgreSQL, libpq"), example: "FATAL:  password authentication failed for user \"tester\""),
        LoginSign(
            .refused,
            [
                "no password supplied", "password is an empty string", "no pg hba conf entry", "rejects connection for",
                "role … not permitted to log in", "role … does not exist",
            ], .source("PostgreSQL, libpq"), example: "FATAL:  role \"tester\" is not permitted to log in"),
        LoginSign(
            .refused, ["access denied", "not allowed to connect"], codes: [1045, 1130],
            .source("MySQL and MariaDB 1045, 1130"),
            example: "Access denied for user 'tester'@'localhost' (using password: YES)"),
        LoginSign(
            .refused, ["login|logon|log_in|log_on|sign_in …4 failed|failure|denied|rejected|refused|unsuccessful"],
            codes: [1017, 18456], .source("SQL Server 18456, Oracle ORA-01017"),
            example: "Login failed for user 'tester'."),
        LoginSign(
            .refused,
            [
                "failed_to|unable_to|cannot|could_not|can_t|not_allowed_to|not_permitted_to "
                    + "login|logon|log_in|log_on|sign_in|authenticate",
                "login|logins …2 not_allowed|not_permitted",
                "authentication|authorization …2 failed|failure|denied|rejected|refused|unsuccessful|invalid",
            ], .invented, example: "Authentication failure"),
        LoginSign(
            .refused,
            [
                "invalid|incorrect|wrong|bad|unknown|unrecognized …2 login|logon|credentials|credential|password|token|"
                    + "signature|username|user|nonce|passcode",
                "expired|revoked …2 password|token|credentials|certificate",
            ], .source("Oracle ORA-01017 \"invalid username/password; logon denied\""),
            example: "Invalid login attempt"),
        LoginSign(
            .refused,
            [
                "password|token|credentials|credential|signature|nonce|username|passcode …4 expired|invalid|incorrect|wrong|"
                    + "rejected|revoked|failed|denied|mismatch|not_valid|not_accepted|not_recognized"
            ], .invented, example: "The token was rejected."),
        LoginSign(
            .refused, ["not authorized|authorised", "unauthorized|unauthorised", "must change …2 password"], .invented,
            example: "You are not authorized."),
        LoginSign(
            .refused,
            [
                "account|user|employee|role|integration|token …4 inactive|disabled|suspended|deactivated",
                "inactive|disabled|suspended|deactivated …2 account|user|employee|role",
                "account|integration …4 blocked",
            ], .invented, example: "The user is inactive."),
        LoginSign(
            .refused,
            [
                "anmeldung … fehlgeschlagen|verweigert", "passwort~ … fehlgeschlagen|falsch|ungültig",
                "mot de passe … incorrect|invalide|échoué|échouée", "échec de l authentification",
                "contraseña|autentificación … incorrecta|inválida|falló", "password … errata|non_valida",
            ], .source("PostgreSQL's translations"),
            example: "FATAL:  Passwort-Authentifizierung für Benutzer »tester« fehlgeschlagen"),
        LoginSign(
            .sessions,
            [
                "too many …2 sessions|connections|clients|users|requests", "session|sessions limit", "session refused",
                "maximum number of … session|sessions|connection|connections|users", "remaining connection slots",
                "connection|concurrent|concurrency|request …2 limit …2 exceeded|reached", "concurrency limit",
                "limit … sessions|connections … exceeded|reached",
                "maximum …4 sessions|connections", "concurrent user limit", "no more … sessions|connections",
                "exceeded … sessions|connections",
            ], codes: [1040, 1203], states: [.tooManyConnections],
            .source("PostgreSQL 53300 \"too many clients already\"; MySQL 1040"),
            example: "FATAL:  sorry, too many clients already"),
        LoginSign(
            .maintenance,
            [
                "maintenance", "being upgraded", "upgrade … progress", "during …2 upgrade",
                "system|service|server upgrade", "scheduled … downtime|outage",
                "temporarily unavailable|down", "out of service", "service|system …2 unavailable", "is starting up",
                "is shutting down", "not yet accepting connections",
            ], states: [.operatorIntervention], .source("PostgreSQL 57P03 \"the database system is starting up\""),
            example: "FATAL:  the database system is starting up"),
        LoginSign(
            .proxy,
            [
                "proxy authentication required", "407 proxy", "http 1 0|1", "doctype html", "html", "bad gateway",
                "squid",
                "zscaler",
            ], .source("RFC 9110, 407 and 502"), example: "HTTP/1.1 407 Proxy Authentication Required. Access denied."),
        LoginSign(
            .hostName,
            [
                "could not translate host", "unknown host", "unknown … server host", "name or service not known",
                "temporary failure in name resolution", "no such host", "getaddrinfo", "nodename nor servname",
            ], codes: [2005], .source("libpq, glibc"),
            example: "could not translate host name \"nohost\" to address: Name or service not known"),
        LoginSign(
            .unreachable,
            [
                "connection refused", "actively refused", "no route to host", "network is unreachable",
                "host is unreachable|down", "could not be reached", "can t connect to … server",
                "no such file or directory",
            ], codes: [2002, 2003], .source("libpq, MariaDB 2002 and 2003"),
            example: "connection to server at \"127.0.0.1\", port 1 failed: Connection refused"),
        LoginSign(
            .encryption,
            ["certificate verif~", "certificate verify", "ssl|tls handshake", "server does not support ssl"],
            .source("OpenSSL, libpq"), example: "SSL error: certificate verify failed"),
        LoginSign(
            .driver, ["can t open lib", "data source name not found", "driver s sqlallochandle … failed"],
            states: [.driverManager], .source("unixODBC"),
            example: "[unixODBC][Driver Manager]Can't open lib 'nolib.so' : file not found"),
        LoginSign(
            .timeout, ["timeout", "timed out", "no reply", "no answer", "no response"],
            states: [.timeout, .statementTimeout2],
            .source("ODBC: HYT00"), example: "timeout expired"),
        LoginSign(
            .broken,
            [
                "communication link", "connection reset", "reset by peer", "broken pipe", "server closed",
                "connection closed", "connection lost", "lost connection", "unexpected eof", "ssl|tls error",
            ], codes: [2006, 2013], states: [.linkFailed, .lostInTransaction], .source("libpq; MariaDB 2006 and 2013"),
            example: "server closed the connection unexpectedly"),
    ]
}
