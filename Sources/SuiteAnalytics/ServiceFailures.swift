import Extraction
import ODBC
import ODBCSource

/// What the service's errors mean, by the texts that are known of it, tolerantly: most are not documented.
struct ServiceFailures {
    let account: AccountID
    let classifier: FailureClassifier

    func failure(_ error: ODBCError, _ phase: FailureClassifier.Phase) -> Failure {
        let text = error.saying.lowercased()
        var failure = classifier.failure(error, phase)
        switch phase {
        case .connect:
            if failure.kind == .environment { return failure }
            if text.contains("operating system") {
                failure.kind = .environment
                failure.message = "NetSuite's driver could not find one of its own files: \(error.saying)."
                failure.advice =
                    "Check that \"Truststore\" names ca3.cer and ca4.cer, and that OASDK_ODBC_HOME points to the driver's "
                    + "lib64 directory before kleene-ns starts."
            } else if isRefusal(text) || failure.kind == .credentials {
                failure.kind = .credentials
                failure.message =
                    "NetSuite refused the login to account \(account): \(error.saying)."
                failure.advice = text.contains("lock") ? Self.lockedAdvice : Self.causes
            } else {
                failure.kind = .connection
                failure.message = "The service of account \(account) could not be reached: \(error.saying)."
                failure.advice =
                    text.contains("host resolution")
                    ? "Check \"service_host\" against Settings > Set Up SuiteAnalytics Connect."
                    : "Check host, port 1708 and the firewall, then run the same command again."
            }
        case .statement(let table), .fetch(let table, _):
            if text.contains("connection expired") || text.contains("please reconnect") {
                failure.kind = .sessionGone
            } else if text.contains("failed to retrieve data") {
                failure.kind = .data
                failure.message = "NetSuite failed while it read \(table): \(error.saying)."
                failure.advice =
                    "Run the same command again; if it fails again, leave out long and calculated columns with \"columns\"."
            }
        case .listing: break
        }
        return failure
    }

    /// How an error of a login is to be counted. Unless the service was surely not reached, it is a refusal.
    static func outcome(_ error: any Error) -> LoginBreaker.Outcome {
        guard let failure = error as? Failure else { return .refused }
        switch failure.kind {
        case .environment, .configuration: return .unreached
        case .credentials: return failure.message.lowercased().contains("locked") ? .locked : .refused
        case .connection:
            let text = failure.message.lowercased()
            let harmless = [
                "host resolution", "could not translate host", "connection refused", "no route to host",
                "network is unreachable", "session limit", "session refused", "too many connections",
            ]
            return harmless.contains { text.contains($0) } ? .unreached : .refused
        default: return .refused
        }
    }

    private func isRefusal(_ text: String) -> Bool {
        ["login", "tba", "password", "locked", "authentication", "not authorized", "permission"].contains {
            text.contains($0)
        } && !text.contains("timeout")
    }

    private static let lockedAdvice =
        "Wait thirty minutes without any login, by this or any other program; an administrator can unlock the user sooner. "
        + "Then `kleene-ns auth reset`."

    /// What NetSuite documents, each with where to look.
    private static let causes =
        "Known causes: token of another role or account (Setup > Users/Roles > Access Tokens); TBA or SuiteAnalytics Connect "
        + "not enabled (Setup > Company > Enable Features); the role lacks \"SuiteAnalytics Connect\" or \"Log in using Access "
        + "Tokens\" (Setup > Users/Roles > Manage Roles); employee or role inactive; password expired, or a change required at "
        + "next login (the employee's Access tab); a role that requires two factors with a password login; a clock more than "
        + "five minutes off. Reports > Login Audit Trail says which."
}
