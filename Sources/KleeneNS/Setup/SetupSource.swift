import Extraction
import SuiteAnalytics

/// The source, as `init` asks it: what is listed, what is proven, what a first run would do.
struct SetupSource {
    let context: CommandContext
    let place: SetupPlace
    /// What has been answered so far.
    let configuration: Configuration

    private var chosen: ChosenSource {
        ChosenSource(
            configuration.source, origin: .file(configuration), mock: place.mock,
            stateDirectory: StateDirectory.path(
                flag: place.stateDir, environment: context.environment, configuration: configuration.directory))
    }

    private func coordinator() throws -> Coordinator { try context.coordinator(chosen, destination: nil, warns: false) }

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
        guard let cache = chosen.catalogCache else { return try context.answer(question, by: coordinator()) }
        return try CatalogReader(context: context, cache: cache, coordinator: coordinator).answer(
            question, refresh: refresh)
    }

    func keys(of table: TableName) throws -> KeyFindings {
        var coordinator = try coordinator()
        coordinator.tick = coordinator.heed
        var found: KeyFindings?
        let question = KeyQuestion(
            table: table, statements: SetupCourse.proof.statements, seconds: SetupCourse.proof.seconds)
        defer { context.terminal.show(progress: nil) }
        try coordinator.ask(question) { answer in
            switch answer {
            case .asking(let about):
                if context.voice.hasLivingLine { context.terminal.show(progress: "asking for \(about) …") }
            case .found(let findings): found = findings
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
        let coordinator = try context.coordinator(chosen, destination: destination, warns: false)
        var plan: PlannedExtract?
        try coordinator.ask(
            PlanQuestion(
                extracts: [extract.tableExtract], destination: destination, settings: coordinator.runSettings)
        ) { plan = $0 }
        return plan
    }
}
