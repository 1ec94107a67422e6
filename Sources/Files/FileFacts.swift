import Glibc

/// What the system says of one name or of one open file.
struct FileFacts {
    let mode: mode_t
    let owner: uid_t
    let group: gid_t
    /// Names that the file has.
    let links: Int
    let device: dev_t
    let inode: ino_t

    private init(_ facts: stat) {
        mode = facts.st_mode
        owner = facts.st_uid
        group = facts.st_gid
        links = Int(facts.st_nlink)
        device = facts.st_dev
        inode = facts.st_ino
    }

    /// Of a path; nil where nothing is there, or nobody may look. The C functions are `stat` and `lstat`.
    init?(_ path: String, followsLink: Bool) {
        var facts = stat()
        guard unsafe (followsLink ? stat(path, &facts) : lstat(path, &facts)) == 0 else { return nil }
        self.init(facts)
    }

    /// Of an open file. The C function is `fstat`.
    init?(descriptor: Int32) {
        var facts = stat()
        guard unsafe fstat(descriptor, &facts) == 0 else { return nil }
        self.init(facts)
    }

    var isFile: Bool { mode & S_IFMT == S_IFREG }
    var isDirectory: Bool { mode & S_IFMT == S_IFDIR }
    var isLink: Bool { mode & S_IFMT == S_IFLNK }
    /// Whether only a file's owner may take its name away, as in /tmp.
    var isSticky: Bool { mode & S_ISVTX != 0 }

    /// What kind of file it is, in words.
    var kind: String {
        switch mode & S_IFMT {
        case S_IFREG: "a file"
        case S_IFDIR: "a directory"
        case S_IFLNK: "a symbolic link"
        case S_IFIFO: "a named pipe"
        case S_IFSOCK: "a socket"
        default: "a device"
        }
    }
}

/// Users and groups, as far as it must be known who else there is.
enum Accounts {
    /// The user that this process acts as, and root, who may do everything anyway.
    static func isOurs(_ user: uid_t) -> Bool { user == geteuid() || user == 0 }

    /// Whether a group has a member besides this process's user and root. Group 0 is root's own.
    ///
    /// Only what the system lists can be known: a group of a directory service that lists nobody has none.
    static func hasOthers(_ group: gid_t) -> Bool {
        guard group != 0 else { return false }
        if let found = unsafe getgrgid(group), var member = unsafe found.pointee.gr_mem {
            var names: [String] = []
            while let name = unsafe member.pointee {
                unsafe names.append(String(cString: name))
                unsafe member += 1
            }
            for name in names {
                guard let user = unsafe getpwnam(name) else { continue }
                if !isOurs(unsafe user.pointee.pw_uid) { return true }
            }
        }
        setpwent()
        defer { endpwent() }
        while let user = unsafe getpwent() {
            if unsafe user.pointee.pw_gid == group, !isOurs(unsafe user.pointee.pw_uid) { return true }
        }
        return false
    }

    /// `the user alice`, or `the user 1000` where it has no name.
    static func name(ofUser id: uid_t) -> String {
        let name = unsafe getpwuid(id).map { unsafe String(cString: $0.pointee.pw_name) }
        return "the user \(name ?? String(id))"
    }

    static func name(ofGroup id: gid_t) -> String {
        let name = unsafe getgrgid(id).map { unsafe String(cString: $0.pointee.gr_name) }
        return "the group \(name ?? String(id))"
    }
}
