import Foundation
import SuiteAnalytics
import TestSupport
import Testing
import Text

/// A directory in which logins are remembered, and who logs in.
enum BreakerDirectory {
    static func subject(secret: Secret = "s") throws -> LoginBreakerStore.Subject {
        LoginBreakerStore.Subject(
            account: try #require(AccountID(rawValue: "1234567_SB1")), identity: "token-id-4711", secrets: [secret])
    }

    /// One that is gone afterwards.
    static func with(_ body: (String) throws -> Void) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "kleene-breaker-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        try body(directory.path)
    }
}
