import Extraction
import Rows
import Staging
import Text

/// The rows of one table onto a server, inside the transaction of their change.
struct TableLoad {
    let server: PostgresConnection
    let destination: PostgresDestination
    let change: TableChange<SealedFile>
    // With the names that columns have in the table.
    let table: PostgresTable
    let way: Way
    let markColumn: String?
    private let laterGroups: String?
    /// The columns that identify a staged row.
    private let unique: [String]

    /// - Parameter existing: The table that is there, which keeps the names of its columns.
    init(
        server: PostgresConnection, destination: PostgresDestination, change: TableChange<SealedFile>,
        existing: ExistingRelation?
    ) {
        self.server = server
        self.destination = destination
        self.change = change
        let name = change.terms.plan.tableNames(in: existing, change.way)
        table = PostgresTable(destination.schema, change.table, shape: change.rows.shape).called(name)
        way = change.way.called(name)
        markColumn = change.markColumn.map(name)
        laterGroups = change.laterGroups.map(name)
        unique = change.rows.order.uniqueColumns.map(name)
    }

    /// - Parameter early: The rows, as far as they were loaded while they were read.
    func fill(_ standing: Standing, _ existing: ExistingRelation?, early: EarlyLoad.Filled?) throws -> LoadResult {
        try change.checkTableIsThere(existing != nil, in: destination.place)
        try existing.map { try guarded($0) }
        guard let existing, way.keepsDefinition else { return try remake(existing, early) }
        // The table has come meanwhile.
        try early?.drop()
        try existing.checkSpelling(
            of: table.columns.map(\.name), held: standing.heldNames(by: change.terms.extract), place: destination.place)
        let there = try evolved(existing, standing)
        if way.addsRows {
            try there.check(
                table, advice: change.terms.extract.adviceToRemake(there.name), place: destination.place)
        }
        if way.replacesAllRows {
            try remove(table.removingAll, in: there)
        } else if try there.holdsRows(in: server) {
            try change.terms.checkHoldsRows(in: destination.place)
        }
        Failpoint.reach(.loadDropped)
        let written = try fill(there)
        Failpoint.reach(.loadFilled)
        try indexLaterGroups()
        try check(written)
        var result = LoadResult(
            rowsInTable: way.replacesAllRows ? written.added : nil, rowsAdded: written.added, notes: [])
        try checkRemoved(written)
        if !way.replacesAllRows, written.removed + written.marked > 0 {
            result.rowsRemoved = written.removed + written.marked
        }
        result.notes += change.terms.olderNotes(written.older ?? max(0, change.rows.rowCount - written.rows), way)
        return counted(result, written)
    }

    /// With what became of the staged rows, where the way tells: the statement says how many it wrote, and how many of them are new.
    func counted(_ result: LoadResult, _ written: Written) -> LoadResult {
        var result = result
        let unwritten = max(0, change.rows.rowCount - written.rows)
        switch change.way {
        case .merge: (result.rowsReplaced, result.rowsUnchanged) = (written.rows - written.added, unwritten)
        case .add(_?): result.rowsUnchanged = unwritten
        case .replaceGroups: result.rowsReplaced = written.replaced
        case .add(nil), .replaceAll, .remove: break
        }
        return result
    }

    // MARK: A table that is there

    func fill(_ there: ExistingRelation) throws -> Written {
        let keys: [String] =
            switch way {
            case .replaceAll, .add(nil): []
            case .add(let identity?): identity.columns
            case .merge(let unique, _): unique
            case .replaceGroups(let column, _): [column] + unique
            case .remove(let columns, _): columns
            }
        try there.checkKeys(keys, place: destination.place)
        switch way {
        case .replaceAll, .add(nil):
            if there.isExactly(table) {
                let rows = try copy(table.copySQL)
                return Written(rows: rows, added: rows)
            }
            return try eachChunk { rows in Written(rows: rows, added: try server.changes(by: table.insertSQL)) }
        case .add(let identity?):
            try LoadIndex.versions.make(on: there, identity.columns + [identity.version.column], in: server)
            let mayChange = try there.mayChangeRows(in: server)
            return try eachChunk { staged in
                let rows = try server.changes(by: table.appendNewSQL(identity))
                if mayChange {
                    let absent = try server.value(table.absentSQL(identity)).flatMap { Int($0) } ?? 0
                    guard absent == 0 else { throw refusal(of: staged, came: staged - absent) }
                }
                return Written(rows: rows, added: rows)
            }
        case .merge(let unique, let version):
            try makeUnique(there, unique)
            let mayChange = try there.mayChangeRows(in: server)
            let mark = there.column(MetadataColumn.deletedAt)?.name
            try server.query(PostgresTable.sortingRoomSQL)
            return try eachChunk { staged in
                let counts = try server.query(table.upsertSQL(unique: unique, newestBy: version, clearing: mark)).first
                var written = Written(
                    rows: counts?[0].flatMap { Int($0) } ?? 0, added: counts?[1].flatMap { Int($0) } ?? 0)
                if mayChange {
                    written.older = try checkUpserted(
                        table.upsertedSQL(unique: unique, newestBy: version, clearing: mark), written.rows, of: staged)
                }
                return written
            }
        case .replaceGroups(let column, let mark): return try replaceGroups(by: column, mark, in: there)
        case .remove(let columns, let mark):
            try index(.keys, columns, on: there)
            return try eachChunk { _ in
                try server.query("ANALYZE \(PostgresTable.staged)")
                var rows = try remove(table.removing(keys: columns, mark: mark), in: there)
                if try server.value(PostgresTable.holdsNullSQL(in: columns)) == "t" {
                    rows += try remove(table.removing(keysWithNull: columns, mark: mark), in: there)
                }
                guard let mark else { return Written(removed: rows) }
                return mark.value == nil ? Written() : Written(marked: rows)
            }
        }
    }

    /// Has the rows of one chunk after another in the temporary table.
    private func eachChunk(_ body: (_ rows: Int) throws -> Written) throws -> Written {
        try server.query(table.createTemporarySQL)
        defer { _ = try? server.query("DROP TABLE IF EXISTS \(PostgresTable.staged)") }
        return try change.rows.tables.enumerated().reduce(into: Written()) { sum, chunk in
            if chunk.offset > 0 { try server.query("TRUNCATE \(PostgresTable.staged)") }
            let rows = try copy(table.copySQL(into: PostgresTable.staged), chunks: [chunk.element])
            let written = try body(rows)
            sum.rows += written.rows
            sum.added += written.added
            sum.removed += written.removed
            sum.marked += written.marked
            if let older = written.older { sum.older = (sum.older ?? 0) + older }
        }
    }

    /// What the source no longer has of a group goes with it, or is marked; a row that was read twice is there once, as it was read
    /// last.
    private func replaceGroups(by column: String, _ mark: Way.Mark?, in there: ExistingRelation) throws -> Written {
        let staged = PostgresTable.staged
        try index(.groups, [column], on: there)
        try server.query(table.createTemporarySQL)
        let read = PostgresName.quote(PostgresTable.read)
        try server.query("ALTER TABLE \(staged) ADD COLUMN \(read) integer")
        var expected = 0
        for (index, chunk) in change.rows.tables.enumerated() {
            expected += try copy(table.copySQL(into: staged), chunks: [chunk])
            try server.query("UPDATE \(staged) SET \(read) = \(index) WHERE \(read) IS NULL")
        }
        // Without it the planner takes the temporary table for a small one.
        try server.query("ANALYZE \(staged)")
        var written = Written()
        // A row that has gone from one group to another is there under the one that nobody asked for; and where others stay and
        // are marked, those that come again go first.
        let staysInGroup = mark == nil && unique.containsExactly(column)
        if staysInGroup {
            written.replaced = try server.value(table.comingAgainSQL(unique: unique)).flatMap { Int($0) } ?? 0
        } else if !unique.isEmpty {
            try index(.keys, unique, on: there)
            written.replaced = try remove(table.removing(keys: unique, mark: nil), in: there)
        }
        func replace(_ keys: String, _ other: String) throws {
            let rows = try remove(table.removing(groupsOf: column, in: keys, other, mark: mark), in: there)
            if mark == nil { written.removed += rows } else { written.marked += rows }
        }
        try replace(staged, column)
        for groups in change.groups {
            let keys = PostgresTable(table.schema, "groups", shape: groups.rows.shape)
            let temporary = "kleene_groups"
            let columns = keys.columns.map { "\(PostgresName.quote($0.name)) \($0.type.sql)" }
            try server.query(
                "CREATE TEMPORARY TABLE \(temporary) (\(columns.joined(separator: ", "))) ON COMMIT DROP")
            _ = try copy(keys.copySQL(into: temporary), of: groups.rows, as: keys)
            try replace(temporary, groups.column)
            try server.query("DROP TABLE \(temporary)")
        }
        if change.rows.tables.count > 1, !unique.isEmpty {
            written.rows = try server.changes(by: table.insertLatestSQL(unique: unique))
            if try there.mayChangeRows(in: server) {
                expected = try server.value(PostgresTable.distinctSQL(unique)).flatMap { Int($0) } ?? 0
            } else {
                expected = written.rows
            }
        } else {
            written.rows = try server.changes(by: table.insertSQL)
        }
        guard written.rows == expected else { throw refusal(of: expected, came: written.rows) }
        let replaced = written.replaced ?? 0
        if staysInGroup { written.removed -= replaced }
        written.added = written.rows - replaced
        try server.query("DROP TABLE \(staged)")
        return written
    }

    /// The table with the columns that the extract fills, as its policy says.
    private func evolved(_ existing: ExistingRelation, _ standing: Standing) throws -> ExistingRelation {
        var isChanged = false
        if let column = markColumn, existing.column(column) == nil {
            try change.terms.checkMarking(column, in: standing, of: destination.place)
            try server.query(table.addColumnSQL(table.markColumn(column)))
            isChanged = true
        }
        guard standing.holding != nil, standing.table?.isReplaced == false else {
            return isChanged ? try ExistingRelation.find(table.schema, table.name, in: server) ?? existing : existing
        }
        for column in table.columns
        where existing.spelling.lacks(column.name) && change.terms.adds(column.name, to: standing) {
            try server.query(table.addColumnSQL(column))
            isChanged = true
        }
        // One that is spelt otherwise is a person's: the books have the table's spelling.
        for name in change.terms.dropped(change.rows.drift, from: standing)
        where existing.columns.contains(where: { $0.name.isExactly(name) }) {
            do throws(PostgresError) {
                try server.query(table.dropColumnSQL(name))
            } catch {
                throw Failure(
                    .drift,
                    "The column \"\(name)\" of \"\(change.table)\" in \(destination.place) is gone at the source, and the "
                        + "server does not drop it: \(error.message).",
                    advice:
                        "Drop what depends on it first; or \(change.terms.extract.drift(.gone, .ignore)) keeps it."
                )
            }
            isChanged = true
        }
        guard isChanged else { return existing }
        return try ExistingRelation.find(table.schema, table.name, in: server) ?? existing
    }

    // MARK: Parts

    func copy(_ sql: String, chunks: [String]? = nil) throws -> Int {
        try copy(sql, of: change.rows, as: table, chunks: chunks)
    }

    private func copy(
        _ sql: String, of rows: SealedFile, as table: PostgresTable, chunks: [String]? = nil
    ) throws -> Int {
        let encoder = CopyEncoder(table, named: change.table)
        return unsafe try server.copy(sql) { send in
            encoder.begin()
            for chunk in chunks ?? rows.tables {
                try rows.eachBatch(of: chunk) { unsafe try encoder.write($0, send) }
            }
            unsafe try encoder.finish(send)
        }
    }

    /// Has the index by which groups of these rows will be found.
    func indexLaterGroups() throws {
        guard let column = laterGroups,
            let there = try ExistingRelation.find(table.schema, table.name, in: server)
        else { return }
        try index(.groups, [column], on: there)
    }

    /// An index by which rows are found and kept apart.
    func makeUnique(_ there: ExistingRelation, _ unique: [String]) throws {
        try there.checkConflicts(on: unique, place: destination.place, in: server)
        if try there.hasUniqueIndex(on: unique, in: server) {
            try LoadIndex.unique.dropOutdated(on: there, unique, in: server)
            return
        }
        do throws(PostgresError) {
            try server.query("SAVEPOINT kleene_unique")
            try LoadIndex.unique.make(on: there, unique, in: server)
            try server.query("RELEASE SAVEPOINT kleene_unique")
        } catch {
            guard error.sqlState == "23505" else { throw error }
            throw Failure(
                .destination,
                "The table \"\(change.table)\" in \(destination.place) has several rows with the same "
                    + "\(Sentence.list(unique)), so it is not clear which of them to replace.",
                advice:
                    "Remove the surplus rows, or load into another \(change.terms.extract.setting("destination_table"))."
            )
        }
    }

    /// Has an index on columns by which rows are found: without one, all of the table would be read for each change.
    private func index(_ kind: LoadIndex, _ columns: [String], on there: ExistingRelation) throws {
        guard columns.allSatisfy({ there.column($0) != nil }), try !there.hasUniqueIndex(on: columns, in: server) else {
            return
        }
        try kind.make(on: there, columns, in: server)
    }

    func count(_ relation: String) throws -> Int {
        try server.value("SELECT count(*) FROM \(relation)").flatMap { Int($0) } ?? 0
    }

    /// What the statements of a load did.
    struct Written {
        var rows = 0
        /// Those of the rows that the table did not have.
        var added = 0
        /// Rows of groups that came again; nil where nothing tells.
        var replaced: Int?
        /// Rows that went, where others stay; and those that stay and are marked.
        var removed = 0
        var marked = 0
        /// Those that were left out because a newer one is there, where that was counted by itself.
        var older: Int?
    }
}
