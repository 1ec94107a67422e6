package import Extraction
import FoundationEssentials
package import Text

extension ServiceSettings {
    /// Whether the account takes the other of the two spellings that Oracle's pages have; nil where no token is asked for.
    ///
    /// One request, counted like a login where it is refused; a token that is granted and never used counts for nothing. To be
    /// made before a login, which makes good for it.
    ///
    /// - Parameter shelf: Where a server remembers logins; nil where none does.
    package func otherSpelling(
        seconds: Int, shelf: (any LoginShelf)? = nil, isCalledOff: @escaping @Sendable () -> Bool,
        conceal: ([Secret]) -> Void
    ) -> Check? {
        guard let (configured, route) = tokenRequest else { return nil }
        var request = configured
        let other = TokenSpelling.other(than: request.assertion, account)
        (request.assertion.scope, request.assertion.audience) = (other.scope, other.audience)
        var subject = subject
        subject.secrets.append(Secret(other.words))
        let name = "other spelling"
        do {
            try LoginBreakerStore(directory: stateDirectory, workplace: workplace, shelf: shelf).guarding(
                subject, success: .notTried, outcome: ServiceFailures.outcome
            ) {
                let token = try request.token(
                    by: route, seconds: seconds, at: Date(), isCalledOff: isCalledOff, conceal: conceal)
                conceal([token.secret])
            }
            return Check(name, .info, "The account gives a token for \(other.words).")
        } catch let failure as Failure where failure.function != nil && failure.kind == .credentials {
            return Check(name, .info, "The account gives no token for \(other.words): \(failure.message)")
        } catch {
            return Check(name, .skip, "Not found out: \(Failure.wrapping(error).message)")
        }
    }
}
