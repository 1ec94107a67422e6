import Extraction
import SuiteAnalytics

/// Names that a person may want to type next: by the configuration, the kept listing and the run records of a destination that is a
/// file.
///
/// Nothing is asked of a source or a server, nothing is waited for, no secret is fetched. Where something is wrong there are no
/// answers, and no words about it: those would stand in the middle of what somebody types.
struct CompletionAnswers {
    let line: CompletionLine
    let environment: [String: String]

    /// Run ids that are offered: those that a person may still remember.
    private static let runs = 50

    /// Names of the configured extracts, disabled ones too.
    var extracts: [String] {
        guard let configuration else { return [] }
        return Self.offered(configuration.extracts.map(\.name) + expanded(configuration).map(\.name))
    }

    var tags: [String] {
        guard let configuration else { return [] }
        return Self.offered((configuration.extracts + configuration.patterns).flatMap(\.tags).sorted())
    }

    /// Tables of the source as they were last listed.
    var tables: [String] { Self.offered(listed.map(\.table)) }

    /// Their schemas.
    var schemas: [String] { Self.offered(Set(listed.compactMap(\.schema)).sorted()) }

    /// Columns of the table that the line names, as they were last listed.
    var columns: [String] { Self.offered(listedColumns) }

    /// The same where several stand with commas between them: a column behind those that are typed already.
    var columnLists: [String] {
        let before = line.typed.split(separator: ",", omittingEmptySubsequences: false).dropLast().map(String.init)
        let named = Set(before.map { $0.lowercased() })
        let head = before.map { $0 + "," }.joined()
        return Self.offered(listedColumns.filter { !named.contains($0.lowercased()) }.map { head + $0 })
    }

    /// The latest runs first, behind the word for the last.
    var runs: [String] {
        let history = destination(of: configuration).flatMap(history)
        return Self.offered(["last"] + ((try? history?.list(nil, Self.runs)) ?? []).map(\.runID))
    }

    private var configuration: Configuration? {
        try? ConfigurationFile.read(
            ConfigurationFile.path(flag: line.value(of: "--config"), environment: environment))
    }

    private func destination(of configuration: Configuration?) -> DestinationConfiguration? {
        line.value(of: "--destination").map(DestinationConfiguration.init(flag:)) ?? configuration?.destination
    }

    /// The books of a file; nil for a server, which would be a login.
    private func history(of place: DestinationConfiguration) -> RunHistory? {
        place.isFile ? Composition.history(at: place, patience: 0) : nil
    }

    private var mock: MockServer? { line.value(of: "--mock").flatMap { try? MockServer(argument: $0) } }

    private func stateDirectory(_ configuration: Configuration) -> String {
        StateDirectory.path(
            flag: line.value(of: "--state-dir"), environment: environment, configuration: configuration.directory)
    }

    private var listed: [CatalogTable] {
        guard let configuration else { return [] }
        return configuration.keptListing(mock: mock, stateDirectory: stateDirectory(configuration))?.value ?? []
    }

    private var listedColumns: [String] {
        guard let configuration,
            let listing = configuration.keptCatalog(mock: mock, stateDirectory: stateDirectory(configuration))
        else { return [] }
        let (catalog, schema) = (line.value(of: "--catalog"), line.value(of: "--schema"))
        // By its flag; else whatever word behind the command is a table.
        let names = line.value(of: "--table").map { [$0] } ?? Array(line.words.dropFirst(2))
        return names.lazy.compactMap { name in
            listing.columns(of: TableName(catalog: catalog, schema: schema, name: name))
        }.first?.value.columns.map(\.name) ?? []
    }

    private func expanded(_ configuration: Configuration) -> [ExtractConfiguration] {
        guard let destination = destination(of: configuration) else { return [] }
        let expanded = try? configuration.expandedOffline(
            into: destination, history: history(of: destination), mock: mock,
            stateDirectory: stateDirectory(configuration))
        return expanded ?? []
    }

    /// Those that may be offered, each once: bash expands what it is offered as it would a command, so that a name with `$(…)` in it
    /// would be run.
    static func offered(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { $0.isHarmlessWord && seen.insert($0).inserted }
    }
}

extension String {
    /// Whether no shell takes any part of it for more than letters.
    fileprivate var isHarmlessWord: Bool {
        guard let first = unicodeScalars.first, first != "-", first != " " else { return false }
        return unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || ("0"..."9").contains($0) || "_-.:@+%,/ ".unicodeScalars.contains($0)
        }
    }
}
