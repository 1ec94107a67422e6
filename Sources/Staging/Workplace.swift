package import Extraction
import Files
import SQLite
import Text

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The directory in which a destination's locks and staging lie: beside a file, as `netsuite.db.kleene`.
package struct Workplace: Sendable {
    /// The directory, links resolved: SQLite is told to follow none.
    package let path: String
    /// The directory by its name beside the destination.
    private let name: String

    package init(beside destination: String) {
        name = destination + ".kleene"
        path = FileSystem.canonical(name)
    }

    /// Makes the directory, for its owner alone: staging holds the same data as the destination. One that is there is used
    /// only where nobody else can have put anything into it.
    package func create() throws {
        if unsafe mkdir(path, 0o700) != 0 {
            let code = errno
            guard code == EEXIST else {
                throw Failure(
                    .destination,
                    "The directory \(path), for locks and staging, could not be made: \(describeSystemError(code)).",
                    advice: "Give the user that runs kleene-ns permission to write beside the destination.")
            }
        }
        try check()
        guard let refusal = FileSystem.refusalToWrite(path, isDirectory: true) else { return }
        throw Failure(
            .destination, "kleene-ns may not write to \(path): \(describeSystemError(refusal)).",
            advice: "Give the user that runs kleene-ns that directory.")
    }

    /// Refuses a directory that others own or may write, and a link of theirs. One that is absent is fine, and so is a link that
    /// the user has laid to another disk.
    package func check() throws { try PrivateDirectory.check(name, kind: .destination) }

    /// Refuses what somebody may have put where SQLite is to open a file and what it keeps beside it.
    package static func checkFiles(_ file: String) throws {
        for suffix in SQLiteDatabase.fileSuffixes { try Surroundings.checkEntry(file + suffix, kind: .destination) }
    }

    func lock(_ extract: String) -> String { "\(path)/lock-\(Self.fileName(extract))" }

    /// A backfill and a sweep have a staging of their own, so that they and the extract's runs can be interrupted and go on.
    func staging(_ extract: TableExtract) -> String {
        staging(extract.name, extract.backfill != nil ? "-backfill" : extract.sweeps == true ? "-sweep" : "")
    }

    /// Rows that no run goes on with lie beside the staging of runs.
    func staging(_ extract: TableExtract, beside use: String) -> String {
        staging(extract.name, Self.besideMark + use)
    }

    /// No file name of an extract has it.
    private static let besideMark = "+"

    /// Removes what is staged beside, whatever for. Only by whoever holds the extract's lock.
    func removeBeside(_ extract: String) {
        let prefix = "staging-\(Self.fileName(extract))\(Self.besideMark)"
        for name in FileSystem.names(in: path) where name.hasPrefix(prefix) { FileSystem.remove("\(path)/\(name)") }
    }

    private func staging(_ extract: String, _ ending: String) -> String {
        "\(path)/staging-\(Self.fileName(extract))\(ending).db"
    }

    /// The ends of names of files that are staged for other uses than an extract's own runs.
    private static let endings = ["-backfill", "-sweep"]

    /// Removes what a run has staged. Only by whoever holds the extract's lock.
    func removeStaging(_ extract: TableExtract) { remove(staging(extract)) }

    /// Removes what runs, backfills and sweeps of an extract have staged. Only by whoever holds its lock.
    package func removeAllStaging(of extract: String) {
        for ending in [""] + Self.endings { remove(staging(extract, ending)) }
    }

    /// The file that a first load makes of staged chunks, until it is given the destination's name.
    package func newFile(_ extract: String) -> String { "\(path)/new-\(Self.fileName(extract)).db" }

    /// Removes what a first load had not finished: no later run goes on with it. Only by whoever holds the extract's lock.
    package func removeNewFile(_ extract: String) { remove(newFile(extract)) }

    private func remove(_ file: String) {
        for suffix in SQLiteDatabase.fileSuffixes { FileSystem.remove(file + suffix) }
    }

    /// Removes staging, and what was made of it, that nobody has come back for in a week: its extract was renamed, or is no
    /// longer configured, or it is a backfill's that was given up. Only by whoever holds the extract's lock; its own staging
    /// is its own affair.
    func removeAbandoned(except extract: TableExtract) {
        let (own, ownLock) = (staging(extract), lock(extract.name))
        for name in FileSystem.names(in: path) where name.hasSuffix(".db") {
            guard let prefix = ["staging-", "new-"].first(where: name.hasPrefix) else { continue }
            let file = "\(path)/\(name)"
            var stem = name.dropFirst(prefix.count).dropLast(".db".count)
            if let mark = stem.firstRange(of: Self.besideMark) { stem = stem[..<mark.lowerBound] }
            let ending = Self.endings.first { stem.hasSuffix($0) } ?? ""
            let lock = "\(path)/lock-\(stem.dropLast(ending.count))"
            guard file != own, let age = FileSystem.secondsSinceChange(of: file), age > Self.abandonedAfter else {
                continue
            }
            let held = lock == ownLock ? nil : try? ExtractLock(path: lock, extract: name)
            guard lock == ownLock || held != nil else { continue }
            withExtendedLifetime(held) { remove(file) }
        }
    }

    /// What a run has staged, for a look: without a lock, without a wait, and without a byte changed.
    ///
    /// - Parameter source: The source that the rows must come from; nil for any.
    package func glance(at extract: TableExtract, source: String?) -> StagedPlan? {
        StagingBook.staged(at: staging(extract), extract: extract, source: source, access: .snapshot)
    }

    /// The locks of several extracts, in one order for all, so that two that ask cannot wait for each other.
    package func locks(of extracts: [String]) throws -> [ExtractLock] {
        try extracts.sorted().map { try take($0) }
    }

    /// Makes the directory, and takes the lock of an extract in it at once, or not at all.
    ///
    /// A login that had made the directory for itself may remove it between the two, as long as nothing lies in it: then both
    /// are tried again.
    func take(_ extract: String) throws -> ExtractLock {
        var tries = 3
        while true {
            try create()
            do {
                return try ExtractLock(path: lock(extract), extract: extract)
            } catch let failure as Failure where failure.kind != .busy && tries > 1 {
                tries -= 1
            }
        }
    }

    private static let abandonedAfter = 7 * 86_400

    /// An extract's name as part of a file's name: readable, and different for different names.
    static func fileName(_ extract: String) -> String {
        let readable = extract.utf8.prefix(40).map { byte -> Character in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"):
                Character(UnicodeScalar(byte))
            default: "_"
            }
        }
        return String(readable) + "-" + Fingerprint.of(extract)
    }
}
