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

    /// Proves that the unique columns identify the rows of each chunk, looking at those again of which not all was seen as
    /// they came: one read holds a row once, so two with the same values are two rows. The same values in two chunks are
    /// one row that changed meanwhile.
    ///
    /// - Returns: the largest incremental key that is staged, and how many rows have none.
    /// - Throws: a `Failure`, with examples where rows share their unique columns, or where the keys are of no use.
    func prove() throws -> Keys {
        let isUpsert = staging.order.extract.loadMethod == .upsert
        let unique = isUpsert || !staging.order.extract.uniqueColumns.isEmpty ? staging.order.plan.uniqueColumns : []
        let key = staging.order.plan.keyKind == nil ? nil : staging.order.plan.window?.key
        var keys = Keys()
        guard !unique.isEmpty || key != nil else { return keys }
        let isTime = staging.order.plan.keyKind?.isTime == true
        for chunk in staging.completed {
            let unproven = chunk.seen.isUnique ? [] : unique
            let table = staging.form.table(chunk.number)
            var found = chunk.seen.keys ?? SeenChunk.Keys(missing: 0)
            let unseen = chunk.seen.keys == nil && !isTime ? key : nil
            if !unproven.isEmpty || unseen != nil {
                let facts = try database.query(
                    Self.factsSQL(
                        of: table, unique: unproven, key: unseen, isNumber: staging.order.plan.keyKind == .integer))[
                        0]
                let nulls = facts[2].integer ?? 0
                guard nulls == 0 else {
                    throw refusal("\(Sentence.rows(Int(nulls), has: "has", have: "have")) NULL there")
                }
                if !unproven.isEmpty { try proveUnique(table, unproven) }
                if unseen != nil { found = .init(largest: facts[0].text, missing: Int(facts[1].integer ?? 0)) }
            }
            keys.missing += found.missing
            guard let kind = staging.order.plan.keyKind, let text = found.largest else { continue }
            guard let value = KeyValue(text, kind: kind) else {
                throw Failure(
                    .data,
                    "The largest \(key ?? "") that was read of \(staging.order.extract.table), \(text.prefix(80)), is no "
                        + "\(kind.rawValue).",
                    advice: "Take another incremental key, or correct the row at the source.")
            }
            if keys.largest.map({ $0.isBelow(value) ?? true }) ?? true { keys.largest = value }
        }
        guard let key else { return keys }
        return try MomentProof(staging: staging, database: database, key: key).prove(keys)
    }

    private func proveUnique(_ table: String, _ columns: [String]) throws {
        let doubles = try database.query(Self.doublesSQL(of: table, unique: columns))
        guard !doubles.isEmpty else { return }
        let examples = doubles.map { row in
            let values = row.dropLast().map { Self.text($0) }.joined(separator: ", ")
            return "(\(values)) \(row.last?.integer ?? 0) times"
        }
        throw refusal("there are \(examples.joined(separator: ", "))")
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

    private static func text(_ value: SQLiteValue) -> String {
        switch value {
        case .null: "NULL"
        case .integer(let number): String(number)
        case .real(let number): String(number)
        case .text(let text): "\"\(text.prefix(80))\""
        case .blob(let bytes): "\(bytes.count) bytes"
        }
    }

    private func refusal(_ what: String) -> Failure {
        let names = Sentence.list(staging.order.plan.uniqueColumns)
        return Failure(
            .data,
            "\(names) \(staging.order.plan.uniqueColumns.count == 1 ? "does" : "do") not identify the rows of "
                + "\(staging.order.extract.table): \(what).",
            advice:
                "Nothing was loaded. `kleene-ns keys \(staging.order.extract.table)` finds columns that identify a row; name them "
                + "with \"unique_columns\".")
    }
}
