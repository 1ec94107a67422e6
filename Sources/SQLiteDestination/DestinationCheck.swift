import Extraction
import Files
import SQLite

/// One thing that must hold for a destination to work, found out without an extract.
package struct DestinationCheck: Codable, Hashable, Sendable {
    package let name: String
    package let isPassed: Bool
    /// What was found.
    package let detail: String
    /// What to do; empty where the check passed.
    package let cure: String

    init(_ name: String, _ detail: String) {
        self.name = name
        self.isPassed = true
        self.detail = detail
        self.cure = ""
    }

    init(_ name: String, _ failure: Failure) {
        self.name = name
        self.isPassed = false
        self.detail = failure.message
        self.cure = failure.advice
    }
}

extension SQLiteFile {
    /// The destination's part of `doctor`. Makes and removes one small file beside the destination.
    package func destinationChecks() -> [DestinationCheck] {
        [checkEngine(), checkPath(), checkLog(), checkRoom()]
    }

    private func checkEngine() -> DestinationCheck {
        let version = SQLiteDatabase.version
        let numbers = version.split(separator: ".").compactMap { Int($0) }
        // pragma_table_list, by which virtual and strict tables are told, came with this release.
        guard numbers.lexicographicallyPrecedes([3, 37]) else { return DestinationCheck("SQLite", version) }
        return DestinationCheck(
            "SQLite",
            Failure(.environment, "SQLite \(version) is too old.", advice: "Install SQLite 3.37 or newer."))
    }

    private func checkPath() -> DestinationCheck {
        do {
            guard try Admission.checkFile(path, given: givenPath) else {
                return DestinationCheck("destination file", "\(path) will be made")
            }
            try Admission.checkHeader(path)
            return DestinationCheck("destination file", "\(path) can be written")
        } catch {
            return DestinationCheck("destination file", .wrapping(error))
        }
    }

    private func checkLog() -> DestinationCheck {
        if let refusal = WriteAheadLog.refusal(beside: path) { return DestinationCheck("write-ahead log", refusal) }
        return DestinationCheck("write-ahead log", "possible in \(FileSystem.parent(of: path))")
    }

    private func checkRoom() -> DestinationCheck {
        let parent = FileSystem.parent(of: path)
        guard let free = settings.freeBytes(parent) else {
            return DestinationCheck(
                "free space",
                Failure(
                    .destination, "The free space of \(parent) cannot be found out.", advice: "Check that it exists."))
        }
        let megabytes = free / 1_000_000
        guard free >= 100_000_000 else {
            return DestinationCheck(
                "free space",
                Failure(
                    .destination, "\(megabytes) MB are free in \(parent).",
                    advice: "Free some: a load needs about twice the size of the rows."))
        }
        return DestinationCheck("free space", "\(megabytes) MB in \(parent)")
    }
}
