import Extraction

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The directory beside the destination in which locks and staging lie: `netsuite.db.kleene`.
struct SideDirectory {
    let path: String

    init(besides destination: String) { self.path = destination + ".kleene" }

    /// Makes the directory, for its owner alone: staging holds the same data as the destination.
    func create() throws {
        guard unsafe mkdir(path, 0o700) != 0 else { return }
        let code = errno
        if code == EEXIST, case .directory = FileSystem.kind(of: path) {
            guard let refusal = FileSystem.refusalToWrite(path, isDirectory: true) else { return }
            throw Failure(
                .destination, "kleene-ns may not write to \(path): \(describeSystemError(refusal)).",
                advice: "Give the user that runs kleene-ns that directory.")
        }
        throw Failure(
            .destination,
            "The directory \(path), for locks and staging, could not be made: \(describeSystemError(code)).",
            advice: "Give the user that runs kleene-ns permission to write beside the destination.")
    }

    func lock(_ extract: String) -> String { "\(path)/lock-\(Self.fileName(extract))" }

    /// A backfill has a staging of its own, so that it and the extract's runs can be interrupted and go on.
    func staging(_ extract: TableExtract) -> String {
        "\(path)/staging-\(Self.fileName(extract.name))\(extract.backfill == nil ? "" : "-backfill").db"
    }

    /// Removes what a run has staged. Only by whoever holds the extract's lock.
    func removeStaging(_ extract: TableExtract) { remove(staging(extract)) }

    /// Removes what runs and backfills of an extract have staged. Only by whoever holds its lock.
    func removeAllStaging(of extract: String) {
        for ending in ["", "-backfill"] { remove("\(path)/staging-\(Self.fileName(extract))\(ending).db") }
    }

    private func remove(_ file: String) {
        for suffix in ["", "-journal", "-wal", "-shm"] { FileSystem.remove(file + suffix) }
    }

    /// Removes staging that nobody has come back for in a week: its extract was renamed, or is no longer configured.
    func removeAbandonedStaging(except extract: TableExtract) {
        let own = lock(extract.name)
        for name in FileSystem.names(in: path) where name.hasPrefix("staging-") && name.hasSuffix(".db") {
            let file = "\(path)/\(name)"
            let stem = name.dropFirst("staging-".count).dropLast(".db".count)
            let lock = "\(path)/lock-\(stem.hasSuffix("-backfill") ? stem.dropLast("-backfill".count) : stem)"
            guard lock != own, let age = FileSystem.secondsSinceChange(of: file), age > Self.abandonedAfter,
                let held = try? ExtractLock(path: lock, extract: name)
            else { continue }
            withExtendedLifetime(held) {
                for suffix in ["", "-journal", "-wal", "-shm"] { FileSystem.remove(file + suffix) }
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
        // FNV-1a: the same on every machine and in every run, which Hasher is not.
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in extract.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        let digits = String(hash, radix: 16)
        return String(readable) + "-" + String(repeating: "0", count: 16 - digits.count) + digits
    }
}
