import Rows

/// Reads what the service's record of deletions says of an extract's table.
struct DeletionReader<S: Source> {
    let source: S
    let extract: TableExtract
    let context: RunContext

    /// What the record names.
    struct Named {
        /// Ids that may be of the table, each once.
        var ids: [KeyValue] = []
        /// Entries that were read.
        var entries = 0
        /// Kinds of records of which nobody knows the table.
        var unknown: Set<String> = []

        var note: String? {
            guard !unknown.isEmpty else { return nil }
            let names = unknown.sorted().prefix(8).map { "\"\($0)\"" }.joined(separator: ", ")
            return
                "deletedrecord names kinds of records of which no table is known: \(names). Their ids were "
                + "asked for like those of the table itself; \"record_types\" in \"deletes\" says which are the table's."
        }
    }

    func read(_ window: DeletionWindow, table: TableName) throws -> Named {
        var named = Named()
        var seen: Set<KeyValue> = []
        do {
            _ = try source.eachText(of: window.query, for: extract, context) {
                named = Named()
                seen = []
            } _: { row in
                named.entries += 1
                var fields = row.dropFirst().makeIterator()
                let type = window.log.type == nil ? nil : fields.next() ?? nil
                let number = window.log.number == nil ? nil : (fields.next() ?? nil).flatMap { whole($0) }
                guard let text = row[0], let id = KeyValue(text, kind: window.keyKind),
                    isOurs(type, number, table, &named), seen.insert(id).inserted
                else { return }
                named.ids.append(id)
            }
        } catch let failure as Failure where failure.kind == .statement {
            var failure = failure
            failure.message = "Deleted rows of \(extract.table) could not be asked for: \(failure.message)"
            failure.advice =
                "Give the role the permission \"Deleted Records\", or say \"by\": \"sweep\" in \"deletes\". \(failure.advice)"
            throw failure
        }
        return named
    }

    /// Whether an entry may be about a row of the table. One of which nobody knows the table may: its id is asked for all the same.
    private func isOurs(_ type: String?, _ number: Int?, _ table: TableName, _ named: inout Named) -> Bool {
        let given = extract.deletes?.recordTypes ?? []
        if !given.isEmpty {
            let folded = type.map(Self.folded)
            return given.contains { Self.folded($0) == folded || Int($0) != nil && Int($0) == number }
        }
        let tables = source.tables(deletedAs: type, recordType: number)
        if tables.isEmpty {
            named.unknown.insert(type ?? number.map { String($0) } ?? "NULL")
            return true
        }
        return tables.contains { FoldedName($0) == FoldedName(table.name) }
    }

    private func whole(_ text: String) -> Int? {
        guard case .integer(let number)? = KeyValue(text, kind: .integer) else { return nil }
        return Int(number)
    }

    /// `Sales Order`, `sales-order` and `salesorder` are the same.
    private static func folded(_ type: String) -> String {
        type.lowercased().filter { !$0.isWhitespace && $0 != "-" && $0 != "_" }
    }
}
