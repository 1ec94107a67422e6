import Extraction
import Glibc
import ODBC
import Text

/// A file that is a data source: looked at before a driver opens it, because drivers make what is missing and give no reason
/// for what they cannot open.
struct DatabaseFile {
    let source: DriverProfile.FileSource
    /// As the user wrote it, for sentences and for the driver.
    let written: String
    /// Where it lies.
    let path: String
    /// What followed a `?` of a URI.
    private let options: String?

    /// Nil where the value is not the path of a file: `:memory:`, or nothing.
    init?(_ written: String, source: DriverProfile.FileSource) {
        guard !written.isEmpty, !written.utf8.starts(with: ":memory:".utf8) else { return nil }
        self.source = source
        self.written = written
        guard source.takesURIs, written.utf8.starts(with: "file:".utf8) else {
            (path, options) = (written, nil)
            return
        }
        var rest = Array(written.utf8.dropFirst(5))
        if rest.starts(with: "//".utf8) {
            rest = Array(rest.dropFirst(2).drop { $0 != UInt8(ascii: "/") })
        }
        rest = Array(rest.prefix { $0 != UInt8(ascii: "#") })
        let parts = rest.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        options = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : nil
        path = Self.decoded(parts.first ?? [])
        if options?.contains("mode=memory") == true || path.isEmpty { return nil }
    }

    /// - Throws: a `Failure` that says what is wrong with the file.
    func check() throws {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            switch errno {
            case ENOENT, ENOTDIR:
                throw refusal("There is no file \(path)", "Check its path; kleene-ns makes no source.")
            case let code:
                throw refusal(
                    "\(path) cannot be reached (\(describeSystemError(code)))", "Check its path and who may read it.")
            }
        }
        let kind = status.st_mode & S_IFMT
        if kind == S_IFDIR {
            throw refusal("\(path) is a directory and no \(source.name)", "Name the file itself.")
        }
        guard kind == S_IFREG else {
            throw refusal("\(path) is no plain file, so no \(source.name)", "Name the file itself.")
        }
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard file >= 0 else {
            throw refusal(
                "\(path) cannot be read (\(describeSystemError(errno)))", "Give this user the right to read it.")
        }
        defer { close(file) }
        if status.st_size == 0, source.mayBeEmpty { return }
        var head = [UInt8](repeating: 0, count: 100)
        let count = unsafe read(file, &head, head.count)
        guard count > 0, source.headers.contains(where: { head.dropFirst(source.headerOffset).starts(with: $0.utf8) })
        else {
            throw refusal(
                "\(path) is no \(source.name)", "Check its path; an encrypted or damaged file looks like that too.")
        }
        if source.takesURIs, isWriteAheadLogged(head) { try checkLog() }
    }

    /// The value to give to the driver, with which it neither makes nor changes the file.
    ///
    /// SQLite opens a URI with `mode=ro` for reading alone. A database with a write-ahead log is opened as its other users open
    /// it while nobody else has it open: then SQLite takes away the two files that it makes beside it, which a reader alone
    /// would leave there, as its own.
    var value: String {
        guard source.takesURIs else { return written }
        var parts = (options ?? "").split(separator: "&").map(String.init)
        let chosen = parts.contains { $0.hasPrefix("mode=") || $0.hasPrefix("immutable=") }
        if !chosen || parts.contains(where: { $0 == "mode=rwc" || $0 == "mode=rw" }) {
            parts.removeAll { $0.hasPrefix("mode=") }
            parts.append(readsAlone ? "mode=ro" : "mode=rw")
            if isLogged, !exists("-shm"), isOnReadOnlyFileSystem { parts.append("immutable=1") }
        }
        return "file:" + Self.encoded(path) + "?" + parts.joined(separator: "&")
    }

    /// Whether SQLite is asked for reading alone.
    private var readsAlone: Bool { !isLogged || exists("-shm") || exists("-wal") || isOnReadOnlyFileSystem }

    // MARK: The write-ahead log

    /// SQLite's file format: the bytes for writing and reading are 2 with a write-ahead log.
    private func isWriteAheadLogged(_ head: [UInt8]) -> Bool { head.count > 19 && head[19] == 2 }

    private var isLogged: Bool {
        // A pipe in its place, which is refused later, would wait here for whoever writes to it.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard file >= 0 else { return false }
        defer { close(file) }
        var head = [UInt8](repeating: 0, count: 20)
        return unsafe read(file, &head, head.count) == 20 && isWriteAheadLogged(head)
    }

    private func exists(_ suffix: String) -> Bool { unsafe access(path + suffix, F_OK) == 0 }

    private var directory: String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.utf8.startIndex ? "/" : String(path[..<slash])
    }

    private var isOnReadOnlyFileSystem: Bool {
        var facts = statvfs()
        return unsafe statvfs(path, &facts) == 0 && facts.f_flag & UInt(ST_RDONLY) != 0
    }

    /// SQLite reads a database with a write-ahead log only where it finds or can make a file beside it.
    private func checkLog() throws {
        if isOnReadOnlyFileSystem { return }
        if exists("-shm"), unsafe access(path + "-shm", R_OK) == 0 { return }
        guard unsafe access(directory, W_OK | X_OK) == 0 else {
            throw refusal(
                "\(path) has a write-ahead log, and SQLite can read it only where it may make a file beside it, in \(directory)",
                "Give this user the right to write there, let a program that writes to it stay connected, or read a copy of it: "
                    + "`sqlite3 \(path) '.backup COPY'`, run by its owner.")
        }
    }

    // MARK: Words

    private func refusal(_ message: String, _ advice: String) -> Failure {
        Failure(.environment, "\(message); nothing was opened.", advice: advice)
    }

    /// A path as SQLite reads it in a URI, with all escaped that means something there or in a connection string.
    private static func encoded(_ path: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for byte in path.utf8 {
            let isPlain =
                byte >= 0x80 || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte) || "/._-+,@=~".utf8.contains(byte)
            if isPlain {
                result.append(byte)
            } else {
                result += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func decoded(_ bytes: some Collection<UInt8>) -> String {
        let all = Array(bytes)
        var result: [UInt8] = []
        var place = 0
        while place < all.count {
            if all[place] == UInt8(ascii: "%"), place + 2 < all.count,
                let byte = UInt8(String(decoding: all[(place + 1)...(place + 2)], as: UTF8.self), radix: 16)
            {
                result.append(byte)
                place += 3
            } else {
                result.append(all[place])
                place += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
