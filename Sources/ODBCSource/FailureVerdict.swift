package import Extraction

/// What a failed call means to a person: its class, why, and what to do. The sentence is made of it by `FailureClassifier`.
package struct FailureVerdict: Sendable, Equatable {
    package var kind: FailureClass
    package var reason: Reason
    /// What to do next. A sentence with its full stop.
    package var advice: String

    package init(_ kind: FailureClass, _ reason: Reason, advice: String) {
        self.kind = kind
        self.reason = reason
        self.advice = advice
    }

    package enum Reason: Sendable, Equatable {
        /// Nothing is known but what the other side said.
        case unknown
        /// Behind "… failed, because".
        case because(String)
        /// Behind what was tried, in place of "failed".
        case ended(String)
        /// The login was refused.
        case refusedLogin
        /// A whole sentence, without its full stop: it says all there is, so nobody needs to be quoted.
        case sentence(String)
    }
}
