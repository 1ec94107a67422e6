import Extraction
import Files
import Glibc
import Text

/// A file of settings that others may read, replaced whole or not at all.
enum SettingsFile {
    /// What it holds; nil where there is none.
    static func contents(of path: String) throws -> String? {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw Failure(
                .environment, "The file \(path) cannot be read: \(describeSystemError(errno)).",
                advice: "Check its path and its permissions.")
        }
        defer { close(file) }
        guard let bytes = try Descriptor.readAll(file, limit: 1 << 20) else {
            throw Failure(.environment, "The file \(path) is larger than 1 MB.", advice: "Look at what it is.")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Where a file of this name is written: where a link leads to, so that the link stays.
    ///
    /// - Parameter beginning: With what a file that may be replaced begins.
    /// - Throws: a `Failure` where the name is that of a device, a pipe or a socket, or of a file of another kind: a new file would take its
    ///   place.
    private static func target(of path: String, replacing beginning: String) throws -> String {
        var facts = stat()
        // A link may lead to what is not there yet.
        guard unsafe stat(path, &facts) == 0 else {
            return unsafe lstat(path, &facts) == 0 ? FileSystem.canonical(path) : path
        }
        guard [S_IFREG, S_IFDIR].contains(facts.st_mode & S_IFMT) else {
            throw Failure(
                .environment, "\(path) is a device or a pipe, whose place a new file would take.",
                advice: "Name a file.")
        }
        guard holdsText(path) else {
            throw Failure(
                .environment, "\(path) holds no text, and a new file would take its place.",
                advice: "It may be a database. Name another file.")
        }
        guard start(of: path, beginning.utf8.count).map({ $0.isEmpty || $0.elementsEqual(beginning.utf8) }) ?? true
        else {
            throw Failure(
                .environment, "\(path) was not written by this command, and a new file would take its place.",
                advice: "Name another file, or move this one away.")
        }
        return FileSystem.canonical(path)
    }

    /// Whether a file that is there begins as text does; true for what is no file, or cannot be read.
    ///
    /// All that kleene-ns writes for people is text: a database, an archive or a program in its place was named by a slip.
    static func holdsText(_ path: String) -> Bool {
        !(start(of: path, 512)?.contains(0) ?? false)
    }

    /// The first bytes of a file that is there, fewer where it is shorter; nil for what is no file, or cannot be read.
    private static func start(of path: String, _ count: Int) -> ArraySlice<UInt8>? {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: count)
        let read = unsafe read(file, &bytes, bytes.count)
        return read < 0 ? nil : bytes[..<read]
    }

    /// Writes a new file beside it and gives it the name. Whom one that is there keeps out stays out.
    ///
    /// - Parameter beginning: With what all files begin that this command writes, where a person names the file: one that begins otherwise
    ///   was named by a slip, such as the configuration, and stays. An empty file is anybody's.
    static func write(_ text: String, to path: String, mode: mode_t = 0o644, replacing beginning: String = "") throws {
        let path = try target(of: path, replacing: beginning)
        var facts = stat()
        let mode = unsafe stat(path, &facts) == 0 ? mode & facts.st_mode : mode
        let new = "\(path).\(getpid()).new"
        func failure(_ code: Int32) -> Failure {
            let advice =
                switch code {
                case ENOENT, ENOTDIR: "Name one in a directory that is there."
                case ENOSPC, EDQUOT: "Free space on its file system."
                default: "Give the user that runs kleene-ns permission to write there."
                }
            return Failure(
                .environment, "The file \(path) cannot be written: \(describeSystemError(code)).", advice: advice)
        }
        let file = unsafe open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw failure(errno) }
        do {
            defer { close(file) }
            try Descriptor.write(Array(text.utf8), to: file)
            guard fsync(file) == 0 else { throw SystemError(errno) }
        } catch {
            unsafe unlink(new)
            throw failure((error as? SystemError)?.code ?? EIO)
        }
        guard unsafe rename(new, path) == 0 else {
            let code = errno
            unsafe unlink(new)
            throw failure(code)
        }
    }

    /// Removes it; false where there is none.
    static func remove(_ path: String) throws -> Bool {
        guard unsafe unlink(path) != 0 else { return true }
        if errno == ENOENT { return false }
        throw Failure(
            .environment, "The file \(path) cannot be removed: \(describeSystemError(errno)).",
            advice: "Give the user that runs kleene-ns permission to remove it.")
    }
}
