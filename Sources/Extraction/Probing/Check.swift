/// One line of `doctor`: what was looked at, how it is, and what mends it.
package struct Check: Codable, Sendable, Equatable {
    package enum Status: String, Codable, Sendable, CaseIterable {
        case pass, fail
        /// It works, and is probably not what was meant.
        case warn
        /// Found out, and neither good nor bad.
        case info
        /// Not looked at, because something before it failed or it does not apply.
        case skip
    }

    /// A few words, such as `driver file`.
    package var name: String
    package var status: Status
    /// What was found. No secret.
    package var detail: String
    /// What to do about a failure; nil where there is nothing to do.
    package var cure: String?

    package init(_ name: String, _ status: Status, _ detail: String, cure: String? = nil) {
        self.name = name
        self.status = status
        self.detail = detail
        self.cure = cure
    }

    /// A failed check from what was thrown.
    package init(_ name: String, failed error: any Error) {
        let failure = Failure.wrapping(error)
        self.init(
            name, .fail, [failure.message, failure.codes ?? ""].filter { !$0.isEmpty }.joined(separator: " "),
            cure: failure.advice.isEmpty ? nil : failure.advice)
    }
}
