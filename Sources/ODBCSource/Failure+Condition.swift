import Extraction

extension Condition {
    /// What a user has written of it; nil where nothing.
    var written: String? {
        switch self {
        case .written(let text): text
        case .all(let parts), .any(let parts): parts.lazy.compactMap(\.written).first
        default: nil
        }
    }
}

extension Failure {
    /// The same with a condition of the user's own named first: of all that a refused statement consists of, nothing else is new to
    /// the source.
    func naming(_ condition: Condition?) -> Failure {
        guard kind == .statement, let text = condition?.written else { return self }
        var failure = self
        failure.advice = "Check the condition (\"where\" or --where) first: \(text). \(advice)"
        return failure
    }
}
