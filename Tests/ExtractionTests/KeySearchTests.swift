import Extraction
import Rows
import TestSupport
import Testing

/// What a search for a table's key finds, and what it costs.
@Suite struct KeySearchTests {
    /// A table in memory. Counts the statements that a database would be sent.
    final class Table: MemorySource {
        let listing: CatalogTableColumns
        let rows: [[String?]]
        var known: TableKnowledge?
        var refuses: (([String]) -> Failure?)?
        private(set) var asked: [[String]] = []

        init(_ columns: [(String, KeyKind)], key: [String] = [], _ rows: [[String?]]) {
            listing = CatalogTableColumns(
                name: TableName(name: "t"),
                columns: columns.map { name, kind in
                    CatalogColumn(
                        name: name, type: "X", key: key.firstIndex(of: name).map { $0 + 1 }, keyKind: kind)
                })
            self.rows = rows
        }

        private func values(_ columns: [String]) -> [[String?]] {
            let places = columns.compactMap { name in listing.columns.firstIndex { $0.name == name } }
            return rows.map { row in places.map { row[$0] } }
        }

        private func note(_ columns: [String]) throws {
            asked.append(columns)
            if let failure = refuses?(columns) { throw failure }
        }

        func columns(of table: TableName, withKey: Bool) throws -> CatalogTableColumns { listing }
        func clock() throws -> SourceClock { throw Failure(.internal, "no clock") }
        func extent(
            of column: String, kind: KeyKind, in table: TableName, where condition: Condition?
        ) throws -> KeyExtent { KeyExtent(smallest: nil, largest: nil, rows: rows.count) }
        func open(_ query: TableQuery, hint: Never?) throws -> NoReader { throw Failure(.internal, "no rows") }
        func knowledge(of table: TableName) -> TableKnowledge? { known }

        func tallies(of columns: [String], in table: TableName) throws -> ColumnTallies? {
            try note(columns)
            return ColumnTallies(
                rows: rows.count,
                columns: columns.map { name in
                    let present = values([name]).compactMap { $0[0] }
                    return .init(present: present.count, distinct: Set(present).count)
                })
        }

        func repeatedKeys(_ columns: [String], in table: TableName, limit: Int) throws -> [RepeatedKey]? {
            try note(columns)
            let groups = Dictionary(grouping: values(columns), by: { $0 }).filter { $0.value.count > 1 }
            return groups.map { RepeatedKey(values: $0.key, rows: $0.value.count) }.prefix(limit).map { $0 }
        }

        func duplicates(_ columns: [String], in table: TableName) throws -> Int? {
            try note(columns)
            return rows.count - Set(values(columns)).count
        }

        func count(of table: TableName, where condition: Condition?) throws -> Int? {
            guard case .any(let parts) = condition else { return rows.count }
            let names = parts.compactMap { if case .isNull(let name) = $0 { name } else { nil } }
            return values(names).count { $0.contains(nil) }
        }
    }

    final class NoReader: TableReader {
        let columns: [Column] = []
        let layout = BatchLayout(slots: [], capacity: 1)
        func fill(_ batch: RowBatch) throws -> Bool { false }
    }

    private func found(
        _ table: Table, limits: KeySearch<Table>.Limits = .init(), elapsed: @escaping () -> Double = { 0 }
    ) throws -> KeyFindings {
        var search = KeySearch(table, table.listing, limits: limits, elapsed: elapsed, asks: { _ in })
        return try search.run()
    }

    private static func lines(_ count: Int) -> [[String?]] {
        (0..<count).map { [String($0 / 5), String($0 % 5), String($0 % 3), "x"] }
    }

    private static let lineColumns: [(String, KeyKind)] = [
        ("transaction", .integer), ("id", .integer), ("item", .integer), ("mainline", .text),
    ]

    @Test func aSingleColumnIsFoundInOneStatement() throws {
        let table = Table(
            [("name", .text), ("code", .text), ("id", .integer)], (0..<9).map { ["n", "c\($0 / 2)", "\($0)"] })
        let found = try found(table)
        #expect(found.best?.columns == ["id"] && found.best?.origins == [.probed])
        #expect(found.best?.proof == KeyProof(rows: 9, nulls: 0, duplicates: 0))
        #expect(found.statements == 1 && table.asked == [["id", "code", "name"]])
    }

    @Test func aKeyOfTwoColumnsIsFoundWhereNoneIsDeclared() throws {
        let found = try found(Table(Self.lineColumns, Self.lines(50)))
        #expect(found.best.map { Set($0.columns) } == ["transaction", "id"], "\(found)")
        #expect(found.statements <= 8)
    }

    @Test func aSetHasNoColumnTooMany() throws {
        let rows = (0..<64).map { number -> [String?] in
            [String(number / 16), String(number / 4 % 4), String(number % 4), String(number % 7)]
        }
        let table = Table([("a", .integer), ("b", .integer), ("c", .integer), ("d", .integer)], rows)
        let best = try #require(try found(table).best)
        #expect(best.identifies == true)
        for column in best.columns {
            let rest = best.columns.filter { $0 != column }
            #expect(
                try table.repeatedKeys(rest, in: TableName(name: "t"), limit: 1)?.isEmpty == false,
                "\(column) is too many")
        }
    }

    /// What NetSuite does: the catalog declares a part of the key.
    @Test func aDeclaredKeyThatDoesNotIdentifyIsSaidSoWithExamplesAndNotTheBest() throws {
        let found = try found(Table(Self.lineColumns, key: ["transaction"], Self.lines(50)))
        let declared = try #require(found.candidates.first { $0.origins == [.declared] })
        #expect(declared.identifies == false && declared.proof?.duplicates == 40)
        #expect(declared.proof?.examples.count == 3 && declared.proof?.examples[0].rows == 5)
        #expect(found.best?.columns != ["transaction"] && found.best != nil)
        #expect(declared.verdict == "rows share their values: it does not identify them")
    }

    @Test func nullsAreTheSameAndNoKey() throws {
        let found = try found(
            Table(
                [("id", .integer), ("other", .text)], key: ["id"], [["1", "a"], [nil, "a"], [nil, "b"], ["2", "b"]]))
        let declared = try #require(found.candidates.first { $0.origins == [.declared] })
        #expect(declared.proof?.nulls == 2 && declared.proof?.duplicates == 1 && declared.identifies == false)
        let once = try self.found(Table([("id", .integer)], key: ["id"], [["1"], [nil], ["2"]]))
        #expect(once.candidates[0].verdict == "no two rows share their values, but 1 row has NULL there")
        #expect(once.best == nil)
    }

    @Test func aColumnThatMostRowsHaveAndATimeAreNotTakenForKeys() throws {
        let rows: [[String?]] = (0..<9).map { [$0 < 3 ? nil : "c\($0)", "2026-01-0\($0 + 1)"] }
        let found = try found(Table([("code", .text), ("made", .date)], rows))
        #expect(found.best == nil && found.candidates.map(\.columns) == [["code"]])
        #expect(found.candidates[0].verdict == "3 rows have NULL there; no two of the others share their values")
    }

    /// NULL in two columns of the same row is one row without a key.
    @Test func rowsWithoutAKeyOfSeveralColumnsAreCountedOnce() throws {
        let found = try found(
            Table(
                [("a", .integer), ("b", .integer)], key: ["a", "b"],
                [["1", "1"], [nil, nil], ["1", nil], ["1", "2"]]))
        #expect(found.candidates[0].proof?.nulls == 2 && found.candidates[0].proof?.duplicates == 0)
    }

    @Test func bundledKnowledgeIsACandidateWithItsSourceAndIsProven() throws {
        let table = Table(Self.lineColumns, key: ["id"], Self.lines(20))
        table.known = TableKnowledge(
            table: "t", uniqueColumns: ["TRANSACTION", "ID"], incrementalKey: nil, parent: nil,
            deletions: .init(areLogged: nil, recordType: nil, types: []), trust: .code, source: "a public page")
        let found = try found(table)
        #expect(found.best?.columns == ["transaction", "id"] && found.best?.origins == [.bundled])
        #expect(found.best?.source == "a public page" && found.best?.proof?.duplicates == 0)
    }

    @Test func aTableWithoutRowsProvesNothing() throws {
        let found = try found(Table(Self.lineColumns, key: ["id"], []))
        #expect(found.best == nil && found.candidates.map(\.identifies) == [nil])
        #expect(found.candidates[0].verdict == "the table has no row, which proves nothing")
    }

    @Test func equalRowsHaveNoKeyWhichIsSaidWithAnExample() throws {
        let found = try found(Table(Self.lineColumns, Self.lines(10) + Self.lines(10)))
        #expect(found.best == nil && found.candidates.isEmpty)
        #expect(found.notes.contains { $0.hasPrefix("No set of ") && $0.contains("2 times") }, "\(found.notes)")
    }

    @Test func theSearchEndsAtItsLimitsAndSaysSo() throws {
        let columns = (0..<24).map { ("c\($0)", KeyKind.integer) }
        let rows = (0..<200).map { row in (0..<24).map { String((row >> ($0 % 8)) % 2) as String? } }
        let few = try found(Table(columns, rows), limits: .init(statements: 5, seconds: 60))
        #expect(few.statements == 5 && few.notes.contains { $0.contains("not complete") }, "\(few.notes)")
        var seconds = 0.0
        let table = Table(columns, rows)
        let late = try found(table, limits: .init(statements: 100, seconds: 10)) {
            seconds += 4
            return seconds
        }
        #expect(table.asked.count == 2 && late.notes.contains { $0.contains("not complete") })
    }

    @Test func aColumnThatTheSourceRefusesIsLeftOutAndSaid() throws {
        let table = Table(Self.lineColumns, key: ["transaction", "id"], Self.lines(20))
        table.refuses = { $0.contains("item") ? Failure(.statement, "No item.") : nil }
        let found = try found(table)
        #expect(found.best?.columns == ["transaction", "id"] && found.best?.proof?.duplicates == 0)
        #expect(found.notes.contains { $0.contains("item") && $0.contains("No item.") })
    }

    @Test func whatIsNoKindOfKeyIsNotAskedFor() throws {
        var listing = Table([("id", .integer)], [["1"]]).listing
        listing.columns += [
            CatalogColumn(name: "amount", type: "DOUBLE"),
            CatalogColumn(name: "notes", type: "CLOB", keyKind: .text, long: true),
            CatalogColumn(name: "sum", type: "BIGINT", keyKind: .integer, calculated: true),
        ]
        let table = Table([("id", .integer)], [["1"]])
        var search = KeySearch(table, listing, elapsed: { 0 }, asks: { _ in })
        #expect(try search.run().best?.columns == ["id"] && table.asked == [["id"]])
    }
}
