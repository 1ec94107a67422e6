/// What becomes of an extract when the source's columns are no longer those that the destination table has.
package struct DriftPolicy: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, CaseIterable, Sendable {
        /// A column that the table has not had.
        case new
        /// A column that the source does not list any more.
        case gone
        /// A type of the same kind with room for more, such as `numeric(12,2)` after `numeric(10,2)`.
        case widened
        /// Another type.
        case changed
    }

    package enum Answer: String, Codable, CaseIterable, Sendable {
        /// The table follows the source.
        case evolve
        /// The table stays as it is.
        case ignore
        /// The run stops before anything is changed.
        case fail
    }

    /// What is said; the rest is by the load method.
    package var answers: [Kind: Answer] = [:]

    package init() {}

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Kind.self)
        for kind in Kind.allCases { answers[kind] = try container.decodeIfPresent(Answer.self, forKey: kind) }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Kind.self)
        for (kind, answer) in answers { try container.encode(answer, forKey: kind) }
    }

    /// This, and what it leaves open as another says.
    package func completed(by other: DriftPolicy?) -> DriftPolicy {
        var policy = self
        policy.answers.merge(other?.answers ?? [:]) { mine, _ in mine }
        return policy
    }

    /// What a load method does unless something else is said. A table that is made again can only be as the source is; where
    /// rows stay, values must not go, or be of two kinds, in silence.
    package static func standard(_ kind: Kind, _ method: LoadMethod) -> Answer {
        switch (kind, method) {
        case (.new, _), (.widened, _), (_, .dropCreateLoad), (.changed, .truncateLoad): .evolve
        case (.gone, _), (.changed, _): .fail
        }
    }
}

extension DriftPolicy.Kind: CodingKey {}

extension TableExtract {
    /// What becomes of one kind of difference.
    package func answer(to kind: DriftPolicy.Kind) -> DriftPolicy.Answer {
        drift?.answers[kind] ?? DriftPolicy.standard(kind, loadMethod)
    }
}
