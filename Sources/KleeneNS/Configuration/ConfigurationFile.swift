import Extraction
import FoundationEssentials
import Glibc
import Text

/// Finds and reads the configuration file.
enum ConfigurationFile {
    static let defaultName = "kleene-ns.json"
    static let variable = "KLEENE_NS_CONFIG"

    /// The file to read: what the flag says, else the environment, else `kleene-ns.json` here.
    static func path(flag: String?, environment: [String: String]) -> String {
        if let flag { return flag }
        if let path = environment[variable], !path.isEmpty { return path }
        return defaultName
    }

    /// Whether the file that would be read without a flag exists.
    static func isThere(environment: [String: String]) -> Bool {
        FileManager.default.fileExists(atPath: path(flag: nil, environment: environment))
    }

    /// What a command can be given in place of a configuration file, for the sentence that says that there is none.
    enum Substitute {
        case nothing
        /// Commands that look into a destination.
        case destination
        /// Commands that look at a source.
        case source
        /// Commands that run extracts.
        case extract

        /// The end of a sentence; empty where there is nothing.
        fileprivate var words: String {
            let flags = "(--driver, --dsn or --connection-string)"
            return switch self {
            case .nothing: ""
            case .destination: ", or the destination with --destination FILE.db"
            case .source: ", or give the source by flags \(flags)"
            case .extract: ", or give all by flags: the source \(flags), --table and --destination"
            }
        }
    }

    /// Reads a configuration.
    ///
    /// - Parameter substitute: What the command that needs it could be given instead.
    /// - Throws: a `Failure` of kind `configuration` when there is no such file or it is not JSON, `InvalidConfiguration`
    ///   with all faults when it is.
    static func read(_ path: String, or substitute: Substitute = .nothing) throws -> Configuration {
        let url = URL(fileURLWithPath: path)
        let data: Data
        do {
            data = try Data(contentsOf: url)
        } catch {
            let isMissing = !FileManager.default.fileExists(atPath: path)
            if let null = try? Descriptor.null() {
                close(null)
            } else {
                throw Failure(
                    .environment, "The configuration file \(path) cannot be read: too many files are open.",
                    advice: "Raise the limit of open files (`ulimit -n`).")
            }
            throw Failure(
                .configuration,
                isMissing
                    ? "There is no configuration file \(path)."
                    : "The configuration file \(path) cannot be read; check its permissions.",
                advice:
                    "Name one with --config FILE or \(variable)\(substitute.words); `kleene-ns init` makes one, "
                    + "`kleene-ns help configuration` shows what one looks like."
            )
        }
        let text: JSONText
        do {
            text = try JSONText(data)
        } catch {
            throw refusal(path, error)
        }
        do {
            return try Configuration(
                text.value, repeated: text.repeated, file: path, directory: url.deletingLastPathComponent().path)
        } catch var invalid as InvalidConfiguration {
            invalid.faults = invalid.faults.map { $0.located(in: text, of: path) }
            throw invalid
        }
    }

    private static func refusal(_ path: String, _ problem: JSONText.Problem) -> Failure {
        let file = "The configuration file \(path)"
        let place = "line \(problem.line), column \(problem.column)"
        let advice = "Look there for a missing comma, quote or bracket."
        return switch problem.kind {
        case .isNotUTF8: Failure(.configuration, "\(file) is not UTF-8 text.", advice: "Save it as UTF-8.")
        case .isNotJSON: Failure(.configuration, "\(file) is not JSON (\(place)).", advice: advice)
        case .commentHasNoEnd:
            Failure(.configuration, "\(file) has a comment without an end (\(place)).", advice: "End it with */.")
        case .endsTooEarly: Failure(.configuration, "\(file) is not JSON: it ends too early.", advice: advice)
        case .numberIsTooLarge:
            Failure(
                .configuration, "\(file) holds a number that is too large (\(place)).", advice: "Give a smaller one.")
        case .isNestedTooDeep:
            Failure(
                .configuration,
                "\(file) is nested more than \(Sentence.count(JSONText.deepest, "level")) deep (\(place)).",
                advice: "No key needs that; `kleene-ns help configuration` shows what a configuration looks like.")
        }
    }
}
