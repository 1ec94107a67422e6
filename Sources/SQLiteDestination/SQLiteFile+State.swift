package import Extraction
import FoundationEssentials
import Rows

/// How far extracts have got, as the destination keeps it: seen, and edited by people.
extension SQLiteFile {
    var isThere: Bool {
        guard case .file = FileSystem.kind(of: path) else { return false }
        return FileSystem.size(of: path) > 0
    }

    /// How far an incremental extract has got; nil where it has never run, or there is no file.
    package func state(of extract: String) throws -> ExtractState? {
        try states().first { $0.extract.isExactly(extract) }
    }

    /// How far all incremental extracts have got.
    package func states() throws -> [ExtractState] {
        guard isThere else { return [] }
        return try trying("Reading the watermarks") {
            let database = try SQLiteDatabase(path: path, access: .readOnly, busySeconds: settings.busySeconds)
            if let version = try Bookkeeping.version(in: database) { try Admission.checkVersion(version, path: path) }
            return try Bookkeeping.states(in: database)
        }
    }

    /// Edits of watermarks by people, the latest first.
    package func stateEdits(of extract: String?) throws -> [StateEdit] {
        guard isThere else { return [] }
        return try trying("Reading the edits of watermarks") {
            let database = try SQLiteDatabase(path: path, access: .readOnly, busySeconds: settings.busySeconds)
            if let version = try Bookkeeping.version(in: database) { try Admission.checkVersion(version, path: path) }
            return try Bookkeeping.edits(of: extract, in: database)
        }
    }

    /// Sets or forgets watermarks for a person, under the extracts' locks and in one transaction, and keeps what they were.
    ///
    /// - Parameters:
    ///   - vouching: What the watermark vouches for afterwards.
    ///   - discardsStaging: Whether what runs have staged is thrown away as well.
    ///   - change: Given what is there of an extract, what is to be there; nil to forget it.
    @discardableResult
    package func edit(
        _ extracts: [String], action: String, at moment: Timestamp,
        vouching: (String) -> EditVouching = { _ in .asBefore }, discardsStaging: Bool = false,
        change: (String, ExtractState?) throws -> ExtractState?
    ) throws -> [StateEdit] {
        guard try Admission.checkFile(path, given: givenPath) else {
            throw Failure(
                .destination, "There is no destination file \(path) yet, so there are no watermarks.",
                advice: "`kleene-ns extract` makes it; --config or --destination says where it lies.")
        }
        try side.create()
        // In one order for all, so that two edits cannot wait for each other; nobody waits here, but that may change.
        let locks = try extracts.sorted().map { try ExtractLock(path: side.lock($0), extract: $0) }
        defer { withExtendedLifetime(locks) {} }
        let database = try openForWriting()
        return try trying("Editing the watermarks") {
            defer { database.rollBack() }
            try database.query("BEGIN IMMEDIATE")
            try Admission.checkOwner(database)
            if let version = try Bookkeeping.version(in: database) { try Admission.checkVersion(version, path: path) }
            try Bookkeeping.create(in: database)
            let states = try Bookkeeping.states(in: database)
            let edits = try extracts.map { extract in
                let before = states.first { $0.extract.isExactly(extract) }
                return StateEdit(
                    extract: extract, action: action, at: moment, before: before, after: try change(extract, before))
            }
            for edit in edits {
                let vouched = try Bookkeeping.vouch(for: edit.extract, vouching(edit.extract), in: database)
                try Bookkeeping.write(edit, vouched: vouched, in: database)
            }
            // Before the commit: staging without its watermark would serve nobody, a watermark without staging harms nobody.
            if discardsStaging { for extract in extracts { side.removeAllStaging(of: extract) } }
            Failpoint.reach(.booksWritten)
            try database.query("COMMIT")
            Failpoint.reach(.booksCommitted)
            WriteAheadLog.trim(of: database)
            return edits
        }
    }

    /// The largest value of a column of a destination table, as SQLite writes it; nil where there is no such table or
    /// column, or nothing in it.
    ///
    /// - Throws: a `Failure` where the values are not of one kind, so that the largest means nothing.
    package func largest(_ column: String, in table: String) throws -> String? {
        guard isThere else { return nil }
        return try trying("Looking for the largest \(column)") {
            let database = try SQLiteDatabase(path: path, access: .readOnly, busySeconds: settings.busySeconds)
            database.forbidDoubleQuotedStrings()
            guard let existing = try ExistingTable.find(table, in: database),
                let found = existing.columns.first(where: { Identifier.folded($0.name) == Identifier.folded(column) })
            else { return nil }
            let name = Identifier.quote(found.name)
            let from = "FROM main.\(Identifier.quote(existing.name))"
            let row = try database.query(
                "SELECT CAST(max(\(name)) AS TEXT), count(DISTINCT typeof(\(name))), max(typeof(\(name))) \(from) "
                    + "WHERE \(name) IS NOT NULL"
            ).first
            guard let text = row?[0].text else { return nil }
            guard row?[1].integer == 1 else {
                throw Failure(
                    .destination,
                    "The column \"\(found.name)\" of \"\(existing.name)\" holds numbers and text, "
                        + "so its largest value says nothing.", advice: "Load the table afresh with `state reset`.")
            }
            if let moment = try largestMoment(name, from, in: database) { return moment }
            // Whole numbers beyond 64 bits, and decimals, lie here as text and sort as text.
            guard row?[2].text != "text" || Int64(text) == nil else {
                throw Failure(
                    .destination,
                    "The column \"\(found.name)\" of \"\(existing.name)\" holds numbers as text, which do not sort as numbers do.",
                    advice: "Import a watermark with `state import`, or load the table afresh with `state reset`.")
            }
            return text
        }
    }

    /// The largest moment of a column most of whose values are moments, as a day where all are days; nil for another column.
    private func largestMoment(_ name: String, _ from: String, in database: SQLiteDatabase) throws -> String? {
        let moment = MomentFunction.sql(name)
        let row = try database.query(
            "SELECT max(\(moment)), count(\(moment)) * 2 > count(\(name)), max(length(\(name))) \(from)"
        ).first
        guard let row, row[1].integer == 1, let text = row[0].text else { return nil }
        return row[2].integer == 10 ? String(text.prefix(10)) : text
    }

    // MARK: Looking ahead

    package func outlook(for extract: TableExtract, plan: ReadPlan) throws -> TableOutlook {
        var existing: ExistingTable?
        var columnLimit = 2000
        if isThere {
            try trying("Looking at the table \"\(extract.destinationTable)\"") {
                let database = try SQLiteDatabase(path: path, access: .readOnly, busySeconds: settings.busySeconds)
                columnLimit = database.columnLimit
                existing = try ExistingTable.find(extract.destinationTable, in: database)
                if let existing, try database.holdsRows(existing.name) {
                    try Admission.checkFirstAppend(extract, plan: plan, path: path)
                }
            }
        }
        let added =
            (plan.drift?.new ?? []).isEmpty ? "" : " and gets the new columns \(Identifier.list(plan.drift?.new ?? []))"
        let name = "\"\(extract.destinationTable)\""
        if let existing, extract.loadMethod != .dropCreateLoad {
            let fate =
                switch extract.loadMethod {
                case .truncateLoad: "its rows are replaced"
                case .append: "rows are added to it"
                case .upsert, .dropCreateLoad: "rows are added to it and replaced in it"
                }
            return TableOutlook(text: "The table \"\(existing.name)\" is there and is kept\(added); \(fate).")
        }
        let verb = existing == nil ? "The table \(name) would be made" : "The table \(name) would be made anew"
        guard let staged = glance(at: extract) else {
            return TableOutlook(text: "\(verb); the types of its columns are known after the first read.")
        }
        let definition = try TableDefinition(extract, columns: staged.columns, columnLimit: columnLimit)
        return TableOutlook(text: "\(verb), as the rows that are staged have it.", statement: definition.createSQL())
    }
}
