package import Extraction
import Files
import SQLite
import Text

extension SQLiteFile {
    /// The destination's part of `doctor`. Makes and removes one small file beside the destination.
    package func checks() -> [Check] {
        [checkEngine(), checkPath(), checkLog(), checkRoom()]
    }

    private func checkEngine() -> Check {
        let version = SQLiteDatabase.version
        let numbers = version.split(separator: ".").compactMap { Int($0) }
        // pragma_table_list, by which virtual and strict tables are told, came with this release.
        guard numbers.lexicographicallyPrecedes([3, 37]) else { return Check("SQLite", .pass, version) }
        return Check(
            "SQLite",
            failed: Failure(.environment, "SQLite \(version) is too old.", advice: "Install SQLite 3.37 or newer."))
    }

    private func checkPath() -> Check {
        do {
            guard try Admission.checkFile(path, given: givenPath) else {
                return Check("destination file", .pass, "\(path) will be made")
            }
            try Admission.checkHeader(path)
            return Check("destination file", .pass, "\(path) can be written")
        } catch {
            return Check("destination file", failed: error)
        }
    }

    private func checkLog() -> Check {
        if let refusal = WriteAheadLog.refusal(beside: path) { return Check("write-ahead log", failed: refusal) }
        return Check("write-ahead log", .pass, "possible in \(FileSystem.parent(of: path))")
    }

    private func checkRoom() -> Check {
        let parent = FileSystem.parent(of: path)
        guard let free = settings.freeBytes(parent) else {
            return Check(
                "free space",
                failed: Failure(
                    .destination, "The free space of \(parent) cannot be found out.", advice: "Check that it exists."))
        }
        guard free >= 100_000_000 else {
            return Check(
                "free space",
                failed: Failure(
                    .destination, "\(Sentence.size(free)) are free in \(parent).",
                    advice: "Free some: a load needs about twice the size of the rows."))
        }
        return Check("free space", .pass, "\(Sentence.size(free)) in \(parent)")
    }
}
