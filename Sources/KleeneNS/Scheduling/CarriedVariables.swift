import Extraction
import Files
import Text

/// The variables of this environment that runs need too, and that neither cron nor systemd gives them.
///
/// Drivers, libraries and proxies are found by them. What says where kleene-ns keeps its own files stands in a schedule's flags,
/// and a secret belongs into neither a crontab nor a unit.
struct CarriedVariables: Equatable, Sendable {
    struct Variable: Equatable, Sendable {
        var name: String
        var value: String
    }

    /// Those that are set, as a run that starts in another directory needs them.
    private(set) var variables: [Variable] = []
    /// Names of those that are set and hold a password.
    private(set) var withheld: [String] = []

    init() {}

    /// How a variable's value is read.
    private enum Meaning {
        case path
        /// Paths with a colon between them.
        case paths
        case text
        /// An address that may hold a password.
        case proxy
    }

    /// Known to unixODBC, to NetSuite's driver, to the loader of libraries, to libcurl and to libpq, in this order.
    private static let known: [(name: String, meaning: Meaning)] = [
        ("ODBCSYSINI", .path), ("ODBCINSTINI", .text), ("ODBCINI", .path), ("OASDK_ODBC_HOME", .path),
        ("LD_LIBRARY_PATH", .paths), ("https_proxy", .proxy), ("HTTPS_PROXY", .proxy), ("all_proxy", .proxy),
        ("ALL_PROXY", .proxy), ("no_proxy", .text), ("NO_PROXY", .text), ("SSL_CERT_FILE", .path),
        ("PGSYSCONFDIR", .path), ("PGSERVICEFILE", .path), ("PGPASSFILE", .path),
    ]

    /// The names of all that are carried where they are set.
    static let names = known.map(\.name)

    /// - Throws: a `Failure` for a value that no crontab and no unit can hold.
    init(_ environment: [String: String]) throws {
        for (name, meaning) in Self.known {
            guard let value = environment[name], !value.isEmpty else { continue }
            guard !value.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
                throw Failure(
                    .configuration,
                    "The variable \(name) has a line break or another control character, which cannot stand in a schedule.",
                    advice: "Set it to a path without one, or unset it for this command.")
            }
            if meaning == .proxy, !Composition.proxySecrets([name: value]).isEmpty {
                withheld.append(name)
                continue
            }
            variables.append(Variable(name: name, value: Self.absolute(value, meaning)))
        }
    }

    /// A run starts elsewhere, so no path stays relative. An empty path of a list would be the directory of the start.
    private static func absolute(_ value: String, _ meaning: Meaning) -> String {
        switch meaning {
        case .path: Surroundings.absolute(value)
        case .paths: value.split(separator: ":").map { Surroundings.absolute(String($0)) }.joined(separator: ":")
        case .text, .proxy: value
        }
    }

    /// What runs get, for a person; nil for nothing.
    var sentence: String? {
        variables.isEmpty
            ? nil : "Runs get these variables as they are set here: \(variables.map(\.name).joined(separator: ", "))."
    }

    /// What they do not get; nil for nothing.
    var warning: String? {
        withheld.isEmpty
            ? nil
            : "Runs do not get \(withheld.joined(separator: ", ")): there is a password in it, and a schedule holds none."
    }
}
