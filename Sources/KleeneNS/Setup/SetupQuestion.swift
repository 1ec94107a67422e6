/// A question of `init`, as a value: what is asked, what may be answered, what is proposed and why.
struct SetupQuestion: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        /// Any text, or, where it is optional, none.
        case text(isOptional: Bool)
        /// A secret, typed unseen and kept in this file; or where it is.
        case secret(file: String)
        /// One of a few.
        case choice([SetupOption])
        /// One of many, the likeliest first.
        case one(of: [SetupOption])
        /// Several of many, in the order in which they are named. Where it may be all of them, globs and kinds choose too, and `!`
        /// leaves out.
        case many(of: [SetupOption], mayBeAll: Bool)
    }

    let topic: SetupTopic
    var title: String
    /// Where to find it, and what it is for.
    var notes: [String] = []
    var kind: Kind
    /// What is taken when a person answers with an empty line; nil where there is nothing to propose.
    var proposal: [String]?
    /// What is taken where nobody can be asked; nil where only a person knows.
    var fallback: [String]?
    /// Whether the data can be asked to prove an answer.
    var canProve = false

    init(_ topic: SetupTopic, _ title: String, _ kind: Kind) {
        self.topic = topic
        self.title = title
        self.kind = kind
    }

    var options: [SetupOption] {
        switch kind {
        case .text, .secret: []
        case .choice(let options), .one(let options), .many(let options, _): options
        }
    }

    /// So many options are shown before a person has said which.
    static let shown = 10

    /// How the proposal is written.
    var proposalText: String? {
        guard let proposal else { return nil }
        if proposal.isEmpty {
            if case .many(_, mayBeAll: true) = kind { return "all" }
            return SetupAnswers.none
        }
        return proposal.joined(separator: ",")
    }
}
