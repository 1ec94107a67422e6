package import Extraction
import Glibc
import Text

/// A directory in which kleene-ns keeps files of its own, and nobody else writes: for locks, staging and state.
package enum PrivateDirectory {
    /// Makes the directory for its owner alone, with those above it that are missing, or looks whether the one that is
    /// there is ours.
    ///
    /// Ours is what belongs to our user or to root and is written by nobody else. For root it may also belong to whoever owns
    /// the directory around it, or be the root of a mounted file system: so runs in a container go on with what a user of the
    /// host has begun.
    ///
    /// - Parameter kind: The class of the failure.
    package static func prepare(_ path: String, kind: FailureClass) throws {
        try makeParents(of: path)
        if unsafe mkdir(path, 0o700) != 0, errno != EEXIST {
            let code = errno
            throw Failure(
                kind, "The directory \(path) could not be made: \(describeSystemError(code)).",
                advice: "Give the user that runs kleene-ns permission to write to the directory around it.")
        }
        try check(path, kind: kind)
    }

    /// The same of a directory that is there; one that is absent is fine.
    package static func check(_ path: String, kind: FailureClass) throws {
        // Before anything is said of what a link of somebody else leads to.
        try Surroundings.checkWay(to: path, kind: kind)
        guard let facts = FileFacts(path, followsLink: true) else {
            guard !leadsNowhere(path) else {
                throw Failure(
                    kind, "\(path) is a symbolic link that leads nowhere.",
                    advice: "Remove it, or make what it leads to.")
            }
            return
        }
        guard facts.isDirectory else {
            throw Failure(
                kind, "\(path) is \(facts.kind), where kleene-ns keeps a directory of its own.",
                advice: "Name another directory; or move it away, if nobody needs it there.")
        }
        let parent = Surroundings.parent(of: path)
        let above = FileFacts(parent, followsLink: true)
        let isMounted = above.map { $0.device != facts.device } ?? false
        let isRootsGuest = geteuid() == 0 && (isMounted || above?.owner == facts.owner)
        guard Accounts.isOurs(facts.owner) || isRootsGuest else {
            throw Failure(
                kind, "The directory \(path) belongs to \(Accounts.name(ofUser: facts.owner)), and is not used.",
                advice: "Remove it if it is not wanted, or choose another path.")
        }
        try Surroundings.check(path, kind: kind, isOurs: true)
    }

    /// Whether a name is a link to something that is not there.
    package static func leadsNowhere(_ path: String) -> Bool {
        FileFacts(path, followsLink: false)?.isLink == true && FileFacts(path, followsLink: true) == nil
    }

    /// Whether a directory that is open still has its name, and was neither removed nor replaced.
    package static func isStill(_ descriptor: Int32, at path: String) -> Bool {
        guard let open = FileFacts(descriptor: descriptor), let named = FileFacts(path, followsLink: true) else {
            return false
        }
        return open.device == named.device && open.inode == named.inode
    }

    private static func makeParents(of path: String) throws {
        let parent = Surroundings.parent(of: path)
        guard FileFacts(parent, followsLink: true) == nil, parent != path, parent != "." else { return }
        try makeParents(of: parent)
        unsafe _ = mkdir(parent, 0o700)
    }
}
