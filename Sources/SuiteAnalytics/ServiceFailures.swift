import Extraction
import FoundationEssentials
import ODBC
import ODBCSource

/// What the service's errors mean, by the texts that are known of it; a text that is not known is passed on as it is.
struct ServiceFailures {
    /// The files that "Truststore" names.
    let truststore: [String]
    private let causes: [(cause: String, place: String)]

    init(_ settings: ServiceSettings) {
        causes = settings.authentication.method.refusalCauses
        truststore = DriverFiles.truststore(settings) ?? []
    }

    func verdict(on error: ODBCError, _ phase: FailureClassifier.Phase) -> FailureVerdict? {
        switch phase {
        case .connect: return loginVerdict(on: error)
        case .statement, .fetch, .listing:
            let saying = Self.words(error)
            guard let known = ReadingText.all.first(where: { $0.text.matches(error, saying: saying) }) else {
                return nil
            }
            return FailureVerdict(
                known.kind, .because(known.reason), advice: known.advice(about: phase.table?.shortName))
        }
    }

    /// How a login that ended with this error is to be counted.
    static func outcome(_ error: any Error) -> LoginBreaker.Outcome {
        switch error {
        case let error as ODBCError:
            switch LoginText.judge.verdict(on: error).meaning {
            case .notTried: return .notTried
            case .unanswered: return .unanswered
            case .refused: return .refused
            case .locked: return .locked
            }
        // What is asked for before the driver is, such as a token, and refused.
        case let failure as Failure where failure.kind == .credentials: return .refused
        // Thrown before the driver was asked: nobody has judged. What the driver says is an error of ODBC.
        case let failure as Failure
        where [.environment, .configuration, .connection, .interrupted].contains(failure.kind):
            return .notTried
        default: return .unanswered
        }
    }

    /// What was said, to be searched for words: the twenty characters of an error ticket are anything, "tba" too.
    private static func words(_ error: ODBCError) -> String {
        error.words.replacing(/(error ticket#\s*)[a-z0-9]+/) { $0.output.1 }
    }

    private func loginVerdict(on error: ODBCError) -> FailureVerdict {
        let known = LoginText(LoginText.judge.verdict(on: error).topic, causes: causes)
        let reason: FailureVerdict.Reason =
            known.kind == .credentials ? .refusedLogin : known.reason.isEmpty ? .unknown : .because(known.reason)
        var verdict = FailureVerdict(known.kind, reason, advice: known.advice)
        let missing = truststore.filter { !FileManager.default.fileExists(atPath: $0) }
        if known.kind == .environment, !missing.isEmpty {
            verdict.advice =
                "\"Truststore\" names \(missing.joined(separator: ", ")), which is not there. " + verdict.advice
        }
        return verdict
    }
}
