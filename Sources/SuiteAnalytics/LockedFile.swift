import Extraction
import Files
import FoundationEssentials
import Glibc
import Text

/// A small file that one process at a time reads and changes.
final class LockedFile: LockedText {
    private let descriptor: Int32
    private let path: String
    var words: String { path }

    /// Opens the file, and waits for its lock. The C functions are `open` and `flock`.
    ///
    /// - Parameter content: What a file that is not there yet begins with; nil where it has to be there. A file of ours is
    ///   never empty, so one that is was emptied by somebody else.
    init(path: String, patience: TimeInterval, initially content: Data? = nil) throws {
        self.path = path
        let end = Date() + patience
        while true {
            if let content, unsafe access(path, F_OK) != 0, errno == ENOENT { try Self.make(path, holding: content) }
            let descriptor = unsafe Glibc.open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
            guard descriptor >= 0 else {
                let code = errno
                // Somebody has removed it again in between.
                if code == ENOENT, content != nil, Date() < end { continue }
                do { try Surroundings.checkEntry(path, kind: .environment) } catch let failure as Failure {
                    throw unusable(path, failure)
                }
                throw unusable(path, describeSystemError(code))
            }
            do {
                try Self.wait(for: descriptor, path: path, until: end, seconds: Int(patience))
                // Removed while its lock was waited for: another file has its name by now, or none.
                if try Self.isInPlace(descriptor, path: path) {
                    self.descriptor = descriptor
                    return
                }
            } catch {
                Glibc.close(descriptor)
                throw error
            }
            Glibc.close(descriptor)
        }
    }

    private static func wait(for descriptor: Int32, path: String, until end: Date, seconds: Int) throws {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, Date() < end else {
                throw unusable(path, "another process has held it for \(Sentence.count(seconds, "second"))")
            }
            usleep(50_000)
        }
    }

    private static func isInPlace(_ descriptor: Int32, path: String) throws -> Bool {
        var facts = stat()
        guard unsafe fstat(descriptor, &facts) == 0 else {
            throw unusable(path, describeSystemError(errno))
        }
        // Whoever is making it gives it its second name and takes the first away.
        for _ in 0..<200 where facts.st_nlink == 2 {
            usleep(5000)
            unsafe _ = fstat(descriptor, &facts)
        }
        do { try Surroundings.checkOpen(descriptor, path, kind: .environment) } catch let failure as Failure {
            throw unusable(path, failure)
        }
        return facts.st_nlink > 0
    }

    /// Makes a file that is there with all it holds, or not at all; one that somebody else makes meanwhile stays.
    ///
    /// By `renameat2`, in one step. Where a file system cannot do that, by `link`: for a moment the file has two names then, and on a busy
    /// machine a moment is long.
    static func make(_ path: String, holding content: Data) throws {
        let new = "\(path).\(getpid())-\(UInt32.random(in: 0 ... .max))"
        let descriptor = unsafe Glibc.open(new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw unusable(path, describeSystemError(errno)) }
        defer { unsafe _ = unlink(new) }
        let bytes = [UInt8](content)
        let count = unsafe Glibc.write(descriptor, bytes, bytes.count)
        let isOnDisk = count == bytes.count && fsync(descriptor) == 0
        let code = errno
        Glibc.close(descriptor)
        guard isOnDisk else { throw unusable(path, describeSystemError(code == 0 ? ENOSPC : code)) }
        let moved = FileSystem.move(new, toNew: path)
        if moved == 0 || moved == EEXIST { return }
        // Not every file system has links either; then what is whole is moved, once nobody has been quicker.
        guard
            unsafe link(new, path) == 0 || errno == EEXIST
                || (unsafe access(path, F_OK) != 0 && rename(new, path) == 0)
        else { throw unusable(path, describeSystemError(errno)) }
    }

    func close() {
        // Not by closing alone: a process that was forked meanwhile and is not yet another program has the lock too.
        flock(descriptor, LOCK_UN)
        Glibc.close(descriptor)
    }

    func readBytes() throws -> Data {
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 else { throw unusable(path, describeSystemError(errno)) }
        var data = Data(bytes.prefix(count))
        while data.last == 0 { data.removeLast() }
        return data
    }

    /// In place, since the lock lies on the file itself: first the new bytes, then the new length, then to the disk.
    ///
    /// Blanks cover what a longer text before has left, so that a kill between the two leaves one that can be read.
    func writeBytes(_ data: Data) throws {
        // Room first: a disk that is full must leave what was there whole. What it adds are zeros.
        let room = posix_fallocate(descriptor, 0, off_t(data.count))
        guard room == 0 || room == EOPNOTSUPP || room == EINVAL else {
            throw unusable(path, describeSystemError(room))
        }
        let end = lseek(descriptor, 0, SEEK_END)
        let bytes = [UInt8](data) + Array(repeating: UInt8(ascii: " "), count: max(0, Int(end) - data.count))
        let count = unsafe pwrite(descriptor, bytes, bytes.count, 0)
        guard end >= 0, count == bytes.count, ftruncate(descriptor, off_t(data.count)) == 0, fsync(descriptor) == 0
        else {
            throw unusable(path, describeSystemError(errno))
        }
    }
}

func unusable(
    _ path: String, _ why: String,
    advice: String =
        "Make it writable, or name another directory with --state-dir; without it the account could be locked."
) -> Failure {
    Failure(
        .environment,
        "No login was tried, because the login breaker's state in \(path) cannot be used: \(why).",
        advice: advice)
}

func unusable(_ path: String, _ failure: Failure) -> Failure {
    Failure(
        .environment,
        "No login was tried, because the login breaker's state in \(path) cannot be used: \(failure.message)",
        advice: failure.advice + " Or name another directory with --state-dir; without it the account could be locked.")
}

/// For what a server remembers, which no flag puts elsewhere.
func unusable(shelf words: String, _ failure: Failure) -> Failure {
    Failure(
        .environment,
        "No login was tried, because the login breaker's state in \(words) cannot be used: \(failure.message)",
        advice: failure.advice, sqlState: failure.sqlState)
}
