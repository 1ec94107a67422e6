/// What one item of `doctor --probe` found out about a source.
package struct ProbeFinding: Codable, Sendable, Equatable {
    /// One named observation, such as `rows of the first fetch`.
    package struct Fact: Codable, Sendable, Equatable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var name: String
    package var status: Check.Status
    /// One line. No secret, no value of a row, no name of an account.
    package var detail: String
    package var facts: [Fact]
    package var milliseconds: Int?

    package init(
        _ name: String, _ status: Check.Status, _ detail: String, facts: [Fact] = [], milliseconds: Int? = nil
    ) {
        self.name = name
        self.status = status
        self.detail = detail
        self.facts = facts
        self.milliseconds = milliseconds
    }

    /// The finding as a line of `doctor`.
    package var check: Check { Check("probe: \(name)", status, detail) }
}
