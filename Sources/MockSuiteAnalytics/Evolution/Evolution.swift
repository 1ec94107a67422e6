/// Data that changes step by step, the same for the same seed.
///
/// A step moves the clock and makes changes dated within that time. Some are late: they are dated now and visible only
/// when the clock has come to date and delay; until then their records are locked, as by a session that has not
/// committed. The caller holds the store's lock, and keeps a step in one transaction.
struct Evolution {
    private(set) var settings: EvolutionSettings
    private(set) var steps = 0
    /// Changes that were drawn and not made: there was no row, or it was locked.
    private(set) var skipped = 0
    private(set) var pending: [PendingChange] = []
    /// What the sessions see of the data.
    var presentation: Presentation
    private var draws: Draws
    /// By themselves, so that columns that go change nothing else.
    private var columnDraws: Draws
    private var locks: Set<String> = []
    private let catalog: Catalog
    private let dataSeed: UInt64
    private var tables: [EvolvingTable] = []
    private var nextNumbers: [String: Int] = [:]
    private var prepared: [String: SQLiteStatement] = [:]

    init(_ catalog: Catalog, seed: UInt64) {
        self.catalog = catalog
        dataSeed = seed
        settings = EvolutionSettings(seed: seed)
        draws = Draws(seed: seed)
        columnDraws = Draws(seed: ~seed)
        presentation = Presentation(catalog)
        tables = (try? find(settings.tables)) ?? []
    }

    /// Takes over settings; `seed` among them starts the draws anew.
    ///
    /// Throws for words that are none, and for tables that the catalog doesn't have.
    mutating func configure(_ words: [String]) throws {
        // Nothing is asked for, perhaps of a catalog that has none of the tables that evolve by default.
        guard !words.isEmpty else { return }
        var changed = settings
        try changed.apply(words)
        tables = try find(changed.tables)
        settings = changed
        if words.contains(where: { $0.hasPrefix("seed=") }) {
            draws = Draws(seed: changed.seed)
            columnDraws = Draws(seed: ~changed.seed)
        }
    }

    private func find(_ names: [String]) throws(EvolutionSettings.Refusal) -> [EvolvingTable] {
        var found: [EvolvingTable] = []
        for name in names { found.append(try find(name)) }
        return found
    }

    private func find(_ name: String) throws(EvolutionSettings.Refusal) -> EvolvingTable {
        guard let table = catalog.tables.first(where: { $0.name.lowercased() == name.lowercased() }) else {
            throw EvolutionSettings.Refusal(description: "There is no table \(name) to evolve; set tables=NAME,NAME.")
        }
        return EvolvingTable(table, in: catalog, seed: dataSeed)
    }

    // MARK: Steps

    /// Moves `clock` and makes the changes of one step on `connection`, versions included.
    mutating func step(_ connection: SQLiteConnection, _ clock: MockClock, _ log: ChangeLog) throws {
        guard !tables.isEmpty else {
            throw EvolutionSettings.Refusal(description: "No table evolves; set tables=NAME.")
        }
        let before = clock.now
        clock.drift(by: Double(draws.integer(in: settings.advance[0]...settings.advance[1])))
        let after = clock.now
        try settle(until: after, connection, log)
        let last = Int(after.rounded(.down))
        let first = min(last, Int(before.rounded(.down)) + 1)
        var planned: [PlannedChange] = []
        for _ in 0..<draws.integer(in: settings.changes[0]...settings.changes[1]) {
            planned.append(draw(first...last, rows: nil))
        }
        if draws.chance(settings.bulk) { planned.append(draw(first...last, rows: settings.bulkRows)) }
        planned = planned.enumerated().sorted { ($0.element.stamp, $0.offset) < ($1.element.stamp, $1.offset) }
            .map(\.element)
        for plan in planned {
            guard let change = try choose(plan, connection, clock) else {
                skipped += 1
                continue
            }
            if let delay = plan.delay {
                locks.formUnion(change.locks)
                let due = plan.stamp + delay
                let index = pending.firstIndex { $0.due > due } ?? pending.endIndex
                pending.insert(PendingChange(due: due, change: change), at: index)
            } else {
                try carryOut(change, connection)
            }
        }
        try log.flush(connection, visibleAt: after)
        try changeColumns()
        steps += 1
    }

    /// Lets a custom column go, come back or get more room, if this step does.
    private mutating func changeColumns() throws {
        guard columnDraws.chance(settings.columns) else { return }
        let columns = tables.flatMap { table in table.customColumns.map { (table, $0) } }
        guard !columns.isEmpty else { return }
        let (table, column) = columns[columnDraws.integer(in: 0...columns.count - 1)]
        let widens = columnDraws.chance(0.3)
        if presentation.isHidden(column.name, of: table.name) {
            try presentation.show(column.name, of: table.name)
        } else if widens, let length = presentation.length(of: column, in: table.table), length < 2000 {
            try presentation.widen(column.name, of: table.name, to: length * 2)
        } else {
            try presentation.hide(column.name, of: table.name)
        }
    }

    func hasDue(at time: Double) -> Bool {
        pending.first.map { Double($0.due) <= time } ?? false
    }

    /// Makes visible what is due, each change at its own time.
    mutating func settle(until time: Double, _ connection: SQLiteConnection, _ log: ChangeLog) throws {
        while let next = pending.first, Double(next.due) <= time {
            pending.removeFirst()
            locks.subtract(next.change.locks)
            try carryOut(next.change, connection)
            try log.flush(connection, visibleAt: Double(next.due))
        }
    }

    /// Draws the same number of times whatever comes out, so that one rate does not change what the others do.
    private mutating func draw(_ times: ClosedRange<Int>, rows: Int?) -> PlannedChange {
        let table = draws.integer(in: 0...tables.count - 1)
        let share = draws.fraction() * (settings.insert + settings.update + settings.delete + settings.void)
        let isLate = draws.chance(settings.late)
        let delay = draws.integer(in: 1...max(1, settings.delay))
        let isNull = draws.chance(settings.null)
        let isFuture = draws.chance(settings.future)
        let days = draws.integer(in: 1...3650)
        let time = draws.integer(in: times)
        let kind: PlannedChange.Kind =
            if rows != nil { .update } else if share < settings.insert {
                .insert
            } else if share < settings.insert + settings.update {
                .update
            } else if share < settings.insert + settings.update + settings.delete { .delete } else { .void }
        // Nobody has read up to now: a late change is dated now, or its delay might be over before it is made.
        let stamp = isLate && settings.delay > 0 ? times.upperBound : time
        let isNullable = tables[table].stampColumn?.nullable ?? true
        let key: Int? = isNull && isNullable && kind != .delete ? nil : stamp + (isFuture ? days * 86400 : 0)
        return PlannedChange(
            kind: kind, table: table, stamp: stamp, delay: isLate && settings.delay > 0 ? delay : nil,
            key: kind == .delete ? stamp : key, rows: rows ?? 1, seed: draws.number())
    }

    /// Finds the rows of a change; nil when there are none that are free.
    private mutating func choose(
        _ plan: PlannedChange, _ connection: SQLiteConnection, _ clock: MockClock
    ) throws -> ReadyChange? {
        let table = tables[plan.table]
        var draws = Draws(seed: plan.seed)
        let key = plan.key.map { clock.key(at: $0).canonicalText }
        let effects = ChangeEffects(settings, seed: plan.seed)
        func ready(_ action: ReadyChange.Action, _ locks: [String]) -> ReadyChange {
            ReadyChange(table: table, action: action, key: key, effects: effects, locks: locks)
        }
        switch plan.kind {
        case .insert:
            let parts = draws.integer(in: 1...4)
            guard table.countsParts else {
                return ready(.insert(number: number(table), key: [], parts: parts), [])
            }
            guard let sibling = try rows(of: table, 1, &draws, connection).first else { return nil }
            let prefix = table.keys.dropLast().map { Renderer.quote($0.name) }
            let values = try connection.rows(
                "SELECT \(prefix.joined(separator: ", ")) FROM main.\(table.quoted) WHERE rowid = \(sibling.rowid)", [])
            let last = Renderer.quote(table.keys[table.keys.count - 1].name)
            let conditions = prefix.enumerated().map { "\($0.element) = ?\($0.offset + 1)" }
            let next = try connection.rows(
                "SELECT max(\(last)) + 1 FROM main.\(table.quoted) WHERE \(conditions.joined(separator: " AND "))",
                values[0])
            let wholeKey = (values[0] + next[0]).compactMap(\.self)
            guard wholeKey.count == table.keys.count else { return nil }
            return ready(.insert(number: number(table), key: wholeKey, parts: 0), [sibling.lock])
        case .update:
            let chosen = try rows(of: table, plan.rows, &draws, connection)
            let number = draws.integer(in: 0...1_000_000_000)
            guard !chosen.isEmpty, let sql = table.update(chosen.map(\.rowid), &draws) else { return nil }
            return ready(.update(sql: sql, number: number, rowids: chosen.map(\.rowid)), chosen.map(\.lock))
        case .delete:
            guard let row = try rows(of: table, 1, &draws, connection).first else { return nil }
            return ready(.delete(rowid: row.rowid, ownerKey: row.ownerKey), [row.lock])
        case .void:
            guard table.isVoidable, let row = try rows(of: table, 1, &draws, connection).first else { return nil }
            return ready(.void(rowid: row.rowid, ownerKey: row.ownerKey), [row.lock])
        }
    }

    private mutating func number(_ table: EvolvingTable) -> Int {
        let number = nextNumbers[table.name] ?? table.firstNumber
        nextNumbers[table.name] = number + 1
        return number
    }

    /// Up to `count` rows from a drawn one on, early enough for so many, without those that are locked.
    private func rows(
        of table: EvolvingTable, _ count: Int, _ draws: inout Draws, _ connection: SQLiteConnection
    ) throws -> [(rowid: String, ownerKey: String, lock: String)] {
        let drawn = draws.integer(in: 0...Int(Int32.max))
        let rows = try connection.rows(
            """
            SELECT rowid, \(table.ownerKey) FROM main.\(table.quoted) WHERE rowid >= 1 + \(drawn) %
                (SELECT max(1, max(rowid) - \(count - 1)) FROM main.\(table.quoted)) ORDER BY rowid LIMIT \(count)
            """, [])
        return rows.compactMap { row in
            guard let rowid = row[0], let key = row[1] else { return nil }
            let lock = table.lock(key)
            return locks.contains(lock) ? nil : (rowid, key, lock)
        }
    }

    // MARK: Carrying out

    private mutating func carryOut(_ change: ReadyChange, _ connection: SQLiteConnection) throws {
        let table = change.table
        switch change.action {
        case .insert(let number, let key, let parts):
            try insert(number: number, key: key, change.key, into: table, connection)
            guard connection.changeCount > 0 else { return }
            if let owner = key.first { try touch(change, keys: "?2", [owner], connection) }
            guard table.isRecord else { return }
            let id = try connection.rows(
                "SELECT \(table.ownerKey) FROM main.\(table.quoted) WHERE rowid = last_insert_rowid()", [])
            guard let id = id.first?.first ?? nil else { return }
            // A new transaction comes with its lines, if lines are to change at all.
            for part in tables where table.parts.contains(part.name) && part.countsParts && part.keys.count == 2 {
                for line in 0..<parts {
                    try insert(number: self.number(part), key: [id, String(line)], change.key, into: part, connection)
                }
            }
        case .update(let sql, let number, let rowids):
            _ = try connection.rows(sql, [String(number), change.key])
            let changed = "rowid IN (\(rowids.joined(separator: ", ")))"
            let keys = "SELECT \(table.ownerKey) FROM main.\(table.quoted) WHERE \(changed)"
            try touch(change, keys: keys, [], connection)
            try spread(change, keys: keys, [], connection)
        case .delete(let rowid, let ownerKey):
            try delete(rowid, ownerKey, change.key, isUntraced: change.effects.isUntraced, from: table, connection)
            try touch(change, keys: "?2", [ownerKey], connection)
        case .void(_, let ownerKey):
            for name in [table.name] + table.parts {
                let affected = try find(name)
                guard let sql = affected.void() else { continue }
                _ = try connection.rows(sql, affected.isVoidable ? [ownerKey, change.key] : [ownerKey])
            }
            try spread(change, keys: "?2", [ownerKey], connection)
        }
    }

    /// Moves the dates of the records whose parts a change was about, if it does.
    private func touch(
        _ change: ReadyChange, keys: String, _ values: [String], _ connection: SQLiteConnection
    ) throws {
        guard change.effects.touchesOwner, let key = change.key, let whole = change.table.whole,
            let sql = try find(whole).redate(keys: keys)
        else { return }
        _ = try connection.rows(sql, [key] + values)
    }

    /// Moves the dates of the parts of changed records, if it does.
    private func spread(
        _ change: ReadyChange, keys: String, _ values: [String], _ connection: SQLiteConnection
    ) throws {
        guard change.effects.spreadsToParts, let key = change.key, change.table.isRecord else { return }
        for part in change.table.parts {
            guard let sql = try find(part).redate(keys: keys) else { continue }
            _ = try connection.rows(sql, [key] + values)
        }
    }

    private mutating func insert(
        number: Int, key: [String], _ stamp: String?, into table: EvolvingTable, _ connection: SQLiteConnection
    ) throws {
        let given = key.isEmpty ? [] : table.keys.map { $0.name.lowercased() }
        try run(table.insertion(given: given), [String(number), stamp] + key, connection)
    }

    /// Runs a statement that will be run again: with its triggers it takes longer to prepare than to run.
    private mutating func run(_ sql: String, _ parameters: [String?], _ connection: SQLiteConnection) throws {
        let statement = try prepared[sql] ?? connection.prepare(sql)
        prepared[sql] = statement
        try statement.bind(parameters)
        _ = try statement.step()
    }

    /// Deletes a row with its parts; a record leaves a row in `deletedrecord`.
    private mutating func delete(
        _ rowid: String, _ ownerKey: String, _ stamp: String?, isUntraced: Bool, from table: EvolvingTable,
        _ connection: SQLiteConnection
    ) throws {
        let kind =
            table.has("recordtype")
            ? try connection.rows("SELECT recordtype FROM main.\(table.quoted) WHERE rowid = \(rowid)", [])
                .first?.first ?? nil : nil
        try run("DELETE FROM main.\(table.quoted) WHERE rowid = ?", [rowid], connection)
        guard connection.changeCount > 0, table.isRecord else { return }
        for name in table.parts {
            let part = try find(name)
            try run("DELETE FROM main.\(part.quoted) WHERE \(part.ownerKey) = ?", [ownerKey], connection)
        }
        guard !isUntraced, let records = try? find("deletedrecord"), records.name != table.name else { return }
        var given = ["recordid": ownerKey, "type": kind ?? table.name.lowercased()]
        given["recordtypeid"] = table.recordType.map { String($0) }
        let names = given.keys.sorted()
        try run(
            records.insertion(given: names, stamp: "deleteddate"),
            [String(number(records)), stamp] + names.map { given[$0] }, connection)
    }
}
