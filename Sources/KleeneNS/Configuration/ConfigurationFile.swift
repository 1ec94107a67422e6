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

    /// Whether the file that would be read without a flag exists.
    static func isThere(environment: [String: String]) -> Bool {
        FileManager.default.fileExists(atPath: path(flag: nil, environment: environment))
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
                .configuration, "The configuration file \(path) is not JSON\(place(in: data)).",
                advice: "Look there for a missing comma, quote or bracket; JSON has no comments.")
        }
        return try Configuration(document, file: path, directory: url.deletingLastPathComponent().path)
    }

    /// Where the document stops being JSON, as far as that can be known.
    ///
    /// Foundation's decoder does not say on Linux; its older parser does, in words of which only the number is used: the
    /// rest may quote the document, which may hold a secret.
    private static func place(in data: Data) -> String {
        do {
            _ = try JSONSerialization.jsonObject(with: data)
            return ""
        } catch {
            let words = (error as NSError).userInfo["NSDebugDescription"] as? String ?? ""
            if words.hasPrefix("Unexpected end") { return ": it ends too early" }
            guard let digits = words.firstMatch(of: #/around character (\d+)/#)?.1, let offset = Int(digits) else {
                return ""
            }
            let before = data.prefix(offset)
            let line = before.count { $0 == 10 } + 1
            return " (line \(line), near column \(before.count - (before.lastIndex(of: 10).map { $0 + 1 } ?? 0) + 1))"
        }
    }
}
