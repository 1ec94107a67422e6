import Foundation
import Glibc
import TestSupport
import Testing

/// Two users of one machine: what one has prepared where the other works. The test is root and becomes either of them.
@Suite(.enabled(if: geteuid() == 0, "Only root can become two other users."))
struct ForeignFilesTests {
    /// Who runs kleene-ns, and who lies in wait: two users that every Debian has.
    private static let victim: uid_t = 65534
    private static let attacker: uid_t = 1

    private let bench: MockBench
    private let root: URL

    init() throws {
        bench = try MockBench(scale: 20, extracts: #"{"name": "c", "table": "currency", "destination_table": "t"}"#)
        // Not below a directory that only root may enter.
        root = URL(filePath: "/tmp/kleene-two-users-\(UUID().uuidString)")
        try Self.make(root.path, 0o755, owner: 0)
        try Self.make(root.path + "/home", 0o755, owner: Self.victim)
        try Self.write(root.path + "/home/precious", "precious", owner: Self.victim, mode: 0o600)
    }

    private var precious: String { root.path + "/home/precious" }

    private static func make(_ path: String, _ mode: mode_t, owner: uid_t, group: gid_t? = nil) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try #require(unsafe chown(path, owner, group ?? owner) == 0 && chmod(path, mode) == 0)
    }

    private static func write(_ path: String, _ text: String, owner: uid_t, mode: mode_t = 0o644) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        try #require(unsafe chown(path, owner, owner) == 0 && chmod(path, mode) == 0)
    }

    private static func link(_ path: String, to target: String, owner: uid_t) throws {
        try #require(unsafe symlink(target, path) == 0 && lchown(path, owner, owner) == 0)
    }

    /// Runs the program as a user of no group but its own, and some further ones.
    private func run(
        as user: uid_t = victim, groups: String = "", _ arguments: [String], state: String? = nil
    ) throws -> Program.Result {
        let identity = ["--reuid=\(user)", "--regid=\(user)", groups.isEmpty ? "--clear-groups" : "--groups=\(groups)"]
        let flags = ["--mock", "127.0.0.1:\(bench.port)", "--state-dir", state ?? "\(root.path)/home/state\(user)"]
        return try ShellCommand(
            ["/usr/bin/setpriv"] + identity + [Program.binary] + arguments + flags, in: URL(filePath: "/"),
            home: "\(root.path)/home"
        ).run()
    }

    private func extract(
        as user: uid_t = victim, groups: String = "", into path: String, state: String? = nil
    ) throws -> Program.Result {
        try run(
            as: user, groups: groups,
            ["extract", "--table", "currency", "--destination-table", "t", "--destination", path],
            state: state)
    }

    private func expectRefusal(_ result: Program.Result, _ words: String..., code: Int32 = 1) throws {
        #expect(result.code == code, "\(result.all)")
        for word in words { #expect(result.errors.contains(word), "\(word) in \(result.errors)") }
        #expect(try String(contentsOfFile: precious, encoding: .utf8) == "precious")
    }

    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    private func cleanUp() { try? FileManager.default.removeItem(at: root) }

    @Test func whatAnotherUserHasPreparedInASharedDirectoryIsRefused() throws {
        defer { cleanUp() }
        let sticky = root.path + "/sticky"
        try Self.make(sticky, 0o1777, owner: 0)
        try Self.make(sticky + "/a.db.kleene", 0o777, owner: Self.attacker)
        try expectRefusal(extract(into: sticky + "/a.db"), "a.db.kleene", "the user daemon")
        try Self.link(sticky + "/b.db", to: precious, owner: Self.attacker)
        try expectRefusal(extract(into: sticky + "/b.db"), "b.db is a symbolic link of the user daemon")
        try Self.link(sticky + "/c", to: root.path + "/home", owner: Self.attacker)
        try expectRefusal(extract(into: sticky + "/c/c.db"), "sticky/c is a symbolic link of the user daemon")
        for (name, suffix) in [("d", ""), ("e", "-journal"), ("f", "-wal"), ("g", "-shm")] {
            try Self.write(sticky + "/\(name).db\(suffix)", "", owner: Self.attacker, mode: 0o666)
            try expectRefusal(extract(into: sticky + "/\(name).db"), "\(name).db\(suffix) belongs to the user daemon")
        }
        try Self.link(sticky + "/h.db.kleene", to: root.path + "/home", owner: Self.attacker)
        try expectRefusal(extract(into: sticky + "/h.db"), "h.db.kleene is a symbolic link")
        // Before the source is asked for anything.
        #expect(try bench.tell("counters").contains(#""logins_tried":0"#))
        // And what is one's own goes on there.
        try Self.link(sticky + "/mine.db", to: root.path + "/home/mine.db", owner: Self.victim)
        for name in ["i.db", "i.db", "mine.db", "mine.db"] {
            #expect(try extract(into: sticky + "/" + name).code == 0)
        }
        #expect(try sqlite(root.path + "/home/mine.db", "SELECT count(*) > 0 FROM t") == "1")
    }

    @Test func linksAndOddFilesInTheWorkplaceAreRefusedWhoeverMadeThem() throws {
        defer { cleanUp() }
        let path = root.path + "/home/d.db"
        #expect(try extract(into: path).code == 0)
        let side = path + ".kleene"
        let lock = try #require(
            try FileManager.default.contentsOfDirectory(atPath: side).first { $0.hasPrefix("lock-") })
        let place = side + "/" + lock
        for owner in [Self.attacker, Self.victim] {
            unsafe _ = unlink(place)
            try Self.link(place, to: precious, owner: owner)
            try expectRefusal(extract(into: path), lock, "symbolic link")
        }
        unsafe _ = unlink(place)
        try #require(unsafe Glibc.link(precious, place) == 0)
        try expectRefusal(extract(into: path), "2 names")
        unsafe _ = unlink(place)
        try #require(unsafe mkfifo(place, 0o666) == 0 && chown(place, Self.victim, Self.victim) == 0)
        try expectRefusal(extract(into: path), "named pipe")
        unsafe _ = unlink(place)
        try Self.make(place, 0o755, owner: Self.victim)
        try expectRefusal(extract(into: path), "directory")
        unsafe _ = rmdir(place)
        // What SQLite opens by name is taken away and made new; where it cannot be, it is refused.
        let staging = side + "/" + lock.replacing("lock-", with: "staging-") + ".db"
        let newFile = side + "/" + lock.replacing("lock-", with: "new-") + ".db"
        for file in [staging, newFile] {
            for suffix in ["", "-journal", "-wal"] {
                try Self.link(file + suffix, to: precious, owner: Self.attacker)
            }
        }
        #expect(try extract(into: path).code == 0)
        #expect(try String(contentsOfFile: precious, encoding: .utf8) == "precious")
        try Self.make(staging, 0o755, owner: Self.victim)
        try Self.write(staging + "/kept", "", owner: Self.victim)
        try expectRefusal(extract(into: path), "staging-", "a directory")
        try FileManager.default.removeItem(atPath: staging)
        // The workplace itself.
        for (mode, owner) in [(0o777, Self.victim), (0o755, Self.attacker)] as [(mode_t, uid_t)] {
            try Self.make(side, mode, owner: owner)
            try expectRefusal(extract(into: path), "d.db.kleene")
        }
        try Self.make(side, 0o700, owner: Self.victim)
        #expect(try extract(into: path).code == 0)
    }

    @Test func directoryThatOthersMayRearrangeIsRefusedAndTheAdviceWorks() throws {
        defer { cleanUp() }
        for (name, mode, group, groups) in [
            ("open", 0o777, 0, ""), ("shared", 0o2775, 1, "1"),
        ] as [(String, mode_t, gid_t, String)] {
            let directory = root.path + "/" + name
            try Self.make(directory, mode, owner: 0, group: group)
            try expectRefusal(
                extract(groups: groups, into: directory + "/d.db"), "may write to the directory \(directory)",
                "chmod +t")
            try Self.make(directory + "/below", 0o755, owner: Self.victim)
            try expectRefusal(extract(groups: groups, into: directory + "/below/d.db"), "chmod +t")
            try #require(unsafe chmod(directory, mode | S_ISVTX) == 0)
            #expect(try extract(groups: groups, into: directory + "/d.db").code == 0)
            #expect(try extract(groups: groups, into: directory + "/below/d.db").code == 0)
        }
        // A group in which nobody else is.
        try Self.make(root.path + "/own", 0o775, owner: 0, group: 54321)
        #expect(try extract(groups: "54321", into: root.path + "/own/d.db").code == 0)
    }

    @Test func stateOfAnotherUserIsRefusedBeforeAnyLogin() throws {
        defer { cleanUp() }
        let state = root.path + "/home/s"
        func login() throws -> Program.Result { try run(["tables", "--refresh"], state: state) }
        for (mode, owner) in [(0o755, Self.attacker), (0o777, Self.victim), (0o1777, Self.victim)] as [(mode_t, uid_t)]
        {
            try Self.make(state, mode, owner: owner)
            try expectRefusal(login(), "No login was tried", state, "--state-dir")
        }
        try FileManager.default.removeItem(atPath: state)
        for name in ["fingerprint.key"] {
            try Self.make(state, 0o700, owner: Self.victim)
            try Self.link(state + "/" + name, to: precious, owner: Self.attacker)
            try expectRefusal(login(), "No login was tried", name, "symbolic link")
            try FileManager.default.removeItem(atPath: state)
        }
        #expect(try bench.tell("counters").contains(#""logins_tried":0"#))
        #expect(try login().code == 0)
        let file = try #require(
            try FileManager.default.contentsOfDirectory(atPath: state).first { $0.hasSuffix(".login") })
        unsafe _ = unlink(state + "/" + file)
        try Self.link(state + "/" + file, to: precious, owner: Self.attacker)
        try expectRefusal(login(), "No login was tried", "symbolic link")
        // A link to one's own directory is the user's own choice.
        try FileManager.default.removeItem(atPath: state)
        try Self.make(root.path + "/home/elsewhere", 0o700, owner: Self.victim)
        try Self.link(state, to: root.path + "/home/elsewhere", owner: Self.victim)
        #expect(try login().code == 0)
    }

    /// A container runs as root, its volume belongs to a user of the host, who has begun.
    @Test func rootGoesOnInTheDirectoryOfAnotherUser() throws {
        defer { cleanUp() }
        let volume = root.path + "/volume"
        try Self.make(volume, 0o755, owner: Self.victim)
        #expect(try extract(into: volume + "/d.db").code == 0)
        #expect(try extract(as: 0, into: volume + "/d.db", state: root.path + "/roots").code == 0)
        #expect(try extract(as: 0, into: volume + "/e.db", state: volume + "/state").code == 0)
        // But not over what a third one has put there.
        try Self.make(volume + "/f.db.kleene", 0o755, owner: Self.attacker)
        try expectRefusal(extract(as: 0, into: volume + "/f.db"), "f.db.kleene", "the user daemon")
    }

    @Test func newDestinationIsItsOwnersAloneAndAnExistingOneKeepsItsMode() throws {
        defer { cleanUp() }
        let home = root.path + "/home"
        #expect(try extract(into: home + "/new.db").code == 0)
        for name in try FileManager.default.contentsOfDirectory(atPath: home) where name.hasPrefix("new.db") {
            #expect(try mode(home + "/" + name) == (name.hasSuffix(".kleene") ? 0o700 : 0o600), "\(name)")
        }
        try Self.write(home + "/theirs.db", "", owner: Self.victim, mode: 0o640)
        for _ in 0..<2 {
            #expect(try extract(into: home + "/theirs.db").code == 0)
            #expect(try mode(home + "/theirs.db") == 0o640)
        }
        #expect(try sqlite(home + "/theirs.db", "SELECT count(*) > 0 FROM t") == "1")
        // In the root of all directories, whose path ends in a slash.
        let name = "/kleene-test-\(UUID().uuidString).db"
        defer {
            for suffix in ["", "-wal", "-shm", ".kleene"] { try? FileManager.default.removeItem(atPath: name + suffix) }
        }
        for _ in 0..<2 { #expect(try extract(as: 0, into: name).code == 0) }
        #expect(FileManager.default.fileExists(atPath: name + ".kleene"))
    }
}
