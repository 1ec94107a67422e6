import Foundation

/// Where `serve` leaves the control channel's token for `control` of the same user: a file by the port's number, in a
/// directory that only this user can look into. It depends on nothing but the user, so that the two find each other whatever
/// their environments are.
struct ControlTokenFile {
    private static var directory: String { "/tmp/kleene-ns-mock-\(geteuid())" }

    let port: Int
    var path: String { "\(Self.directory)/\(port).token" }

    /// Whether the directory is one that nobody else has made or may write.
    private var isOurs: Bool {
        var facts = stat()
        return unsafe lstat(Self.directory, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
            && facts.st_uid == geteuid()
            && facts.st_mode & 0o077 == 0
    }

    /// Nil where there is no such file, or it may be somebody else's.
    func read() -> String? {
        guard isOurs, let data = FileManager.default.contents(atPath: path) else { return nil }
        return String(decoding: data, as: UTF8.self)
    }

    /// Whether the token could be left there.
    func write(_ token: String) -> Bool {
        unsafe _ = mkdir(Self.directory, 0o700)
        guard isOurs else { return false }
        unsafe _ = unlink(path)
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        defer { close(file) }
        return unsafe Foundation.write(file, token, token.utf8.count) == token.utf8.count
    }

    /// Removes the file, and the directory with the last one.
    func remove() {
        guard isOurs else { return }
        unsafe _ = unlink(path)
        unsafe _ = rmdir(Self.directory)
    }
}
