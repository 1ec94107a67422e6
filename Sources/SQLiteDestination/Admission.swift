import Extraction
import Files
import Rows
import SQLite
import Staging
import Text

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Everything for which a destination refuses an extract before the source is touched. Changes no byte of the file.
struct Admission {
    let destination: SQLiteFile
    let extract: TableExtract

    private var path: String { destination.path }

    func check() throws {
        try SQLiteFile.rules.check(extract)
        guard try Self.checkFile(path, given: destination.givenPath) else { return }
        try Self.checkHeader(path)
        try checkContents()
    }

    /// Whether there is a file that holds anything; throws where there can be none.
    ///
    /// - Parameter given: The path as the user named it: a link of somebody else on its way is refused.
    static func checkFile(_ path: String, given: String) throws -> Bool {
        let parent = FileSystem.parent(of: path)
        func refuse(_ message: String, _ advice: String) -> Failure { Failure(.destination, message, advice: advice) }
        switch FileSystem.kind(of: parent) {
        case .directory: break
        case .absent:
            throw refuse(
                "The directory \(parent) of the destination \(path) does not exist.",
                "Make it, or choose another destination path.")
        case .file, .other:
            throw refuse(
                "\(parent) is not a directory, so \(path) cannot be made there.", "Choose another destination path.")
        case .unknown(let code):
            throw refuse(
                "The directory \(parent) cannot be looked at: \(describeSystemError(code)).",
                "Choose another destination path, or change the permissions.")
        }
        try Surroundings.checkWay(to: given, kind: .destination)
        try Surroundings.check(parent, kind: .destination)
        if let code = FileSystem.refusalToWrite(parent, isDirectory: true) {
            throw refuse(
                "kleene-ns may not write to the directory \(parent) of the destination: \(describeSystemError(code)).",
                code == EROFS
                    ? "That file system is mounted for reading only: have it mounted for writing, or choose another path."
                    : "Give the user that runs kleene-ns permission to write there: SQLite keeps its log beside the file."
            )
        }
        switch FileSystem.kind(of: path) {
        case .absent:
            try checkBeside(path)
            return false
        case .file: break
        case .directory:
            throw refuse("The destination \(path) is a directory.", "Name a file in it, such as \(path)/netsuite.db.")
        case .other: throw refuse("The destination \(path) is not a regular file.", "Choose another destination path.")
        case .unknown(let code):
            throw refuse(
                "The destination \(path) cannot be looked at: \(describeSystemError(code)).",
                "Choose another destination path, or change the permissions.")
        }
        if let code = FileSystem.refusalToWrite(path, isDirectory: false) {
            throw refuse(
                "kleene-ns may not write to the destination \(path): \(describeSystemError(code)).",
                "Give the user that runs kleene-ns permission to write it.")
        }
        try Surroundings.checkEntry(path, kind: .destination)
        try checkBeside(path)
        let size = FileSystem.size(of: path)
        // SQLite takes a file of one byte for an empty one and would write over it.
        guard size == 0 || size >= 512 else {
            throw refuse(
                "The destination \(path) is not a SQLite file: it has \(Sentence.size(Int(size))).",
                "Choose another destination path.")
        }
        return size > 0
    }

    /// Refuses what others have put where SQLite keeps log and journal, which it would bring into the file; and a side
    /// directory that is not ours.
    private static func checkBeside(_ path: String) throws {
        for suffix in SQLiteDatabase.fileSuffixes where !suffix.isEmpty {
            try Surroundings.checkEntry(path + suffix, writable: path, kind: .destination)
        }
        try Workplace(beside: path).check()
    }

    /// Is it SQLite's, and is it ours or nobody's? Asked of the main file alone, without a lock, a log or a recovery.
    static func checkHeader(_ path: String) throws {
        try trying("Looking at the destination") {
            do {
                try checkOwner(SQLiteDatabase(path: path, access: .snapshot))
            } catch let error as SQLiteError where .corrupt ~= error.code {
                // A log that was moved into the file halfway, by a full disk or a crash, looks like this without the
                // log; what else is wrong with the file shows when it is opened with it.
            }
        }
    }

    static func checkOwner(_ database: SQLiteDatabase) throws {
        let application = try database.value("PRAGMA main.application_id")?.integer ?? 0
        guard application == 0 || application == Bookkeeping.applicationID else {
            let id = String(UInt32(truncatingIfNeeded: application), radix: 16)
            throw Failure(
                .destination,
                "\(database.path) belongs to another program: its application id is 0x\(id), and kleene-ns did not make it.",
                advice: "Choose another destination path.")
        }
    }

    private func checkContents() throws {
        try trying("Looking at the destination") {
            let database = try SQLiteDatabase(
                path: path, access: .readWrite, busySeconds: destination.settings.busySeconds)
            try Self.checkOwner(database)
            try Self.check(extract, in: database)
            // What can be told of the table's rows without asking the source costs no login.
            _ = try Bookkeeping.standing(of: extract.name, table: extract.destinationTable, in: database).judged(
                for: extract, source: nil)
        }
    }

    /// Whether the extract may have its table in an open destination. Asked again inside the load's transaction.
    static func check(_ extract: TableExtract, in database: SQLiteDatabase) throws {
        let path = database.path
        try checkVersion(of: database)
        guard let table = try ExistingTable.find(extract.destinationTable, in: database) else { return }
        guard table.kind == "table" else {
            let what = [
                "view": "a view", "index": "an index", "virtual": "a virtual table",
                "shadow": "part of a virtual table",
            ]
            throw Failure(
                .destination,
                "\"\(table.name)\" in \(path) is \(what[table.kind] ?? Sentence.article(table.kind)), and kleene-ns loads plain tables only.",
                advice: "Choose another \(extract.setting("destination_table")), or drop it.")
        }
        if extract.adoptsTable { return }
        if try Bookkeeping.isRegistered(table.name, in: database) { return }
        guard try database.value("SELECT 1 FROM main.\(Identifier.quote(table.name)) LIMIT 1") != nil else { return }
        throw extract.refusalOfRows(in: table.name, of: path)
    }

    /// Refuses books that a newer kleene-ns has written.
    static func checkVersion(of database: SQLiteDatabase) throws {
        if let version = try Bookkeeping.version(in: database) { try checkVersion(version, path: database.path) }
    }

    private static func checkVersion(_ version: Int64, path: String) throws {
        guard version > Bookkeeping.formatVersion else { return }
        throw Failure(
            .destination,
            "\(path) was written by a newer kleene-ns: its format is \(version), and this one knows up to "
                + "\(Bookkeeping.formatVersion).", advice: "Use the newer kleene-ns, or another destination path.")
    }
}
