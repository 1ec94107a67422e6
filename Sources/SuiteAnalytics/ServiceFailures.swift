import Extraction
import FoundationEssentials
import ODBC
import ODBCSource

/// What the service's errors mean, by the texts that are known of it; a text that is not known is passed on as it is.
struct ServiceFailures {
    let account: AccountID
    let classifier: FailureClassifier
    /// Whether it is NetSuite's own driver that speaks, not the mock's.
    let isNetSuites: Bool
    /// The files that "Truststore" names.
    let truststore: [String]

    init(_ settings: ServiceSettings, classifier: FailureClassifier) {
        self.account = settings.account
        self.classifier = classifier
        self.isNetSuites = settings.mock == nil
        let value = settings.attributes.last { ["truststore", "ts"].contains($0.keyword.lowercased()) }?.value
        self.truststore = value?.split(separator: ",").map { String($0.drop { $0 == " " }) } ?? []
    }

    func failure(_ error: ODBCError, _ phase: FailureClassifier.Phase) -> Failure {
        var failure = classifier.failure(error, phase)
        switch phase {
        case .connect: explainLogin(error, &failure)
        case .statement, .fetch, .listing:
            let saying = Self.words(error)
            guard let known = ReadingText.all.first(where: { $0.text.matches(error, saying: saying) }) else { break }
            failure.kind = known.kind
            failure.message = "\(phase) failed, because \(known.reason): \(error.saying)."
            failure.advice = known.advice
        }
        return failure
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
        // Thrown before anything was sent.
        case let failure as Failure where [.environment, .configuration].contains(failure.kind): return .notTried
        default: return .unanswered
        }
    }

    /// What was said, to be searched for words: the twenty characters of an error ticket are anything, "tba" too.
    private static func words(_ error: ODBCError) -> String {
        error.words.replacing(/(error ticket#\s*)[a-z0-9]+/) { $0.output.1 }
    }

    private func explainLogin(_ error: ODBCError, _ failure: inout Failure) {
        if error.isWithoutDriver {
            if isNetSuites { failure.advice = Self.installation + " " + failure.advice }
            return
        }
        // A driver without a word: the sentence for every driver says all there is.
        if error.diagnostics.isEmpty, error.kind == .error { return }
        let known = LoginText(LoginText.judge.verdict(on: error).topic)
        failure.kind = known.kind
        failure.advice = known.advice
        if known.kind == .credentials {
            failure.message = "NetSuite refused the login to account \(account): \(error.saying)."
        } else if known.reason.isEmpty {
            failure.message = "Connecting to account \(account) failed: \(error.saying)."
        } else {
            failure.message = "Connecting to account \(account) failed, because \(known.reason): \(error.saying)."
        }
        guard known.kind == .environment else { return }
        let missing = truststore.filter { !FileManager.default.fileExists(atPath: $0) }
        if !missing.isEmpty {
            failure.advice =
                "\"Truststore\" names \(missing.joined(separator: ", ")), which is not there. " + failure.advice
        }
    }

    private static let installation =
        "Install NetSuite's driver from Settings > Set Up SuiteAnalytics Connect and register it (`odbcinst -i -d -f "
        + "/opt/netsuite/odbcclient/odbcinst.ini`), or name its ivoa27.so with \"driver\"."
}
