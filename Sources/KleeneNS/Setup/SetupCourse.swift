import Extraction

/// What `init` asks, and in which order: a function of what has been answered and found out. It asks nobody itself.
struct SetupCourse {
    let answers: SetupAnswers
    let knowledge: SetupKnowledge

    init(_ answers: SetupAnswers, _ knowledge: SetupKnowledge) {
        self.answers = answers
        self.knowledge = knowledge
    }

    var proposals: SetupProposals { SetupProposals(answers, knowledge) }

    /// All that is asked and looked at, as far as the answers tell, in order.
    var steps: [SetupStep] {
        (knowledge.isAdding ? [] : source) + [.ask(login)] + extract + (knowledge.isAdding ? [] : destination)
            + [.ask(destinationTable)] + (isSignedIn ? [.look(.plan)] : []) + [.ask(finish)]
    }

    var questions: [SetupQuestion] { Self.questions(of: steps[...]) }

    private static func questions(of steps: ArraySlice<SetupStep>) -> [SetupQuestion] {
        steps.compactMap { step in
            if case .ask(let question) = step { question } else { nil }
        }
    }

    /// The first that is not done.
    var next: SetupStep {
        steps.first { step in
            switch step {
            case .ask(let question): answers[question.topic] == nil
            case .look(let look): !isDone(look)
            case .done: true
            }
        } ?? .done
    }

    /// What nobody has answered and only a person knows, in order.
    var missing: [SetupQuestion] {
        questions.filter { answers[$0.topic] == nil && $0.fallback == nil }
    }

    /// The same answers, with what is taken where nobody can be asked.
    ///
    /// - Parameter stopsAtLook: Whether it goes only as far as the source has not to be looked at first: what it shows may be a better
    ///   answer than what is taken without.
    func filled(stopsAtLook: Bool) -> SetupAnswers {
        var filled = answers
        while true {
            let course = SetupCourse(filled, knowledge)
            let steps = course.steps.prefix { step in
                if case .look(let look) = step, stopsAtLook { return course.isDone(look) }
                return true
            }
            let open = Self.questions(of: steps).first { filled[$0.topic] == nil && $0.fallback != nil }
            guard let open else { return filled }
            filled[open.topic] = open.fallback
        }
    }

    /// Answers that come to nothing with the others, by name: those of another kind of connection, login or destination.
    ///
    /// - Parameter given: The topics that flags have answered.
    func idle(_ given: Set<SetupTopic>) -> [SetupTopic] {
        let asked = questions.map(\.topic)
        let isODBC = answers.text(.profile) == "odbc"
        // Written down wherever they are answered.
        var used = Set(asked + SetupTopic.unasked(of: answers) + [.profile, .schema, .uniqueColumns, .extractType])
        used.insert(.incrementalKey)
        if isODBC {
            used.subtract([.truststore, .serviceHost, .servicePort])
            used.insert(.password)
        } else {
            used.subtract([.dsn, .connectionString])
        }
        if isSignedIn, asked.contains(.uniqueColumns) { used.insert(.prove) }
        return given.subtracting(used).sorted { $0.name < $1.name }
    }

    /// The topic that was answered last, before this one.
    func topic(before topic: SetupTopic) -> SetupTopic? {
        questions.map(\.topic).prefix { $0 != topic }.last { answers[$0] != nil }
    }

    private func isDone(_ look: SetupLook) -> Bool {
        switch look {
        case .tables: knowledge.tables != nil
        case .columns: knowledge.columns != nil
        case .keys: knowledge.keys != nil
        case .plan: knowledge.hasSeenPlan
        }
    }

    /// Whether the source may be asked.
    var isSignedIn: Bool { answers.text(.login) == Self.yes }

    static let yes = "yes"
    static let no = "no"

    private var login: SetupQuestion {
        var question = SetupQuestion(
            .login, "Sign in now",
            .choice([
                SetupOption(
                    Self.yes, "lists the tables and columns to choose from, and proves that the connection works"),
                SetupOption(Self.no, "you type the names; nothing is checked"),
            ]))
        if knowledge.isNetSuite, !knowledge.isMock {
            question.notes = [
                "A refused login counts: NetSuite locks a user after five. kleene-ns tries once, and stops after two refusals."
            ]
        }
        question.proposal = [Self.yes]
        question.fallback = [Self.no]
        return question
    }

    /// The answers of `finish`.
    static let load = "load"
    static let write = "write"
    static let stop = "stop"

    private var finish: SetupQuestion {
        var question = SetupQuestion(
            .finish, "What now",
            .choice([
                SetupOption(Self.load, "write it, and load the table"), SetupOption(Self.write, "write it"),
                SetupOption(Self.stop, "write nothing; the same command goes on from here"),
            ]))
        question.proposal = [Self.load]
        question.fallback = [Self.write]
        return question
    }
}
