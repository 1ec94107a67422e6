import Extraction
import Files

/// Where rows go, as a configuration or a flag names it. A new kind of destination is a case here, with what it needs to be
/// reached.
enum DestinationConfiguration: Codable, Equatable, Sendable {
    /// A database file.
    case sqlite(path: String)

    private enum Kind: String, CaseIterable {
        case sqlite
    }

    /// How one is written in a file, for a sentence.
    static let example = "{\"type\": \"sqlite\", \"path\": \"…\"}"

    /// What a destination takes, of the one kind there is.
    static var rules: TableRules { Composition.rules }

    /// What `--destination` names.
    init(flag: String) { self = .sqlite(path: flag) }

    /// What stands in a file.
    ///
    /// - Parameter directory: Where relative paths start.
    init?(_ reader: ObjectReader, directory: String) {
        let kind = reader.choice("type", Kind.self)
        reader.missing("type", "\"sqlite\" is the one there is")
        let path = reader.string("path")
        reader.missing("path", "the database file")
        reader.finish()
        guard kind != nil, let path else { return nil }
        self = .sqlite(path: path.hasPrefix("/") ? path : directory + "/" + path)
    }

    /// What it is called in a sentence.
    var words: String {
        switch self {
        case .sqlite(let path): path
        }
    }

    /// The same wherever the process is by the time it is reached.
    var absolute: DestinationConfiguration {
        switch self {
        case .sqlite(let path): .sqlite(path: Surroundings.absolute(path))
        }
    }
}
