import Extraction
import SQLite
import Text

/// What must be true of staged rows before they are loaded, and what they say of the incremental key.
package struct StagingProof {
    let staging: StagingFile
    let database: SQLiteDatabase

    /// What the incremental keys of staged rows come to.
    struct Keys {
        var largest: KeyValue?
        /// Rows without a key, those whose key orders no rows among them.
        var missing = 0
        var notes: [String] = []
    }

    /// Proves that the unique columns identify the rows of each chunk, whoever says that they do, looking at those again of which
    /// not all was seen as they came: one read holds a row once, so two with the same values are two rows. The same values in two
    /// chunks are one row that changed meanwhile, unless no more rows came than the source has counted.
    ///
    /// A key that the source declares, and that the load does not rely on, stops nothing: what it is not is said.
    ///
    /// - Returns: the largest incremental key that is staged, and how many rows have none.
    /// - Throws: a `Failure`, with examples where rows share their unique columns, or where the keys are of no use.
    func prove() throws -> Keys {
        let unique = staging.order.uniqueColumns
        let key = staging.order.key
        var keys = Keys()
        guard !unique.isEmpty || key != nil else { return keys }
        let isTime = plan.keyKind?.isTime == true
        var isDisproven = false
        for chunk in staging.completed {
            let unproven = chunk.seen.isUnique || isDisproven ? [] : unique
            var found = chunk.seen.keys ?? SeenChunk.Keys(missing: 0)
            let unseen = chunk.seen.keys == nil && !isTime ? key : nil
            if !unproven.isEmpty || unseen != nil {
                let table = try staging.provenTable(chunk.number, in: database)
                let facts = try database.query(
                    Self.factsSQL(of: table, unique: unproven, key: unseen, isNumber: plan.keyKind == .integer))[0]
                if !unproven.isEmpty, let flaw = try flaw(of: table, unproven, nulls: Int(facts[2].integer ?? 0)) {
                    guard !staging.order.extract.reliesOnUniqueColumns(plan) else { throw refusal(flaw) }
                    keys.notes.append(note(flaw))
                    isDisproven = true
                }
                if unseen != nil { found = .init(largest: facts[0].text, missing: Int(facts[1].integer ?? 0)) }
            }
            keys.missing += found.missing
            guard let kind = plan.keyKind, let text = found.largest else { continue }
            guard let value = KeyValue(text, kind: kind) else {
                throw Failure(
                    .data,
                    "The largest \(plan.window?.key ?? "") that was read of \(staging.order.extract.table), \(text.prefix(80)), is no "
                        + "\(kind.rawValue).",
                    advice: "Take another incremental key, or correct the row at the source.")
            }
            if keys.largest.map({ $0.isBelow(value) ?? true }) ?? true { keys.largest = value }
        }
        if !isDisproven { keys.notes += try proveAcrossChunks(unique) }
        guard let key, let name = plan.window?.key else { return keys }
        return try MomentProof(staging: staging, database: database, key: name, column: key).prove(keys)
    }

    private var plan: ReadPlan { staging.order.plan }

    /// Parts of one compound statement that SQLite takes, less some.
    private static let mostParts = 400

    /// Looks for rows of different chunks that share their unique columns, where chunks are ranges of another column: of one of
    /// them, what shares its values is in one chunk.
    ///
    /// - Returns: What is said of rows that are taken for one.
    private func proveAcrossChunks(_ unique: [String]) throws -> [String] {
        let extract = staging.order.extract
        guard !unique.isEmpty, (2...Self.mostParts).contains(staging.completed.count), plan.groups == nil,
            plan.sweptKinds == nil, extract.reliesOnUniqueColumns(plan),
            let cut = plan.chunks.lazy.compactMap({ $0.range?.key }).first,
            !plan.uniqueColumns.contains(where: { FoldedName($0) == FoldedName(cut) })
        else { return [] }
        let list = unique.map(Identifier.quote).joined(separator: ", ")
        let parts = try staging.completed.map {
            "SELECT \(list) FROM \(try staging.provenTable($0.number, in: database))"
        }
        guard let flaw = try self.flaw(of: "(\(parts.joined(separator: " UNION ALL ")))", unique, nulls: 0) else {
            return []
        }
        // As many rows as were counted: none of them was read twice. Where chunks are ranges of the incremental key, a row that changes
        // goes from one to another, and others may have gone by as many: there the numbers prove nothing, and without them there is
        // nothing to say.
        let isAsCounted = staging.rowCount == plan.counted
        let isMoving = plan.window.map { FoldedName($0.key) == FoldedName(cut) } == true
        guard isMoving || !isAsCounted else { throw refusal(flaw) }
        guard !isMoving || isAsCounted else { return [] }
        return [
            "\(flaw), of other chunks: they are taken for rows that changed while they were read, and those that were read last are kept. "
                + "If \(Sentence.list(plan.uniqueColumns)) may not identify the rows of \(extract.table), \(extract.keysCommand) shows it."
        ]
    }

    /// Why columns do not identify the rows of a chunk, for a sentence; nil where they do.
    private func flaw(of table: String, _ columns: [String], nulls: Int) throws -> String? {
        guard nulls == 0 || plan.takesNullKeys == true else {
            return "\(Sentence.count(nulls, "row", "has", "have")) NULL there"
        }
        let doubles = try database.query(Self.doublesSQL(of: table, unique: columns))
        guard !doubles.isEmpty else { return nil }
        let examples = doubles.map { row in
            let values = row.dropLast().map { Self.text($0) }.joined(separator: ", ")
            return "(\(values)) \(Sentence.count(Int(row.last?.integer ?? 0), "time"))"
        }
        let rows = try database.value(Self.doubledRowsSQL(of: table, unique: columns))?.integer ?? 0
        return
            "\(Sentence.count(Int(rows), "row", "shares its values", "share their values")) with others, such as "
            + examples.joined(separator: ", ")
    }

    /// The largest key as text, rows without a key, and rows with NULL among their unique columns; zeros for what is not
    /// asked.
    ///
    /// - Parameter isNumber: Whether keys are whole numbers, which may lie there as text.
    package static func factsSQL(of table: String, unique: [String], key: String?, isNumber: Bool = false) -> String {
        let keys =
            key.map(Identifier.quote).map { name in
                let value = isNumber ? "CAST(\(name) AS INTEGER)" : name
                return "CAST(max(\(value)) AS TEXT), count(*) - count(\(name))"
            } ?? "NULL, 0"
        let missing = unique.map { "\(Identifier.quote($0)) IS NULL" }.joined(separator: " OR ")
        let nulls = unique.isEmpty ? "0" : "count(*) FILTER (WHERE \(missing))"
        return "SELECT \(keys), \(nulls) FROM \(table)"
    }

    /// Up to three values of the unique columns that several rows share, with how many do.
    ///
    /// By sorting and not by `count(DISTINCT …)`: that takes 2 M values in order in 0.3 s where this takes 0.4, but 3.5 s
    /// where this takes 0.7 if they come in no order, because it inserts each into a tree (SQLite 3.40.1).
    package static func doublesSQL(of table: String, unique: [String]) -> String {
        let list = unique.map(Identifier.quote).joined(separator: ", ")
        return "SELECT \(list), count(*) FROM \(table) GROUP BY \(list) HAVING count(*) > 1 LIMIT 3"
    }

    /// How many rows share their unique columns with another.
    package static func doubledRowsSQL(of table: String, unique: [String]) -> String {
        let list = unique.map(Identifier.quote).joined(separator: ", ")
        return
            "SELECT sum(n) FROM (SELECT count(*) AS n FROM \(table) GROUP BY \(list) HAVING count(*) > 1)"
    }

    private static func text(_ value: SQLiteValue) -> String {
        switch value {
        case .null: "NULL"
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .text(let text): "\"\(text.prefix(80))\""
        case .blob(let bytes): Sentence.count(bytes.count, "byte")
        }
    }

    private var names: String {
        "\(Sentence.list(plan.uniqueColumns))\(isDeclared ? ", which the source declares as the key," : "")"
    }

    /// Whether nobody but the source says that the columns identify a row.
    private var isDeclared: Bool { staging.order.extract.uniqueColumns.isEmpty }

    private func refusal(_ flaw: String) -> Failure {
        let extract = staging.order.extract
        let table = extract.table
        return Failure(
            .data,
            "\(names) \(plan.uniqueColumns.count == 1 ? "does" : "do") not identify the rows of \(table): \(flaw).",
            advice:
                "Nothing was loaded. \(extract.keysCommand) finds columns that identify a row; name them with "
                + "\(extract.setting("unique_columns")).")
    }

    private func note(_ flaw: String) -> String {
        let extract = staging.order.extract
        let table = extract.table
        return
            "\(names) \(plan.uniqueColumns.count == 1 ? "does" : "do") not identify the rows of \(table): \(flaw). They were "
            + "loaded as they came. \(extract.keysCommand) finds columns that identify a row."
    }
}
