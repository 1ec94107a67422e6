import Extraction

/// What must be true of staged rows before they are loaded, and what they say of the incremental key.
struct StagingProof {
    let staging: StagingFile
    let database: SQLiteDatabase

    private var tables: [String] { staging.completed.map { staging.table($0.number) } }

    /// Proves that the unique columns identify the rows of each chunk: one read holds a row once, so two with the same
    /// values are two rows. The same values in two chunks are one row that changed meanwhile.
    ///
    /// - Throws: a `Failure` with examples.
    func proveUnique() throws {
        let columns = staging.plan.uniqueColumns
        guard !columns.isEmpty, staging.extract.loadMethod == .upsert || !staging.extract.uniqueColumns.isEmpty else {
            return
        }
        let list = columns.map(Identifier.quote).joined(separator: ", ")
        for table in tables {
            let missing = columns.map { "\(Identifier.quote($0)) IS NULL" }.joined(separator: " OR ")
            let nulls = try database.count("\(table) WHERE \(missing)")
            guard nulls == 0 else { throw refusal("\(nulls) rows have NULL there") }
            let doubles = try database.query(
                "SELECT \(list), count(*) FROM \(table) GROUP BY \(list) HAVING count(*) > 1 LIMIT 3")
            guard doubles.isEmpty else {
                let examples = doubles.map { row in
                    let values = row.dropLast().map { Self.text($0) }.joined(separator: ", ")
                    return "(\(values)) \(row.last?.integer ?? 0) times"
                }
                throw refusal("there are \(examples.joined(separator: ", "))")
            }
        }
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
        let names = Identifier.list(staging.plan.uniqueColumns)
        return Failure(
            .data,
            "\(names) \(staging.plan.uniqueColumns.count == 1 ? "does" : "do") not identify the rows of "
                + "\(staging.extract.table): \(what).",
            advice: "Nothing was loaded. Name columns that identify a row with \"unique_columns\".")
    }

    /// The largest incremental key that is staged, and how many rows have none.
    func keys() throws -> (largest: KeyValue?, missing: Int) {
        guard let key = staging.plan.window?.key, let kind = staging.plan.keyKind else { return (nil, 0) }
        let column = Identifier.quote(key)
        var largest: KeyValue?
        var missing = 0
        for table in tables {
            let row = try database.query(
                "SELECT CAST(max(\(column)) AS TEXT), count(*) - count(\(column)) FROM \(table)")[0]
            missing += Int(row[1].integer ?? 0)
            guard let text = row[0].text else { continue }
            guard let value = KeyValue(text, kind: kind) else {
                throw Failure(
                    .data, "The largest \(key) that was read of \(staging.extract.table) is no \(kind.rawValue).",
                    advice: "Take another incremental key, or mend the row at the source.")
            }
            if largest.map({ $0.isBelow(value) ?? true }) ?? true { largest = value }
        }
        return (largest, missing)
    }
}
