import Extraction
import SuiteAnalytics

/// The source, as `init` asks it: what is listed, what is proven, what a first run would do.
struct SetupSource {
    let context: CommandContext
    let place: SetupPlace
    /// What has been answered so far.
    let configuration: Configuration
    /// What the file says of the source.
    let source: String
    let login: SetupLogin

    private var chosen: ChosenSource {
        ChosenSource(
            configuration.source, origin: .file(configuration), mock: place.mock,
            stateDirectory: StateDirectory.path(
                flag: place.stateDir, environment: context.environment, configuration: configuration.directory))
    }

    /// Asks on the login of this sitting.
    private func asked<Answer>(_ ask: (Coordinator) throws -> Answer) throws -> Answer {
        try login.ask(source, make: { try context.coordinator(chosen, destination: nil, warns: false) }, ask)
    }

    /// All tables, read anew: this is the login that proves the connection.
    func tables() throws -> [CatalogTable] {
        guard case .tables(let tables) = try answer(.tables(schema: nil), refresh: true) else { return [] }
        return tables
    }

    func columns(of table: TableName) throws -> CatalogTableColumns? {
        guard case .columns(let tables) = try answer(.columns([table]), refresh: false) else { return nil }
        return tables.first
    }

    private func answer(_ question: CatalogQuestion, refresh: Bool) throws -> CatalogAnswer {
        try asked { coordinator in
            guard let cache = chosen.catalogCache else { return try context.answer(question, by: coordinator) }
            return try CatalogReader(context: context, cache: cache, coordinator: { coordinator }).answer(
                question, refresh: refresh)
        }
    }

    func keys(of table: TableName) throws -> KeyFindings {
        var found: KeyFindings?
        let question = KeyQuestion(
            table: table, statements: SetupCourse.proof.statements, seconds: SetupCourse.proof.seconds)
        defer { context.terminal.show(progress: nil) }
        try asked { coordinator in
            var coordinator = coordinator
            coordinator.tick = coordinator.heed
            try coordinator.ask(question) { answer in
                switch answer {
                case .asking(let about):
                    if context.voice.hasLivingLine { context.terminal.show(progress: "asking for \(about) …") }
                case .found(let findings): found = findings
                }
            }
        }
        guard let found else { throw Failure(.internal, "A search for keys ended without an answer.") }
        return found
    }

    /// What the first run of an extract would do; nil where there is no destination.
    func plan(of name: String) throws -> PlannedExtract? {
        guard let named = configuration.destination,
            let extract = configuration.extracts.first(where: { $0.name == name })
        else { return nil }
        let destination = try context.reachable(
            named.absolute, directory: configuration.directory, stateDirectory: chosen.stateDirectory)
        var plan: PlannedExtract?
        try asked { coordinator in
            coordinator.redact.learn(destination.secrets)
            try coordinator.ask(
                PlanQuestion(
                    extracts: [extract.tableExtract], destination: destination, settings: coordinator.runSettings)
            ) { plan = $0 }
        }
        return plan
    }

    /// The first rows of a table.
    func rows(of table: TableName, columns: [String]?) throws -> Preview {
        try asked { try $0.ask(PreviewQuestion(table: table, limit: 5, columns: columns)) }
    }
}
