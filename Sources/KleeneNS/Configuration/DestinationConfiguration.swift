import Extraction
import Files
import Text

/// Where rows go, as a configuration or a flag names it. A new kind of destination is a case here, with what it needs to be
/// reached.
enum DestinationConfiguration: Codable, Equatable, Sendable {
    /// A database file.
    case sqlite(path: String)
    case postgresql(PostgresPlace)

    private enum Kind: String, CaseIterable {
        case sqlite, postgresql
    }

    /// How one is written in a file, for a sentence.
    static let example = "{\"type\": \"sqlite\", \"path\": \"…\"}"

    /// What it takes.
    var rules: TableRules { Composition.rules(of: self) }

    /// What `--destination` names.
    init(flag: String) { self = .sqlite(path: flag) }

    /// What stands in a file.
    ///
    /// - Parameter directory: Where relative paths start.
    init?(_ reader: ObjectReader, directory: String) {
        if let sketch = reader.sketch, !reader.has("type") {
            for kind in Kind.allCases {
                let alternative = SchemaSketch()
                _ = DestinationConfiguration(
                    ObjectReader(
                        ["type": .string(kind.rawValue)], path: reader.path, faults: reader.faults, sketch: alternative),
                    directory: directory)
                alternative.fix("type", kind.rawValue)
                sketch.alternatives.append(alternative)
            }
            return nil
        }
        reader.missing("type", "\"sqlite\" or \"postgresql\"")
        switch reader.choice("type", Kind.self) {
        // Without a kind nothing is known about the other keys, so nothing is said about them.
        case nil:
            reader.finishUnknown()
            return nil
        case .sqlite:
            let path = reader.string("path")
            reader.missing("path", "the database file")
            reader.finish()
            guard let path else { return nil }
            self = .sqlite(path: path.hasPrefix("/") ? path : directory + "/" + path)
        case .postgresql:
            guard let place = PostgresPlace(reader, directory: directory) else { return nil }
            self = .postgresql(place)
        }
    }

    /// Whether looking into it asks no server.
    var isFile: Bool {
        switch self {
        case .sqlite: true
        case .postgresql: false
        }
    }

    /// What it is called in a sentence.
    var words: String {
        switch self {
        case .sqlite(let path): path
        case .postgresql(let place): place.words
        }
    }

    /// Where its secrets are to be had.
    var references: [SecretReference] {
        switch self {
        case .sqlite: []
        case .postgresql(let place): place.password.map { [$0] } ?? []
        }
    }

    /// Those that were fetched.
    var secrets: [Secret] {
        switch self {
        case .sqlite: []
        case .postgresql(let place): place.secrets
        }
    }

    /// What is allowed and probably not meant.
    func warnings(_ environment: [String: String]) -> [String] {
        switch self {
        case .sqlite: []
        case .postgresql(let place): place.warnings(environment)
        }
    }

    /// Whether its secrets were fetched, or it has none.
    var isReachable: Bool {
        switch self {
        case .sqlite: true
        case .postgresql(let place): place.isReachable
        }
    }

    /// The same, ready to be reached: with its secrets, and with the directory in which what cannot lie beside it lies.
    func reachable(_ resolver: inout SecretResolver, stateDirectory: String) throws -> DestinationConfiguration {
        switch self {
        case .sqlite: return self
        case .postgresql(let place): return .postgresql(try place.reachable(&resolver, stateDirectory: stateDirectory))
        }
    }

    /// The same wherever the process is by the time it is reached.
    var absolute: DestinationConfiguration {
        switch self {
        case .sqlite(let path): .sqlite(path: Surroundings.absolute(path))
        case .postgresql: self
        }
    }
}
