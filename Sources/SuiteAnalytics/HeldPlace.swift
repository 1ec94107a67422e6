import Extraction
import Files
import FoundationEssentials
import Glibc
import Text

/// The directory beside a destination in which logins are remembered, held for as long as this lives.
///
/// A command that only looks leaves a destination that is not there alone: what a login had to make for itself it removes
/// again. Others may be in there by then. So whoever is in it holds a shared lock on the directory itself, and whoever leaves
/// removes it under the exclusive one, only while `temporary` lies in it, nothing but it lies in the workplace, and each of its
/// files has nothing to remember. Whatever A, who leaves, and B do at the same time:
///
/// * B is inside: A does not get the exclusive lock. It may have lost the shared one by asking, and touches nothing any more;
///   B removes it later.
/// * B has opened the directory and waits for the lock: it gets that of a directory without a name, sees so, and begins again.
/// * B looks for a directory that is gone: it makes another.
/// * B came, was refused and left between the two locks of A: A looks at mark and files behind the second one.
/// * B died in its attempt: its file says so, and stays, whoever else succeeds.
/// * A dies while it removes: the key goes behind the last file that needs it, and the mark behind the key.
///
/// Where a file system has no locks for directories nobody gets the exclusive one, and nothing is removed.
final class HeldPlace: LoginRoom {
    private let directory: String
    private let workplace: String
    private let descriptor: Int32

    /// Seconds for which others may come between: each try fails only because somebody removed what it had found.
    private static let patience: TimeInterval = 10

    private static let markName = "temporary"
    private var mark: String { directory + "/" + Self.markName }

    private init(_ directory: String, _ workplace: String, _ descriptor: Int32) {
        self.directory = directory
        self.workplace = workplace
        self.descriptor = descriptor
    }

    deinit {
        removeIfTemporary()
        // Not by closing alone: a process that was forked meanwhile and is not yet another program has the lock too.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// What is made where it is missing.
    enum Making { case nothing, directory, workplaceToo }

    /// Opens and holds the directory. The C functions are `mkdir` and `flock`.
    ///
    /// - Returns: nil where it is not there, or its workplace is not, and is not to be made.
    static func enter(_ directory: String, in workplace: String, making: Making) throws -> HeldPlace? {
        let end = Date() + patience
        while true {
            let isNew = making == .workplaceToo ? unsafe mkdir(workplace, 0o700) == 0 : false
            if making != .nothing, unsafe mkdir(directory, 0o700) != 0, errno != EEXIST {
                let code = errno
                if code == ENOENT, making == .directory { return nil }
                guard code == ENOENT, !PrivateDirectory.leadsNowhere(workplace), Date() < end else {
                    // Its sentences say why.
                    try checked(directory) { try PrivateDirectory.prepare(directory, kind: .environment) }
                    continue
                }
                usleep(1000)
                continue
            }
            try checked(directory) { try PrivateDirectory.check(directory, kind: .environment) }
            let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard descriptor >= 0 else {
                let code = errno
                if code == ENOENT, making == .nothing { return nil }
                guard code == ENOENT, Date() < end else { throw unusable(directory, describeSystemError(code)) }
                continue
            }
            guard waitForLock(descriptor, until: end) else {
                close(descriptor)
                throw unusable(directory, "another process has held it for \(Sentence.count(Int(patience), "second"))")
            }
            guard PrivateDirectory.isStill(descriptor, at: directory) else {
                close(descriptor)
                guard Date() < end else { throw unusable(directory, "other processes keep removing it") }
                continue
            }
            let place = HeldPlace(directory, workplace, descriptor)
            if isNew { place.markAsTemporary() }
            return place
        }
    }

    private static func checked(_ directory: String, _ body: () throws -> Void) throws {
        do { try body() } catch let failure as Failure { throw unusable(directory, failure) }
    }

    /// Whether the lock was had, or there are none here.
    private static func waitForLock(_ descriptor: Int32, until end: Date) -> Bool {
        while flock(descriptor, LOCK_SH | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR else { return true }
            guard Date() < end else { return false }
            usleep(1000)
        }
        return true
    }

    /// Where it cannot be written the directory stays.
    private func markAsTemporary() {
        let file = unsafe open(mark, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if file >= 0 { close(file) }
    }

    /// There is something to remember: the directory stays, whoever else leaves it.
    func keep() { unsafe _ = unlink(mark) }

    // MARK: Removal

    private func removeIfTemporary() {
        guard isMarked, flock(descriptor, LOCK_EX | LOCK_NB) == 0, PrivateDirectory.isStill(descriptor, at: directory),
            isMarked, names(in: workplace) == [String(directory.dropFirst(workplace.count + 1))],
            let files = names(in: directory)
        else { return }
        let memories = files.filter { $0.hasSuffix(LoginDirectory.ending) }
        let others = files.filter { !$0.hasSuffix(LoginDirectory.ending) }
        let known = others.allSatisfy { name in
            name == Self.markName || name == LoginDirectory.keyName || Self.isRemnant(name)
        }
        guard known, memories.allSatisfy({ hasNothingToRemember(directory + "/" + $0) }) else { return }
        let last = [LoginDirectory.keyName, Self.markName]
        for name in memories + others.filter({ !last.contains($0) }) + last {
            unsafe _ = unlink(directory + "/" + name)
        }
        unsafe _ = rmdir(directory)
        unsafe _ = rmdir(workplace)
    }

    private var isMarked: Bool { unsafe access(mark, F_OK) == 0 }

    /// What a process has left that died while it made a file: nobody is making any now.
    private static func isRemnant(_ name: String) -> Bool {
        name.hasPrefix(LoginDirectory.keyName + ".") || name.contains(LoginDirectory.ending + ".")
    }

    private func names(in directory: String) -> [String]? {
        try? FileManager.default.contentsOfDirectory(atPath: directory)
    }

    /// A file that cannot be read is to be found as it is.
    private func hasNothingToRemember(_ path: String) -> Bool {
        guard let file = try? LockedFile(path: path, patience: 0) else { return false }
        defer { file.close() }
        return (try? file.read())?.hasNothingToRemember ?? false
    }
}
