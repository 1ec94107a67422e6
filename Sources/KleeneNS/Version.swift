import CBuild

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
        var text = [CChar](repeating: 0, count: 32)
        unsafe kns_driver_manager_version(&text, UInt(text.count))
        let manager = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let all = [("unixODBC", manager), ("SQLite", unsafe String(cString: kns_sqlite_version()))]
        return all.filter { !$0.1.isEmpty }.map { (name: $0.0, version: $0.1) }
    }

    /// What `--version` prints: version and commit, then the libraries that each command loads. Those that are opened at need are
    /// not opened for it.
    static func text(commit: String?, libraries: [(name: String, version: String)]) -> String {
        let first = line + (commit.map { " (\($0))" } ?? "")
        return ([first] + libraries.map { "\($0.name) \($0.version)" }).joined(separator: "\n")
    }
}
