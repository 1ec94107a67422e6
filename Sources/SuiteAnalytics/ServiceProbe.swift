import Extraction
import ODBC
import ODBCSource
import Text

/// What is not documented of NetSuite's service and can be asked with small statements: its catalog, its dialect.
///
/// Rows of business tables are counted at most. Of names in the catalog, lengths and shapes are reported.
final class ServiceProbe {
    /// A table's row of `oa_tables`.
    struct Listed {
        var qualifier: String?
        var owner: String?
        var name: String
        var type: String?
        var userData: String?
    }

    /// What the first item found: none where it was refused.
    private(set) var tables: [Listed] = []

    var items: [ProbeItem] {
        [
            ProbeItem("oa_tables", examine: listing), ProbeItem("oa_userdata of tables", examine: tableUserData),
            ProbeItem("columns of the system tables", examine: systemColumns),
            ProbeItem("oa_userdata of columns", examine: columnUserData),
            ProbeItem("types", examine: types), ProbeItem("catalog functions", examine: catalogFunctions),
            ProbeItem("TOP", examine: top), ProbeItem("FETCH FIRST", examine: fetchFirst),
            ProbeItem("TO_TIMESTAMP with fractions", examine: fractions),
        ] + ServiceKeyProbe(self).items
    }

    /// A table that every account has, and that is as wide as any: the columns of a transaction, or what comes next.
    var wideTable: String {
        for name in ["transaction", "customer", "account", "currency"] {
            if let table = table(named: name) { return table.name }
        }
        return tables.first { $0.owner?.uppercased() != "SYSTEM" }?.name ?? "transaction"
    }

    func table(named name: String) -> Listed? { tables.first { $0.name.lowercased() == name } }

    // MARK: The catalog

    private func listing(_ session: ProbeSession) throws -> ProbeAnswer {
        let rows = try session.rows(
            "SELECT table_qualifier, table_owner, table_name, table_type, oa_userdata FROM oa_tables")
        tables = rows.compactMap { row in
            guard row.count >= 5, let name = row[2] else { return nil }
            return Listed(qualifier: row[0], owner: row[1], name: name, type: row[3], userData: row[4])
        }
        for name in Set(tables.flatMap { [$0.qualifier, $0.owner] }.compactMap(\.self)) where !Self.isCommon(name) {
            session.conceal(name, as: "<\(PrivateWords.shape(name))>")
        }
        let names = tables.map(\.name)
        let facts: [ProbeFinding.Fact] = [
            .init("tables", "\(tables.count)"),
            .init("table_qualifier", Self.counts(tables.map { Self.shown($0.qualifier) })),
            .init("table_owner", Self.counts(tables.map { Self.shown($0.owner) })),
            .init("table_type", Self.counts(tables.map { $0.type ?? "NULL" })),
            .init(
                "case of names",
                Self.counts(
                    names.map { $0 == $0.lowercased() ? "lower" : $0 == $0.uppercased() ? "upper" : "mixed" })),
            .init("longest name", Sentence.count(names.map(\.count).max() ?? 0, "character")),
        ]
        return ProbeAnswer(
            tables.isEmpty ? .fail : .info, facts.map { "\($0.name): \($0.value)" }.joined(separator: "; "),
            facts: facts)
    }

    /// The engine's own names, which say nothing of an account.
    private static func isCommon(_ name: String) -> Bool {
        name.isEmpty || ["SYSTEM", "SCHEMA", "OAUSER", "NETSUITE2.COM", "NETSUITE"].contains(name.uppercased())
    }

    private static func shown(_ name: String?) -> String {
        guard let name else { return "NULL" }
        return name.isEmpty ? "''" : isCommon(name) ? name : "<\(PrivateWords.shape(name))>"
    }

    /// `a 12, b 3`: the commonest first.
    static func counts(_ texts: [String]) -> String {
        Dictionary(grouping: texts) { $0 }.map { ($0.key, $0.value.count) }
            .sorted { ($1.1, $0.0) < ($0.1, $1.0) }.prefix(12).map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }

    private func tableUserData(_ session: ProbeSession) throws -> ProbeAnswer {
        guard !tables.isEmpty else { return ProbeAnswer(.skip, "oa_tables could not be read") }
        return Self.letters(tables.map(\.userData))
    }

    /// Which letters stand at which position, counted; what lies behind `|` is a feature's name and stays away.
    private static func letters(_ texts: [String?]) -> ProbeAnswer {
        let present = texts.compactMap(\.self)
        let flags = present.map { $0.prefix { $0 != "|" } }
        var facts: [ProbeFinding.Fact] = [
            .init("NULL", "\(texts.count - present.count)"), .init("length", counts(present.map { "\($0.count)" })),
            .init("with |", "\(present.count { $0.contains("|") })"),
        ]
        for position in 0..<min(32, flags.map(\.count).max() ?? 0) {
            let letters = flags.compactMap { text in
                text.index(text.startIndex, offsetBy: position, limitedBy: text.endIndex)
                    .flatMap { $0 < text.endIndex ? String(text[$0]) : nil }
            }
            facts.append(.init("position \(position + 1)", counts(letters)))
        }
        let telling = facts.dropFirst(3).filter { $0.value.contains(",") || !$0.value.hasPrefix("- ") }
        return ProbeAnswer(
            .info,
            "\(present.count) of \(texts.count) have it; "
                + telling.map { "\($0.name.dropFirst(9)): \($0.value)" }.joined(separator: "; "), facts: facts)
    }

    private func systemColumns(_ session: ProbeSession) throws -> ProbeAnswer {
        var facts: [ProbeFinding.Fact] = []
        for table in ["oa_tables", "oa_columns", "oa_fkeys"] {
            let columns = try describe("SELECT TOP 1 * FROM \(table)", session)
            facts.append(
                .init(table, columns.map { "\($0.name) \($0.typeName)(\($0.size))" }.joined(separator: ", ")))
        }
        return ProbeAnswer(
            .info, facts.map { "\($0.name) has \($0.value.split(separator: ",").count)" }.joined(separator: ", "),
            facts: facts)
    }

    private func describe(_ sql: String, _ session: ProbeSession) throws(ODBCError) -> [ColumnDescription] {
        try session.run { statement throws(ODBCError) in
            try statement.execute(sql)
            var columns: [ColumnDescription] = []
            for number in 0..<(try statement.columnCount()) { columns.append(try statement.describeColumn(number + 1)) }
            return columns
        }
    }

    private func columnUserData(_ session: ProbeSession) throws -> ProbeAnswer {
        let rows = try session.rows(
            "SELECT oa_userdata FROM oa_columns WHERE table_name = \(SystemTables.literal(wideTable))")
        return Self.letters(rows.map { $0.first ?? nil })
    }

    // MARK: Types

    /// What `oa_columns` calls types, against what the driver calls them in a result without rows.
    private func types(_ session: ProbeSession) throws -> ProbeAnswer {
        let table = wideTable
        let rows = try session.rows(SystemTables.columns(of: table))
        let columns = rows.filter { $0.count >= 7 && $0[0] != nil }
            .filter { !SystemTables.Flags($0[6] ?? "").isCalculated }
        guard !columns.isEmpty else { return ProbeAnswer(.skip, "oa_columns lists no column of the table for it") }
        let declared = columns.map { "\($0[2] ?? "NULL") \($0[1] ?? "NULL")" }
        // One of each type first, then as many as make a statement of moderate width.
        var chosen: [Int] = []
        for index in columns.indices where declared.firstIndex(of: declared[index]) == index { chosen.append(index) }
        for index in columns.indices where chosen.count < 100 && !chosen.contains(index) { chosen.append(index) }
        func quoted(_ name: String) -> String { name.quoted(with: "\"") }
        let names = chosen.compactMap { columns[$0][0] }
        let hasID = columns.contains { $0[0]?.lowercased() == "id" }
        let described = try describe(
            "SELECT \(names.map(quoted).joined(separator: ", ")) FROM \(quoted(table)) WHERE "
                + (hasID ? "id = 0" : "1 = 0"), session)
        guard described.count == names.count else {
            return ProbeAnswer(.fail, "\(Sentence.count(described.count, "column")) came for \(names.count)")
        }
        let pairs = zip(chosen, described).map { "\(declared[$0]) -> \($1.type.rawValue) \($1.typeName)" }
        let facts = Dictionary(grouping: pairs) { $0 }.sorted { $0.key < $1.key }
            .map { ProbeFinding.Fact($0.key, "\($0.value.count)") }
        return ProbeAnswer(
            .info, facts.map { "\($0.name) (\($0.value))" }.joined(separator: ", "), facts: facts)
    }

    private func catalogFunctions(_ session: ProbeSession) throws -> ProbeAnswer {
        let table = wideTable
        let columns = try session.connection.columns(catalog: nil, schema: nil, table: table)
        let key = try session.connection.primaryKey(catalog: nil, schema: nil, table: table)
        let listed =
            try session.rows(
                "SELECT COUNT(*) FROM oa_columns WHERE table_name = \(SystemTables.literal(table))"
            ).first?.first ?? nil
        let facts: [ProbeFinding.Fact] = [
            .init("SQLColumns", "\(columns.count)"), .init("oa_columns", listed ?? "NULL"),
            .init("SQLPrimaryKeys", "\(key.count)"),
        ]
        return ProbeAnswer(
            .info, "for one table: " + facts.map { "\($0.name) \($0.value)" }.joined(separator: ", "), facts: facts)
    }

    // MARK: The dialect

    private func top(_ session: ProbeSession) throws -> ProbeAnswer {
        let count = try session.rows("SELECT TOP 2 table_name FROM oa_tables").count
        return count == 2
            ? ProbeAnswer(.pass, "TOP 2 brings two rows")
            : ProbeAnswer(.fail, "TOP 2 brings \(Sentence.count(count, "row"))")
    }

    private func fetchFirst(_ session: ProbeSession) throws -> ProbeAnswer {
        do throws(ODBCError) {
            let count = try session.rows("SELECT table_name FROM oa_tables FETCH FIRST 2 ROWS ONLY").count
            return ProbeAnswer(.info, "FETCH FIRST 2 ROWS ONLY is accepted and brings \(Sentence.count(count, "row"))")
        } catch {
            if session.isLost { throw error }
            return ProbeAnswer(.info, "refused, as documented: \(session.words(of: error))")
        }
    }

    private func fractions(_ session: ProbeSession) throws -> ProbeAnswer {
        var facts: [ProbeFinding.Fact] = []
        for model in ["FF3", "FF6", "FF"] {
            let digits = model == "FF6" ? "789123" : "789"
            let expression = "TO_TIMESTAMP('2024-02-29 12:34:56.\(digits)', 'YYYY-MM-DD HH24:MI:SS.\(model)')"
            do throws(ODBCError) {
                let text = try session.value(expression)
                facts.append(.init(model, "came back as \(text ?? "NULL")"))
            } catch {
                if session.isLost { throw error }
                facts.append(.init(model, session.words(of: error)))
            }
        }
        return ProbeAnswer(.info, facts.map { "\($0.name): \($0.value)" }.joined(separator: "; "), facts: facts)
    }
}
