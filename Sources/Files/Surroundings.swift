import CProcess
package import Extraction
import Glibc
import Text

/// Who else may put one file in the place of another: asked of a directory before anything in it is opened.
///
/// The rules. A directory that a user chose, and each one above it, may be written by its owner, by root and by us; by
/// others only where they cannot take names away that are not theirs (the sticky bit, as of /tmp), where it is the root of
/// a mounted file system (a container's volume is often open to all, by whoever mounted it), or where the file system keeps
/// no modes. A group counts only if somebody else is in it. Whoever owns a directory is trusted with what lies in it: root
/// in the directory of another user works, as in a container with the volume of a user of the host.
package enum Surroundings {
    /// Refuses a path whose directories others may rearrange, or on whose way somebody else has laid a link.
    ///
    /// - Parameters:
    ///   - directory: The directory that will be written.
    ///   - kind: The class of the failure.
    package static func check(_ directory: String, kind: FailureClass) throws {
        try check(directory, kind: kind, isOurs: false)
    }

    /// - Parameter isOurs: Whether nobody else may so much as add a name.
    static func check(_ directory: String, kind: FailureClass, isOurs: Bool) throws {
        try checkLinks(absolute(directory), kind: kind)
        guard let resolved = unsafe realpath(directory, nil) else { return }
        defer { unsafe free(resolved) }
        var path = unsafe String(cString: resolved)
        var isOurs = isOurs
        while let facts = FileFacts(path, followsLink: false) {
            let parent = parent(of: path)
            let above = FileFacts(parent, followsLink: false)
            if let writers = writers(path, facts, above), isOurs || !facts.isSticky {
                let remedy =
                    isOurs
                    ? "Check whether all that is in it is yours, and say `chmod go-w '\(path)'`"
                    : "Say `chmod +t '\(path)'`, so that each may remove only what is theirs, or `chmod go-w '\(path)'`"
                throw Failure(
                    kind,
                    "\(writers) may write to the directory \(path) and could put other files in the place of ours.",
                    advice: remedy + "; or use a directory of your own.")
            }
            isOurs = false
            // Root may work for others: whoever owns the directory that root was given is trusted with it.
            if geteuid() != 0, let above, !belongs(facts.owner, in: above, at: parent) {
                throw Failure(
                    kind,
                    "The directory \(path) belongs to \(Accounts.name(ofUser: facts.owner)), who made it in \(parent).",
                    advice: "Use a directory of your own.")
            }
            guard path != "/" else { return }
            path = parent
        }
    }

    /// Refuses what somebody else has put where a file is to be opened: not a file, a link, a file with two names or of
    /// another user. What is absent is fine.
    ///
    /// - Parameter writable: A file that lies beside: whoever may write that may as well have made this one.
    package static func checkEntry(_ path: String, writable: String? = nil, kind: FailureClass) throws {
        guard let facts = FileFacts(path, followsLink: false) else { return }
        try checkKind(facts, path, kind)
        let parent = parent(of: path)
        guard let above = FileFacts(parent, followsLink: true) else { return }
        if belongs(facts.owner, in: above, at: parent) { return }
        if let writable, let beside = FileFacts(writable, followsLink: true), beside.mode & 0o022 != 0 { return }
        throw foreign(path, facts, kind)
    }

    /// The same of a file that is open.
    package static func checkOpen(_ descriptor: Int32, _ path: String, kind: FailureClass) throws {
        guard let facts = FileFacts(descriptor: descriptor) else { return }
        try checkKind(facts, path, kind)
        let owner = FileFacts(parent(of: path), followsLink: true)?.owner
        guard Accounts.isOurs(facts.owner) || facts.owner == owner else { throw foreign(path, facts, kind) }
    }

    private static func foreign(_ path: String, _ facts: FileFacts, _ kind: FailureClass) -> Failure {
        Failure(
            kind, "\(path) belongs to \(Accounts.name(ofUser: facts.owner)), and is not used.",
            advice: "Remove it if it is not wanted, or choose another path.")
    }

    private static func checkKind(_ facts: FileFacts, _ path: String, _ kind: FailureClass) throws {
        guard facts.isFile else {
            throw Failure(
                kind, "\(path) is \(facts.kind), where kleene-ns keeps a file of its own.",
                advice: "Name another path; or move it away, if nobody needs it there.")
        }
        guard facts.links <= 1 else {
            throw Failure(
                kind,
                "\(path) has \(Sentence.count(facts.links, "name")) (hard links), and what is written to it "
                    + "would change the others too.",
                advice: "Remove the other names, or copy the file, and move the copy to its place.")
        }
    }

    // MARK: Rules

    /// Who else may write to a directory, as the beginning of a sentence; nil where nobody does.
    private static func writers(_ path: String, _ facts: FileFacts, _ above: FileFacts?) -> String? {
        guard facts.mode & 0o022 != 0 else { return nil }
        // A mounted volume's root is as whoever mounted it wants it.
        if let above, above.device != facts.device || above.inode == facts.inode { return nil }
        guard FileSystemModes.areKept(at: path) else { return nil }
        if facts.mode & S_IWOTH != 0 { return "Everyone" }
        return Accounts.hasOthers(facts.group) ? "Members of \(Accounts.name(ofGroup: facts.group))" : nil
    }

    /// Whether what lies in a directory may belong to a user: where others may add names, only to us, root, or the
    /// directory's owner; elsewhere only its owner and root have put it there.
    private static func belongs(_ owner: uid_t, in directory: FileFacts, at path: String) -> Bool {
        guard !Accounts.isOurs(owner), owner != directory.owner else { return true }
        return directory.mode & 0o022 == 0 || writers(path, directory, nil) == nil
    }

    /// Refuses links on the way that lie where others may add names, and belong to them.
    private static func checkLinks(_ path: String, depth: Int = 0, kind: FailureClass) throws {
        var prefix = ""
        for part in path.split(separator: "/") {
            let directory = prefix.isEmpty ? "/" : prefix
            prefix += "/" + part
            guard let facts = FileFacts(prefix, followsLink: false) else { return }
            guard facts.isLink else { continue }
            guard let above = FileFacts(directory, followsLink: true), belongs(facts.owner, in: above, at: directory)
            else {
                throw Failure(
                    kind, "\(prefix) is a symbolic link of \(Accounts.name(ofUser: facts.owner)), and is not followed.",
                    advice: "Remove it if it is not wanted, or choose another path.")
            }
            guard depth < 40, let target = target(of: prefix) else { return }
            try checkLinks(
                target.hasPrefix("/") ? target : directory + "/" + target, depth: depth + 1, kind: kind)
        }
    }

    /// Refuses a path whose last part, or a part before it, is a link that somebody else has laid.
    package static func checkWay(to path: String, kind: FailureClass) throws {
        try checkLinks(absolute(path), kind: kind)
    }

    // MARK: Paths

    /// A path that stays the same whatever becomes of the working directory.
    package static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let current = unsafe getcwd(nil, 0) else { return path }
        defer { unsafe free(current) }
        let directory = unsafe String(cString: current)
        return (directory == "/" ? "" : directory) + "/" + path
    }

    static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func target(of link: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe buffer.withUnsafeMutableBytes { (bytes) -> Int in
            guard let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else { return 0 }
            return unsafe readlink(link, start, bytes.count)
        }
        return count > 0 ? String(decoding: buffer.prefix(count), as: UTF8.self) : nil
    }
}

/// Whether a file system keeps owners and modes: on others everybody seems to own everything, and nothing follows from it.
private enum FileSystemModes {
    /// By `statfs`: FAT, exFAT, NTFS, SMB, Plan 9 (WSL), FUSE and shared folders of virtual machines (Docker Desktop).
    private static let without: Set<UInt32> = [
        0x4D44, 0x2011_BAB0, 0x5346_544E, 0x7366_746E, 0xFF53_4D42, 0xFE53_4D42, 0x517B, 0x0102_1997, 0x6573_5546,
        0x786F_4256, 0x6A65_6A63,
    ]

    static func areKept(at path: String) -> Bool {
        !without.contains(unsafe UInt32(truncatingIfNeeded: kns_file_system(path)))
    }
}
