import Extraction
import Files
import FoundationEssentials
import Glibc
import ODBCSource

/// A directory for what drivers leave behind: temporary files of a worker, gone with the command.
///
/// A command that is killed leaves it to its worker, and where both are killed at once the next command removes it: a lock
/// in it, which the system gives back, says whether somebody still uses it.
final class ScratchDirectory: Sendable {
    let path: String
    private let lock: Int32

    /// The environment's variable in which a worker finds the path.
    static let variable = "KLEENE_NS_SCRATCH"
    private static let lockName = "lock"

    /// Nil where no directory can be made: then drivers write where they always do.
    init?(environment: [String: String]) {
        let base = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        let prefix = "kleene-ns-\(geteuid())-"
        Self.removeAbandoned(in: base, prefix: prefix)
        var template = Array((base + "/" + prefix + "XXXXXX").utf8CString)
        guard unsafe mkdtemp(&template) != nil else { return nil }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let lock = unsafe open(path + "/" + Self.lockName, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            if lock >= 0 { close(lock) }
            RemovedTree.remove(path)
            return nil
        }
        self.lock = lock
    }

    deinit {
        remove()
        close(lock)
    }

    func remove() { RemovedTree.remove(path) }

    /// What a worker is told, so that drivers write here.
    func variables(_ environment: [String: String]) -> [String: String] {
        var variables = [Self.variable: path, "TMPDIR": path]
        variables.merge(Composition.sortingVariables(environment)) { $1 }
        if let entries = QuietDrivers.entries(), (try? entries.write(toFile: path + "/odbcinst.ini")) != nil {
            // A name below the directory of odbcinst.ini, which only the driver manager knows; above the root is the root.
            variables["ODBCINSTINI"] = String(repeating: "../", count: 24) + path.dropFirst() + "/odbcinst.ini"
        }
        return variables
    }

    /// Directories of commands of ours that were killed.
    private static func removeAbandoned(in base: String, prefix: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? [] where name.hasPrefix(prefix) {
            let path = base + "/" + name
            var facts = stat()
            guard unsafe lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR, facts.st_uid == geteuid() else {
                continue
            }
            let lock = unsafe open(path + "/" + lockName, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            if lock < 0 {
                // It may be about to be made.
                if errno == ENOENT, time(nil) - facts.st_mtim.tv_sec > 60 { RemovedTree.remove(path) }
                continue
            }
            defer { close(lock) }
            if flock(lock, LOCK_EX | LOCK_NB) == 0 { RemovedTree.remove(path) }
        }
    }
}

extension String {
    fileprivate func write(toFile path: String) throws {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw SystemError(errno) }
        defer { close(file) }
        try Descriptor.write(Array(utf8), to: file)
    }
}
