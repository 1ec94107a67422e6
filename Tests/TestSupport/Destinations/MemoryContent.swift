import Extraction
import Foundation
import Rows
import Staging

/// All that a destination in memory holds.
struct MemoryContent {
    var tables: [String: MemoryTable] = [:]
    var holdings: [String: TableHolding] = [:]
    var states: [String: ExtractState] = [:]
    var vouched: [String: Vouched] = [:]
    var records: [RunRecord] = []
    var edits: [StateEdit] = []

    func hasLoaded(_ run: RunIdentity) -> Bool {
        records.contains { $0.status == .succeeded && ($0.runID == run.id || $0.resumedFrom == run.id) }
    }

    func standing(of extract: String, table name: String) -> Standing {
        var standing = Standing()
        standing.state = states[extract]
        standing.vouched = vouched[extract]
        standing.holding = holdings[name]
        standing.table = tables[name].map { sight($0, name) }
        return standing
    }

    private func sight(_ table: MemoryTable, _ name: String) -> TableSight {
        TableSight(
            name: name, mark: table.mark,
            isReplaced: holdings[name]?.mark.map { $0 != table.mark } ?? false, holdsRows: !table.rows.isEmpty,
            lastRow: nil, columns: table.columns)
    }

    // MARK: Changes

    mutating func load(_ change: TableChange<SealedFile>) throws -> (LoadResult, RunRecord) {
        try change.checkTableIsThere(tables[change.table] != nil, in: "memory")
        let standing = try change.terms.judged(standing(of: change.run.extract, table: change.table))
        let staged = try MemoryTable.staged(change.rows)
        if let guards = change.guards, change.way.replacesAllRows, let there = tables[change.table] {
            let failure = guards.refusal(
                of: staged.rows.count, replacing: there.rows.count, table: change.table, extract: change.run.extract)
            if let failure { throw failure }
        }
        if change.way.keepsDefinition, !change.way.replacesAllRows, tables[change.table]?.rows.isEmpty == false {
            try change.terms.checkHoldsRows(in: "memory")
        }
        var table = try shaped(change, staged, standing)
        if let column = change.markColumn, table.place(column) == nil {
            if tables[change.table] != nil, change.way.keepsDefinition {
                try change.terms.checkMarking(column, in: standing, of: "memory")
            }
            table.add(column)
        }
        let before = table.rows.count
        let filled = try fill(&table, with: staged, change)
        let (removed, marked) = (filled.removed, filled.marked)
        let added = change.way.addsRows ? table.rows.count - before + removed : 0
        let failure = change.refusal(ofRemoving: removed + marked - added) { _ in
            let place = change.markColumn.flatMap { table.place($0) }
            return table.rows.count { row in place.map { row[$0] == nil } ?? true }
        }
        if let failure { throw failure }
        tables[change.table] = table
        var result = LoadResult(
            rowsInTable: table.rows.count,
            rowsAdded: change.way.replacesAllRows ? table.rows.count : table.rows.count - before + removed, notes: [])
        if removed + marked > 0 { result.rowsRemoved = removed + marked }
        result.rowsReplaced = filled.replaced
        result.notes = change.terms.olderNotes(filled.older, change.way)
        try change.state?.check(standing.state?.watermark)
        let record = change.record(result, since: .now)
        let holding = change.holding(standing, after: sight(table, change.table), run: record)
        holdings[change.table] = holding
        if let state = change.state?.to {
            states[state.extract] = state
            vouched[state.extract] = change.terms.vouched(holding)
        }
        records.removeAll { $0.runID == record.runID }
        self.record(record)
        return (result, record)
    }

    /// The table that is there, with the columns that it gets; or a new one.
    private func shaped(
        _ change: TableChange<SealedFile>, _ staged: MemoryTable, _ standing: Standing
    ) throws -> MemoryTable {
        guard var table = tables[change.table], change.way.keepsDefinition else {
            return MemoryTable(columns: staged.columns, mark: change.run.runID)
        }
        for column in staged.columns where table.place(column) == nil {
            guard change.terms.adds(column, to: standing) else {
                throw Failure(
                    .drift, "The table \"\(change.table)\" in memory has no column \"\(column)\".",
                    advice: change.terms.extract.adviceToRemake(change.table))
            }
            table.add(column)
        }
        for column in change.terms.dropped(change.rows.drift, from: standing) {
            guard let place = table.place(column) else { continue }
            table.columns.remove(at: place)
            for row in table.rows.indices { table.rows[row].remove(at: place) }
        }
        return table
    }

    /// Brings rows into a table; how many went, and how many were marked.
    private func fill(
        _ table: inout MemoryTable, with staged: MemoryTable, _ change: TableChange<SealedFile>
    ) throws -> Filled {
        switch change.way {
        case .replaceAll:
            table.rows = staged.rows.map { table.fitted($0, from: staged) }
        case .add(nil):
            table.rows += staged.rows.map { table.fitted($0, from: staged) }
        case .add(let identity?):
            for row in staged.rows {
                let key = staged.key(row, identity.columns)
                let version = staged.values(row, [identity.version.column])[0]
                let isThere = table.rows.contains {
                    table.key($0, identity.columns) == key
                        && MemoryTable.isSame(table.values($0, [identity.version.column])[0], version, identity.version)
                }
                if !isThere { table.rows.append(table.fitted(row, from: staged)) }
            }
        case .merge(let columns, let version):
            return Filled(
                older: staged.rows.count { row in !merge(row, of: staged, into: &table, on: columns, version) })
        case .replaceGroups(let column, let mark):
            var groups = Set(staged.rows.map { staged.key($0, [column]) })
            for more in change.groups {
                let keys = try MemoryTable.staged(more.rows)
                groups.formUnion(keys.rows.map { keys.key($0, [more.column]) })
            }
            let before = table.rows.count
            let unique = change.rows.order.uniqueColumns
            var replaced: Int?
            if !unique.isEmpty {
                let moved = Set(staged.rows.map { staged.key($0, unique) })
                let there = table.rows.map { table.key($0, unique) }.filter(moved.contains)
                table.rows = table.rows.filter { !moved.contains(table.key($0, unique)) }
                // Where rows stay in their group, of several with one key all but one go.
                replaced = mark == nil && unique.contains(column) ? Set(there).count : there.count
            }
            var marked = 0
            if let mark {
                let there = table
                marked = table.mark(mark) { groups.contains(there.key($0, [column])) }
            } else {
                table.rows = table.rows.filter { !groups.contains(table.key($0, [column])) }
            }
            let removed = before - table.rows.count
            var latest = staged
            latest.rows = []
            for row in staged.rows {
                if !unique.isEmpty {
                    let key = staged.key(row, unique)
                    latest.rows = latest.rows.filter { latest.key($0, unique) != key }
                }
                latest.rows.append(row)
            }
            table.rows += latest.rows.map { table.fitted($0, from: staged) }
            return Filled(removed: removed - (replaced ?? 0), marked: marked, replaced: replaced)
        case .remove(let columns, let mark):
            let keys = Set(staged.rows.map { staged.key($0, columns) })
            guard let mark else {
                let before = table.rows.count
                table.rows = table.rows.filter { !keys.contains(table.key($0, columns)) }
                return Filled(removed: before - table.rows.count)
            }
            let there = table
            return Filled(marked: table.mark(mark) { keys.contains(there.key($0, columns)) })
        }
        return Filled()
    }

    /// What became of rows that were there.
    private struct Filled {
        var removed = 0
        var marked = 0
        var replaced: Int?
        /// Staged rows that were left out because a newer one is there.
        var older = 0
    }

    /// Whether the row was written.
    private func merge(
        _ row: [String?], of staged: MemoryTable, into table: inout MemoryTable, on columns: [String],
        _ version: VersionKey?
    ) -> Bool {
        let key = staged.key(row, columns)
        guard let there = table.rows.firstIndex(where: { table.key($0, columns) == key }) else {
            table.rows.append(table.fitted(row, from: staged))
            return true
        }
        if let version {
            let (mine, theirs) = (
                table.values(table.rows[there], [version.column])[0], staged.values(row, [version.column])[0]
            )
            let isMarked = table.values(table.rows[there], [MetadataColumn.deletedAt])[0] != nil
            if !isMarked, MemoryTable.isOlder(theirs, than: mine, version) { return false }
        }
        for (place, name) in table.columns.enumerated() {
            if let from = staged.place(name) { table.rows[there][place] = row[from] }
        }
        if let place = table.place(MetadataColumn.deletedAt) { table.rows[there][place] = nil }
        return true
    }

    // MARK: Books

    mutating func record(_ record: RunRecord) {
        let earlier = records.firstIndex { $0.runID == record.runID }
        if let earlier, records[earlier].status == .succeeded { return }
        if let earlier { records.remove(at: earlier) }
        records.append(record)
    }

    mutating func move(_ state: StateChange) throws {
        try state.check(states[state.to.extract]?.watermark)
        states[state.to.extract] = state.to
    }

    mutating func edit(_ vouched: VouchedEdit) throws {
        let edit = vouched.edit
        try vouched.check(Array(states.values))
        states[edit.extract] = edit.after
        edits.append(edit)
    }
}

/// What a destination in memory had written down when it was asked.
struct MemoryBooks: Books {
    let content: MemoryContent

    func states() throws -> [ExtractState] { content.states.values.sorted { $0.extract < $1.extract } }
    func stateEdits(of extract: String?) throws -> [StateEdit] {
        content.edits.reversed().filter { extract == nil || $0.extract == extract }
    }
    func runs(extract: String?, limit: Int) throws -> [RunRecord] {
        Array(content.records.reversed().filter { extract == nil || $0.extract == extract }.prefix(limit))
    }
    func run(id: String) throws -> RunRecord? { content.records.last { $0.runID == id } }
    func lastFullRun(of extract: String, reading table: String) throws -> RunRecord? {
        content.records.last {
            $0.extract == extract && $0.status == .succeeded && $0.extractType == .full && $0.sourceTable == table
        }
    }
}
