import Crypto
import Extraction
import Files
package import FoundationEssentials
import Glibc

/// The login breakers on disk, shared by all processes of this user on this machine.
///
/// One file a user of an account, changed under a lock that is held while a login is under way: so that a hundred
/// processes with bad credentials try twice and not a hundred times. A file that cannot be read or written stops the
/// login: the promise is worth more than the run.
package struct LoginBreakerStore: Sendable {
    /// The state directory.
    package let directory: String
    /// Seconds to wait for another process's login.
    private let patience: TimeInterval

    package init(directory: String, patience: TimeInterval = 120) {
        self.directory = directory
        self.patience = patience
    }

    /// Whose logins are counted together.
    package struct Subject: Sendable, Equatable {
        package var account: AccountID
        /// Token id or e-mail address.
        package var identity: String
        /// All that is sent or signed with: a change of any part makes other credentials.
        package var secrets: [String]

        package init(account: AccountID, identity: String, secrets: [String]) {
            self.account = account
            self.identity = identity
            self.secrets = secrets
        }
    }

    /// Runs one login, unless the breaker forbids it.
    ///
    /// - Parameter outcome: How the login's error is to be counted. Anything that is not surely harmless is refused.
    /// - Throws: `Failure` of kind `credentials` where the breaker is open; what `login` throws.
    package func guarding<T>(
        _ subject: Subject, now: () -> Date = Date.init, outcome: (any Error) -> LoginBreaker.Outcome,
        login: () throws -> T
    ) throws -> T {
        let key = try key()
        let file = try open(subject, key: key)
        defer { file.close() }
        let fingerprint = Self.fingerprint([subject.identity] + subject.secrets, key: key)
        var breaker = try file.read()
        let decision = breaker.decide(fingerprint, at: now())
        guard decision == .attempt else { throw refusal(decision, subject.account, at: now()) }
        breaker.begin(fingerprint, at: now())
        try file.write(breaker)
        do {
            let result = try login()
            breaker.end(fingerprint, .succeeded, at: now())
            try file.write(breaker)
            return result
        } catch {
            breaker.end(fingerprint, outcome(error), at: now())
            try file.write(breaker)
            throw error
        }
    }

    /// The state of each user of an account, or of all accounts, by file name; with `mock`, of that server's users alone.
    package func all(
        account: AccountID?, mock: MockServer? = nil
    ) throws -> [(name: String, breaker: LoginBreaker)] {
        try names(account: account, mock: mock).map { name in
            let file = try LockedFile(path: directory + "/" + name, patience: patience)
            defer { file.close() }
            return (String(name.dropLast(".login".count)), try file.read())
        }
    }

    private func names(account: AccountID?, mock: MockServer?) throws -> [String] {
        var names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            return []
        }
        names = names.sorted().filter { name in
            name.hasSuffix(".login") && (account.map { name.hasPrefix($0.rawValue + "-") } ?? true)
        }
        guard let mock, !names.isEmpty else { return names }
        let key = try key()
        let users = mock.identities.map { "-" + Self.user($0, key: key) + ".login" }
        return names.filter { name in users.contains { name.hasSuffix($0) } }
    }

    /// Resets the breakers of an account, or all. Returns the names of those that were there.
    ///
    /// A file that cannot be understood starts anew: a person has looked into it, and says that all is well.
    package func reset(account: AccountID?, mock: MockServer? = nil) throws -> [String] {
        try names(account: account, mock: mock).map { name in
            let file = try LockedFile(path: directory + "/" + name, patience: patience)
            defer { file.close() }
            var breaker = (try? file.read()) ?? LoginBreaker()
            breaker.reset()
            try file.write(breaker)
            return String(name.dropLast(".login".count))
        }
    }

    private func open(_ subject: Subject, key: SymmetricKey) throws -> LockedFile {
        let user = Self.user(subject.identity, key: key)
        return try LockedFile(path: "\(directory)/\(subject.account)-\(user).login", patience: patience)
    }

    /// What stands for a user in a file's name.
    private static func user(_ identity: String, key: SymmetricKey) -> String {
        String(fingerprint([identity], key: key).prefix(16))
    }

    private func refusal(_ decision: LoginBreaker.Decision, _ account: AccountID, at now: Date) -> Failure {
        let reset =
            "`kleene-ns auth reset` lets one through once the cause is mended; new credentials are let through at once."
        switch decision {
        case .attempt: return Failure(.internal, "A login that is allowed was refused.")
        case .open(let refusals):
            return Failure(
                .credentials,
                "No login to account \(account) was tried: the last \(refusals) were refused, and five would lock the user.",
                advice: "See `kleene-ns auth status`. " + reset)
        case .locked(let until):
            let minutes = max(1, Int((until.timeIntervalSince(now) / 60).rounded(.up)))
            return Failure(
                .credentials,
                "No login to account \(account) was tried: the user is locked for another \(minutes) minutes, until "
                    + "\(until.formatted(.iso8601)).",
                advice: "Wait, or have an administrator unlock the user; then `kleene-ns auth reset`.")
        case .unproven:
            return Failure(
                .credentials,
                "No login to account \(account) was tried: the lock has run out, but these credentials have never "
                    + "worked, and one more refusal would lock the user again.",
                advice: "Check the credentials. " + reset)
        }
    }

    /// A fingerprint that tells nothing without the key, which never leaves this machine.
    private static func fingerprint(_ parts: [String], key: SymmetricKey) -> String {
        // Lengths first, so that no two lists of parts are one text.
        let text = parts.map { "\($0.utf8.count):\($0)" }.joined()
        return HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key)
            .map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined()
    }

    /// The machine's own key for fingerprints, made at first use.
    private func key() throws -> SymmetricKey {
        do {
            try PrivateDirectory.prepare(directory, kind: .environment)
        } catch let failure as Failure {
            throw unusable(directory, failure)
        }
        let path = directory + "/fingerprint.key"
        let file = try LockedFile(path: path, patience: patience)
        defer { file.close() }
        let data = try file.readBytes()
        if data.count == 32 { return SymmetricKey(data: data) }
        guard data.isEmpty else { throw unusable(path, "it is not what kleene-ns wrote") }
        let key = SymmetricKey(size: .bits256)
        try unsafe file.writeBytes(key.withUnsafeBytes { unsafe Data($0) })
        return key
    }
}

private func unusable(
    _ path: String, _ why: String,
    advice: String =
        "Make it writable, or name another directory with --state-dir; without it the account could be locked."
) -> Failure {
    Failure(
        .environment,
        "No login was tried, because the login breaker's state in \(path) cannot be used: \(why).",
        advice: advice)
}

private func unusable(_ path: String, _ failure: Failure) -> Failure {
    Failure(
        .environment,
        "No login was tried, because the login breaker's state in \(path) cannot be used: \(failure.message)",
        advice: failure.advice + " Or name another directory with --state-dir; without it the account could be locked.")
}

/// A small file that one process at a time reads and changes.
private final class LockedFile {
    private let descriptor: Int32
    private let path: String

    /// Opens or makes the file, and waits for its lock. The C functions are `open` and `flock`.
    init(path: String, patience: TimeInterval) throws {
        self.path = path
        let descriptor: Int32
        do {
            descriptor = try PrivateFile.open(path, kind: .environment)
        } catch let failure as Failure {
            throw unusable(path, failure)
        }
        let end = Date() + patience
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EWOULDBLOCK || errno == EINTR, Date() < end else {
                Glibc.close(descriptor)
                throw unusable(path, "another process has held it for \(Int(patience)) seconds")
            }
            usleep(50_000)
        }
        self.descriptor = descriptor
    }

    func close() { Glibc.close(descriptor) }

    func read() throws -> LoginBreaker {
        let data = try readBytes()
        if data.isEmpty { return LoginBreaker() }
        do {
            return try JSONDecoder().decode(LoginBreaker.self, from: data)
        } catch {
            throw unusable(
                path, "it is not what kleene-ns wrote",
                advice: "Find out whether the user is locked; then `kleene-ns auth reset` starts it anew.")
        }
    }

    func write(_ breaker: LoginBreaker) throws { try writeBytes(JSONEncoder().encode(breaker)) }

    func readBytes() throws -> Data {
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
        guard count >= 0 else { throw unusable(path, unsafe String(cString: strerror(errno))) }
        return Data(bytes.prefix(count))
    }

    /// In place, since the lock lies on the file itself: first the new bytes, then the new length, then to the disk.
    ///
    /// Blanks cover what a longer text before has left, so that a kill between the two leaves one that can be read.
    func writeBytes(_ data: Data) throws {
        let end = lseek(descriptor, 0, SEEK_END)
        let bytes = [UInt8](data) + Array(repeating: UInt8(ascii: " "), count: max(0, Int(end) - data.count))
        let count = unsafe pwrite(descriptor, bytes, bytes.count, 0)
        guard end >= 0, count == bytes.count, ftruncate(descriptor, off_t(data.count)) == 0, fsync(descriptor) == 0
        else {
            throw unusable(path, unsafe String(cString: strerror(errno)))
        }
    }
}
