import Extraction
package import FoundationEssentials
import ODBC

/// What was said when a login was refused, or ended without an answer: for people. Nothing is decided by it.
package struct LoginRefusal: Codable, Sendable, Equatable {
    package enum Kind: String, Codable, Sendable {
        case refused, locked, unanswered
    }

    package var kind: Kind
    package var at: Date
    /// The other side's own words, without secrets.
    package var words: String
    package var sqlState: String?
    package var nativeCode: Int?

    /// So many characters of them are kept.
    static let most = 500

    /// - Parameter conceal: Takes secrets out of words.
    /// - Returns: nil for a login that was not tried, and for an error that says nothing.
    init?(_ error: any Error, _ outcome: LoginBreaker.Outcome, at now: Date, conceal: (String) -> String) {
        switch outcome {
        case .refused: kind = .refused
        case .locked: kind = .locked
        case .unanswered: kind = .unanswered
        case .succeeded, .notTried: return nil
        }
        let said: String
        switch error {
        case let error as ODBCError:
            said = error.saying
            sqlState = error.principal?.state.rawValue
            nativeCode = error.principal.map { Int($0.nativeCode) }
        case let failure as Failure:
            said = failure.message
            (sqlState, nativeCode) = (failure.sqlState, failure.nativeCode)
        default: return nil
        }
        at = now
        // Concealed first: of a secret that was cut, nobody would know the rest.
        let shown = conceal(said)
        words = shown.count > Self.most ? String(shown.prefix(Self.most - 1)) + "…" : shown
    }

    /// Whether it can be shown: a date that no calendar has would end the process.
    var isSound: Bool { abs(at.timeIntervalSince1970) < 1e11 }

    /// Whether it is the later of two.
    static func later(_ first: LoginRefusal?, _ second: LoginRefusal?) -> LoginRefusal? {
        [first, second].compactMap(\.self).max { $0.at < $1.at }
    }
}
