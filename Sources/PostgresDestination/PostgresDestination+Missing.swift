package import Extraction
package import Staging

/// Which of its rows a source no longer has.
extension PostgresDestination {
    package func eachMissing(
        from staged: SealedFile, on columns: [String], of extract: TableExtract, since: BucketRange?,
        back: ([[String]]) throws -> Void, _ body: ([[String]]) throws -> Void
    ) throws {
        try connected("Comparing the keys of \"\(extract.destinationTable)\"", for: extract.name) { server in
            guard let there = try ExistingRelation.find(schema, extract.destinationTable, in: server) else { return }
            let name = there.spelling.callAsFunction
            try there.checkSpelling(of: columns + [since?.column].compactMap(\.self), place: place)
            let keys = PostgresTable(schema, extract.destinationTable, shape: staged.shape).called(name)
            let mark = extract.marksDeleted ? there.column(MetadataColumn.deletedAt)?.name : nil
            try server.query("BEGIN")
            try server.query("SET LOCAL statement_timeout = 0")
            try server.query(keys.createTemporarySQL)
            let encoder = CopyEncoder(
                types: keys.columns.map(\.type), names: keys.columns.map(\.name), table: extract.destinationTable)
            _ = unsafe try server.copy(keys.copySQL(into: PostgresTable.staged)) { send in
                encoder.begin()
                for chunk in staged.tables {
                    try staged.eachBatch(of: chunk) { unsafe try encoder.write($0, send) }
                }
                unsafe try encoder.finish(send)
            }
            // Without it the planner takes the temporary table for a small one.
            try server.query("ANALYZE \(PostgresTable.staged)")
            func eachPart(of cursor: String, _ sql: String, _ body: ([[String]]) throws -> Void) throws {
                try server.query("DECLARE \(cursor) NO SCROLL CURSOR FOR \(sql)")
                while true {
                    let part = try server.query("FETCH 1000 FROM \(cursor)")
                    guard !part.isEmpty else { break }
                    try body(part.map { $0.map { $0 ?? "" } })
                }
            }
            let missing = keys.missingSQL(
                on: columns.map(name), markColumn: mark,
                since: since.map { VerifySQL.condition($0.named(by: name), of: "there") })
            try eachPart(of: "kleene_missing", missing, body)
            if let mark {
                try eachPart(of: "kleene_back", keys.markedSQL(on: columns.map(name), markColumn: mark), back)
            }
            try server.query("ROLLBACK")
        }
    }
}
