import Crypto
import Extraction
import Files
import FoundationEssentials
import Glibc
import Text

/// A directory in which logins are remembered: a file for each user of an account, and the key of its fingerprints.
struct LoginDirectory: LoginPlace, LoginVisit {
    let directory: String
    /// The directory beside a destination in which it lies; nil for one of its own.
    var workplace: String?
    let patience: TimeInterval

    static let ending = ".login"
    static let keyName = "fingerprint.key"
    private var keyPath: String { directory + "/" + Self.keyName }

    /// A directory is entered with the file of a user: nothing that takes long has to be done before.
    func enter() -> (any LoginVisit)? { self }

    /// Nil where the workplace is not there and is not to be made, or does not take files of ours.
    func open(
        _ subject: LoginBreakerStore.Subject, isMaking: Bool, madeWith other: () -> Data?
    ) throws -> LoginMemory? {
        guard let workplace else {
            do {
                try PrivateDirectory.prepare(directory, kind: .environment)
            } catch let failure as Failure {
                throw unusable(directory, failure)
            }
            return try memory(of: subject, in: nil, madeWith: other)
        }
        guard Self.isWritable(workplace, orCanBeMade: isMaking) else { return nil }
        do {
            let place = try HeldPlace.enter(directory, in: workplace, making: isMaking ? .workplaceToo : .directory)
            guard let place else { return nil }
            return try memory(of: subject, in: place, madeWith: other)
        } catch var failure as Failure {
            if !failure.advice.contains("auth reset") {
                failure.advice = "Give \(directory) to the user that runs kleene-ns, with all that is in it."
            }
            throw failure
        }
    }

    private func memory(
        of subject: LoginBreakerStore.Subject, in place: HeldPlace?, madeWith other: () -> Data?
    ) throws -> LoginMemory {
        let key = try key(madeWith: other)
        let name = "\(subject.account)-\(Self.user(subject.identity, key: key))"
        let path = "\(directory)/\(name)\(Self.ending)"
        let file = try LockedFile(path: path, patience: patience, initially: JSONEncoder().encode(LoginBreaker()))
        return try LoginMemory(
            file, name: name, of: subject,
            fingerprint: LoginFingerprint.of([subject.identity] + subject.secrets, key: key), in: place)
    }

    /// Whether a directory takes files of ours; `orCanBeMade`: or the one in which it would be made.
    static func isWritable(_ outer: String, orCanBeMade: Bool) -> Bool {
        if unsafe access(outer, F_OK) == 0 { return unsafe access(outer, R_OK | W_OK | X_OK) == 0 }
        guard orCanBeMade else { return false }
        let parent = outer.lastIndex(of: "/").map { $0 == outer.startIndex ? "/" : String(outer[..<$0]) } ?? "."
        return unsafe access(parent, W_OK | X_OK) == 0
    }

    // MARK: For people

    /// Does something while nobody else removes the directory.
    private func holding<Result>(_ body: () throws -> Result) throws -> Result {
        let place = try workplace.flatMap { try HeldPlace.enter(directory, in: $0, making: .nothing) }
        return try withExtendedLifetime(place) { try body() }
    }

    func all(account: AccountID?, mock: MockServer?) throws -> [(name: String, breaker: LoginBreaker)] {
        try holding { try list(account, mock) }
    }

    private func list(_ account: AccountID?, _ mock: MockServer?) throws -> [(name: String, breaker: LoginBreaker)] {
        try names(account: account, mock: mock).map { name in
            let file = try LockedFile(path: directory + "/" + name, patience: patience)
            defer { file.close() }
            return (String(name.dropLast(Self.ending.count)), try file.read())
        }
    }

    func reset(account: AccountID?, mock: MockServer?, at now: Date) throws -> [String] {
        try holding { try resetEach(account, mock, at: now) }
    }

    private func resetEach(_ account: AccountID?, _ mock: MockServer?, at now: Date) throws -> [String] {
        guard (try? knownKey()) != nil else {
            // Without its key none of the files means anything any more, whosever it is.
            let names = try names(account: nil, mock: nil)
            for name in names { unsafe _ = unlink(directory + "/" + name) }
            unsafe _ = unlink(keyPath)
            return names.map { String($0.dropLast(Self.ending.count)) }
        }
        return try names(account: account, mock: mock).map { name in
            let file = try LockedFile(path: directory + "/" + name, patience: patience)
            defer { file.close() }
            var breaker = (try? file.read()) ?? LoginBreaker()
            breaker.settle(at: now)
            breaker.reset(at: now)
            try file.write(breaker)
            return String(name.dropLast(Self.ending.count))
        }
    }

    private func names(account: AccountID?, mock: MockServer?) throws -> [String] {
        let all = ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
        let names = all.filter { name in
            name.hasSuffix(Self.ending) && (account.map { name.hasPrefix($0.rawValue + "-") } ?? true)
        }
        guard let mock, !names.isEmpty else { return names }
        let key = SymmetricKey(data: try knownKey())
        let users = mock.identities.map { "-" + Self.user($0, key: key) + Self.ending }
        return names.filter { name in users.contains { name.hasSuffix($0) } }
    }

    // MARK: Fingerprints

    /// What stands for a user in a file's name.
    private static func user(_ identity: Secret, key: SymmetricKey) -> String {
        String(LoginFingerprint.of([identity], key: key).prefix(16))
    }

    /// The key of a place that has one; nil where there is none, or none that can be read.
    var existingKey: Data? { try? knownKey() }

    private func knownKey() throws -> Data {
        let bytes: [UInt8]?
        do {
            bytes = try PrivateFile.contents(of: keyPath, atMost: 64, kind: .environment)
        } catch let failure as Failure {
            throw unusable(keyPath, failure)
        }
        guard let data = bytes.map({ Data($0) }) else { throw unusable(keyPath, "it is not there") }
        guard data.count == 32 else {
            throw unusable(keyPath, "it is not what kleene-ns wrote", advice: startAnew)
        }
        return data
    }

    /// The place's own key for fingerprints, made at first use.
    private func key(madeWith other: () -> Data?) throws -> SymmetricKey {
        if unsafe access(keyPath, F_OK) != 0, errno == ENOENT {
            guard try names(account: nil, mock: nil).isEmpty else {
                throw unusable(
                    keyPath, "it is gone, and what is remembered of logins means nothing without it",
                    advice: startAnew)
            }
            let random = unsafe SymmetricKey(size: .bits256).withUnsafeBytes { unsafe Data($0) }
            try LockedFile.make(keyPath, holding: other() ?? random)
        }
        return SymmetricKey(data: try knownKey())
    }
}
