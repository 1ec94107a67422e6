import Glibc

/// Where staging and what is loaded from it put what does not fit into memory while they sort: SQLite's temporary files.
package enum SortingRoom {
    /// SQLite's own variable for their directory; it comes before TMPDIR.
    private static let variable = "SQLITE_TMPDIR"

    /// What the environment of a worker needs whose TMPDIR is a directory for small things.
    ///
    /// Large tables need room, which need not be where temporary files are: /tmp is memory on many machines.
    ///
    /// - Parameter environment: The command's own, in which a person may have said where.
    package static func variables(_ environment: [String: String]) -> [String: String] {
        guard environment[variable] == nil else { return [:] }
        let directory = unsafe access("/var/tmp", W_OK | X_OK) == 0 ? "/var/tmp" : "/tmp"
        return [variable: environment["TMPDIR"] ?? directory]
    }
}
