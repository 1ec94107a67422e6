import Foundation
import MockSuiteAnalytics
import Synchronization

/// Says to whoever runs the mock why logins are refused, which their clients are not told.
///
/// Each reason once: nobody may be reading, and a pipe that is full would hold the server up.
final class RefusalNotes: Sendable {
    private let credentials: MockCredentials
    private let said = Mutex(Set<String>())

    init(_ credentials: MockCredentials) { self.credentials = credentials }

    func tell(_ login: LoginRecord) {
        let text = "kleene-ns-mock: \(Self.sentence(login, credentials))\n"
        guard said.withLock({ $0.count < 100 && $0.insert(text).inserted }) else { return }
        FileHandle.standardError.write(Data(text.utf8))
    }

    /// What a login named, and what this mock wants; never a secret.
    static func sentence(_ login: LoginRecord, _ credentials: MockCredentials) -> String {
        switch login.outcome {
        case "locked":
            return "a login was turned away: the user is locked. `kleene-ns-mock control PORT unlock` ends that."
        case "session-limit": return "a login was turned away: all sessions are taken (--sessions)."
        default:
            return
                "a login was refused: \(login.reason ?? "unknown reason"). It named account \(login.account ?? "none"), role "
                + "\(login.role ?? "none"); this mock has account \(credentials.account), role \(credentials.role)."
        }
    }
}
