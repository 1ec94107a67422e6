import Extraction
import FoundationEssentials

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

    /// Where the document stops being JSON, as far as that can be known. Nothing of it is quoted: it may hold a secret.
    private static func place(in data: Data) -> String {
        // The decoder takes UTF-16 and more, of which nothing is said here.
        guard !data.contains(0), let text = String(validating: data, as: UTF8.self),
            let offset = JSONFault.offset(in: text)
        else { return "" }
        if offset == data.count { return ": it ends too early" }
        let before = data.prefix(offset)
        let line = before.count { $0 == 10 } + 1
        return " (line \(line), near column \(before.count - (before.lastIndex(of: 10).map { $0 + 1 } ?? 0) + 1))"
    }
}
