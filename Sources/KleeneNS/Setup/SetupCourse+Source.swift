import SuiteAnalytics
import Text

/// The connection.
extension SetupCourse {
    var source: [SetupStep] {
        (knowledge.isMock ? [] : [.ask(profile)]) + (answers.text(.profile) == "odbc" ? odbc : netSuite)
    }

    private var profile: SetupQuestion {
        var question = SetupQuestion(
            .profile, "Where rows come from",
            .choice([
                SetupOption("netsuite", "NetSuite's SuiteAnalytics Connect"),
                SetupOption("odbc", "any other ODBC data source"),
            ]))
        question.proposal = ["netsuite"]
        question.fallback = ["netsuite"]
        return question
    }

    private func text(
        _ topic: SetupTopic, _ title: String, _ notes: [String] = [], proposal: String? = nil, isOptional: Bool = false
    ) -> SetupStep {
        var question = SetupQuestion(topic, title, .text(isOptional: isOptional))
        question.notes = notes
        question.proposal = proposal.map { [$0] } ?? (isOptional ? [] : nil)
        if isOptional { question.fallback = [] }
        return .ask(question)
    }

    private func found(_ topic: SetupTopic, method: String? = nil) -> [String] {
        ConnectGuide.place(of: topic.key, method: method).map { [$0] } ?? []
    }

    // MARK: NetSuite

    private var netSuite: [SetupStep] {
        let mock = knowledge.isMock ? NetSuiteSourceConfiguration.mock : nil
        var steps = [
            text(
                .accountID, "Account id", (mock == nil ? ConnectGuide.preparation : []) + found(.accountID),
                proposal: mock?.account?.rawValue),
            text(.roleID, "Role id", found(.roleID), proposal: mock.map { String($0.role) } ?? ConnectGuide.usualRole),
        ]
        var method = SetupQuestion(
            .method, "How to log in",
            .choice(Authentication.kinds.map { SetupOption($0.name, ConnectGuide.words(ofMethod: $0.name)) }))
        method.proposal = Authentication.kinds.first.map { [$0.name] }
        steps.append(.ask(method))
        if let name = answers.text(.method), let kind = Authentication.kind(named: name) { steps += login(by: kind) }
        guard mock == nil else { return steps }
        let host = answers.text(.accountID).flatMap { AccountID(rawValue: $0) }?.serviceHost
        return steps + [
            text(.driver, "Driver", found(.driver), proposal: ConnectGuide.driver, isOptional: true),
            text(.truststore, "Truststore", found(.truststore), proposal: ConnectGuide.truststore, isOptional: true),
            text(.serviceHost, "Service host", found(.serviceHost), proposal: host, isOptional: true),
        ]
    }

    private func login(by kind: any LoginMethod.Type) -> [SetupStep] {
        let members = kind.members.filter { !$0.isOptional }
        let secrets = members.filter { $0.form == .secret }
        let asksForAll = secrets.contains { answers[SetupTopic(key: $0.key)] == nil } || answers[.secrets] != nil
        return (asksForAll && !secrets.isEmpty ? [.ask(places(of: secrets.map(\.key)))] : [])
            + members.flatMap { member(of: kind.name, $0) }
    }

    /// One answer for all secrets.
    private func places(of keys: [String]) -> SetupQuestion {
        let variables = keys.map(SetupDocument.variable(of:)).joined(separator: ", ")
        var question = SetupQuestion(
            .secrets, "Where the secrets are kept",
            .choice([
                SetupOption(
                    SetupDocument.files, "in files that only you can read, below secrets/: type them here, unseen"),
                SetupOption(SetupDocument.variables, "in environment variables: \(variables)"),
                SetupOption(
                    SetupDocument.each, "each elsewhere: a file, a variable, a command, a credential of systemd"),
            ]))
        question.notes = ["None of them is ever written into the configuration."]
        question.proposal = [knowledge.isMock ? SetupDocument.variables : SetupDocument.files]
        return question
    }

    private func member(of method: String, _ member: LoginMember) -> [SetupStep] {
        let topic = SetupTopic(key: member.key)
        let title = Sentence.beginning(member.key.replacing("_", with: " "))
        let notes = found(topic, method: method)
        switch (member.form, answers.text(.secrets)) {
        case (.secret, SetupDocument.files):
            // Where nobody can be asked, somebody else puts the file there.
            guard knowledge.isAttended else { return [] }
            var question = SetupQuestion(topic, title, .secret(file: SetupDocument.file(of: member.key)))
            question.notes = notes
            return [.ask(keeping(question))]
        case (.secret, SetupDocument.each):
            return [text(topic, title, notes + ["Where it is: \(SecretSpelling.forms)."])]
        case (.secret, _): return []
        case (.key, _): return [text(topic, title, notes + ["The path of its file, or \(SecretSpelling.forms)."])]
        default: return [text(topic, title, notes)]
        }
    }

    // MARK: Any ODBC data source

    private var odbc: [SetupStep] {
        let places: [SetupTopic] = [.driver, .dsn, .connectionString]
        var steps: [SetupStep] = []
        if answers[.reachedBy] != nil || places.allSatisfy({ answers[$0] == nil }) {
            var question = SetupQuestion(
                .reachedBy, "What to connect to",
                .choice([
                    SetupOption("dsn", "a data source of odbc.ini"),
                    SetupOption("driver", "a driver, and the keywords of its connection string"),
                    SetupOption("connection-string", "a connection string without user and password"),
                ]))
            question.proposal = ["dsn"]
            steps.append(.ask(question))
        }
        let way = answers.text(.reachedBy)
        if way == "dsn" { steps.append(text(.dsn, "Data source", ["`odbcinst -q -s` lists them."])) }
        if way == "connection-string" { steps.append(text(.connectionString, "Connection string")) }
        if way == "driver" {
            steps.append(
                text(
                    .driver, "Driver",
                    ["Its name in odbcinst.ini (`odbcinst -q -d` lists them), or its library's path."]))
        }
        if way == "driver" || answers[.driver] != nil {
            var question = SetupQuestion(
                .attributes, "Keywords of the connection string", .many(of: [], mayBeAll: false))
            question.notes = ["Such as Servername=db,Database=shop; never user or password."]
            question.proposal = []
            question.fallback = []
            steps.append(.ask(question))
        }
        steps.append(text(.user, "User", isOptional: true))
        if answers.text(.user) != nil { steps.append(.ask(password(.password, file: "password"))) }
        return steps
    }

    /// A password that may be typed unseen.
    func password(_ topic: SetupTopic, file key: String) -> SetupQuestion {
        var question = SetupQuestion(topic, "Password", .secret(file: SetupDocument.file(of: key)))
        question.notes = ["Type it, unseen; or write where it is: \(SecretSpelling.forms)."]
        if !knowledge.isAttended { question.fallback = [] }
        return keeping(question)
    }

    /// A secret that is there already may stay: another configuration may use it.
    private func keeping(_ question: SetupQuestion) -> SetupQuestion {
        guard case .secret(let file) = question.kind, knowledge.secretFiles.contains(file) else { return question }
        var question = question
        question.proposal = ["file:" + file]
        question.notes.append(
            "\(file) is there already: an empty line keeps it, another secret replaces what it holds.")
        return question
    }
}
