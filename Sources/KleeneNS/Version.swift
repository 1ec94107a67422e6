import CBuild
import ODBC
import SQLite

/// The version of kleene-ns, as run records hold it and `--version` prints it.
enum Version {
    static let current = "0.1.0"

    /// What the parser knows; the rest is found out only where somebody asks.
    static let line = "kleene-ns \(current)"

    /// The commit that this program was built from, with `-dirty` where files had changed since; nil where nobody said so, as for
    /// a build of an archive without a history.
    static var commit: String? {
        let text = unsafe String(cString: kns_commit())
        return text.isEmpty ? nil : text
    }

    /// The libraries that each command loads.
    static var libraries: [(name: String, version: String)] {
        let all = [("unixODBC", DriverManager.version), ("SQLite", SQLiteDatabase.libraryVersion)]
        return all.compactMap { name, version in version.map { (name: name, version: $0) } }
    }

    /// What `--version` prints: version and commit, then the libraries that each command loads. Those that are opened at need are
    /// not opened for it.
    static func text(commit: String?, libraries: [(name: String, version: String)]) -> String {
        let first = line + (commit.map { " (\($0))" } ?? "")
        return ([first] + libraries.map { "\($0.name) \($0.version)" }).joined(separator: "\n")
    }
}
