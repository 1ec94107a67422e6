import Extraction
import Logging
import Rows
import Text

/// Which extracts are meant, and between which source and destination: from flags and configuration, checked as far as
/// that goes offline.
struct ExtractOrder {
    let source: ChosenSource
    let destination: DestinationConfiguration
    var extracts: [TableExtract]
    /// Chosen, and known not to run: tables of an entry for several that are gone, or that get in each other's way.
    var refused: [RefusedExtract] = []
    /// By an extract's name, the words of the entry for several tables that it comes from.
    private(set) var origins: [Exact<String>: String] = [:]

    init(
        _ choice: ChoiceOptions, _ extract: ExtractOptions, _ flags: SourceOptions, _ context: CommandContext,
        sweeps: Bool = false
    ) throws {
        source = try context.source(flags, or: .extract)
        destination = try Self.destination(choice.destination, source, context)
        extracts = []
        let defaults = source.file?.defaults ?? ExtractDefaults()
        let chosen: [ExtractConfiguration]
        if let extract = try extract.extract(defaults: defaults) {
            chosen = [extract]
        } else {
            chosen = try choose(Selection(patterns: choice.names, tags: choice.tags), context)
        }
        extracts += chosen.map(\.tableExtract)
        if extract.table != nil { extracts[0].origin = Self.origin(choice, flags) }
        if sweeps { try checkSweeps() }
        for extract in extracts where !sweeps {
            guard let follows = extract.follows, !extracts.contains(where: { $0.name.isExactly(follows.extract) })
            else { continue }
            throw Failure(
                .configuration,
                "The extract \"\(extract.name)\" follows \"\(follows.extract)\", which this command does not extract.",
                advice: "Name both, or give them the same \"tags\": they come in together.")
        }
    }

    /// What advice about an extract that flags give has to say again: of its source only that it is needed, for flags may hold more than
    /// a screen is to show.
    private static func origin(_ choice: ChoiceOptions, _ flags: SourceOptions) -> ExtractOrigin {
        let place = [("--config", flags.config), ("--destination", choice.destination)].compactMap { flag, value in
            value.map { " \(flag) \(ShellWord.quoted($0))" }
        }
        return .flags(place: place.joined(), needsSource: flags.isGivenByFlags || flags.mock != nil)
    }

    /// Configured extracts that are looked at, each by itself.
    init(_ choice: ChoiceOptions, _ flags: SourceOptions, _ context: CommandContext) throws {
        source = try context.source(flags, or: .nothing)
        destination = try Self.destination(choice.destination, source, context)
        extracts = []
        extracts += try choose(Selection(patterns: choice.names, tags: choice.tags), context).map(\.tableExtract)
    }

    /// Where the key is by which they mask columns; nil where none of them needs one.
    var maskKey: SecretReference? {
        extracts.contains { $0.masks?.values.contains(.hmac) == true } ? source.file?.maskKey : nil
    }

    /// Refuses to sweep what nobody has said to.
    private func checkSweeps() throws {
        guard let extract = extracts.first(where: { $0.deletes.map { $0.by == .none } ?? true }) else { return }
        throw Failure(
            .configuration,
            "The extract \"\(extract.name)\" is not to be swept: its configuration does not say what becomes of deleted rows.",
            advice: "Add \"deletes\": {\"by\": \"sweep\"} to it, or name other extracts.")
    }

    /// One configured extract.
    init(named name: String, destination: String?, source: SourceOptions, _ context: CommandContext) throws {
        self.source = try context.source(source, or: .nothing)
        self.destination = try Self.destination(destination, self.source, context)
        extracts = []
        extracts += try choose(Selection(patterns: [name], tags: []), context).map(\.tableExtract)
        if extracts.isEmpty, let refused = refused.first { throw refused.failure }
        guard extracts.count == 1 else {
            throw Failure(
                .configuration, "\"\(name)\" names \(Sentence.count(extracts.count, "extract")).",
                advice: "Name one of them.")
        }
    }

    /// Those of the configured extracts that are meant; where entries for several tables may be among them, by what the source
    /// lists.
    private mutating func choose(_ selection: Selection, _ context: CommandContext) throws -> [ExtractConfiguration] {
        guard let file = source.file else { return try selection.choose(from: []) }
        guard selection.mayChoose(file.patterns, beside: file.extracts) else {
            return try selection.choose(from: file.extracts)
        }
        let members = try context.expansion(of: file, source, into: destination).members
        let chosen = try selection.choose(from: file.extracts + members.map(\.extract))
        let failures = Dictionary(
            members.compactMap { member in member.failure.map { (Exact(member.extract.name), $0) } },
            uniquingKeysWith: { first, _ in first })
        refused = chosen.compactMap { extract in
            failures[Exact(extract.name)].map { RefusedExtract(extract: extract.tableExtract, failure: $0) }
        }
        origins = Dictionary(
            members.map { (Exact($0.extract.name), "\($0.pattern)") }, uniquingKeysWith: { first, _ in first })
        return chosen.filter { failures[Exact($0.name)] == nil }
    }

    private static func destination(
        _ flag: String?, _ source: ChosenSource, _ context: CommandContext
    ) throws -> DestinationConfiguration {
        if let named = flag.map(DestinationConfiguration.init) ?? source.destination {
            for warning in named.warnings(context.environment) { context.log.entry(.warning, "\(warning)") }
            return try context.reachable(
                named.absolute, directory: source.directory, stateDirectory: source.stateDirectory)
        }
        throw Failure(
            .configuration, "There is no destination to load into.",
            advice: "Add \"destination\": \(DestinationConfiguration.example) to the configuration, "
                + "or give --destination FILE.db.")
    }
}

/// An extract that cannot run, and why.
struct RefusedExtract {
    var extract: TableExtract
    var failure: Failure
}
