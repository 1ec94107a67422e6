import Extraction
import Foundation

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

    /// Reads a configuration.
    ///
    /// - Throws: a `Failure` of kind `configuration` when there is no such file or it is not JSON, `InvalidConfiguration`
    ///   with all faults when it is.
    static func read(_ path: String) throws -> Configuration {
        let url = URL(fileURLWithPath: path)
        let data: Data
        do {
            data = try Data(contentsOf: url)
        } catch {
            let isMissing = !FileManager.default.fileExists(atPath: path)
            throw Failure(
                .configuration,
                isMissing
                    ? "There is no configuration file \(path)."
                    : "The configuration file \(path) cannot be read; check its permissions.",
                advice: "Name one with --config FILE or \(variable), or give the source by flags, "
                    + "such as --driver or --dsn; config.example.json shows what one looks like.")
        }
        let document: JSONValue
        do {
            document = try JSONDecoder().decode(JSONValue.self, from: data)
        } catch {
            throw Failure(
                .configuration, "The configuration file \(path) is not JSON\(Self.place(error)).",
                advice: "Look there for a missing comma, quote or bracket; JSON has no comments.")
        }
        return try Configuration(document, file: path, directory: url.deletingLastPathComponent().path)
    }

    /// Where the parser stopped, as far as it says.
    private static func place(_ error: any Error) -> String {
        guard case DecodingError.dataCorrupted(let context) = error,
            let cause = context.underlyingError as NSError?,
            let text = cause.userInfo["NSDebugDescription"] as? String
        else { return "" }
        // The parser's text may quote the document, which may hold a secret: only the place is repeated.
        guard let match = text.firstMatch(of: #/line (\d+), column (\d+)/#) else { return "" }
        return " (line \(match.1), column \(match.2))"
    }
}
