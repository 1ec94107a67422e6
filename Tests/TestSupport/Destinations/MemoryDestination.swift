package import Extraction
import Foundation
package import Rows
package import Staging

/// A destination that keeps its tables in memory: what all destinations have in common, without any of their own.
///
/// A value is kept as its text; all copies made of one place share it.
package final class MemoryDestination: Destination {
    /// What several destinations of one place share, as they would a file.
    ///
    /// `@unchecked Sendable`: touched with `lock` held.
    package final class Place: @unchecked Sendable {
        fileprivate let lock = NSLock()
        fileprivate var content = MemoryContent()
        package let directory: TemporaryDirectory

        package init() throws { directory = try TemporaryDirectory() }

        /// The rows of a table, as a reader sees them; nil where there is none.
        package func table(_ name: String) -> MemoryTable? { lock.withLock { content.tables[name] } }

        /// Makes a table as another program would.
        package func make(_ name: String, _ columns: [String], _ rows: [[String?]]) {
            lock.withLock { content.tables[name] = MemoryTable(columns: columns, rows: rows, mark: "another's") }
        }

        fileprivate func read<Value>(_ body: (MemoryContent) -> Value) -> Value { lock.withLock { body(content) } }

        /// All that a function does, or nothing.
        fileprivate func change<Value>(_ body: (inout MemoryContent) throws -> Value) throws -> Value {
            try lock.withLock {
                var changed = content
                let value = try body(&changed)
                content = changed
                return value
            }
        }
    }

    private let place: Place
    private let source: String?
    private let workplace: Workplace
    private let takesBatches: Bool

    /// - Parameter takesBatches: Whether rows wait packed.
    package init(_ place: Place, source: String? = nil, takesBatches: Bool = false) {
        self.place = place
        self.source = source
        self.takesBatches = takesBatches
        workplace = Workplace(beside: place.directory.path("memory"))
    }

    package var books: any Books { MemoryBooks(content: place.read { $0 }) }

    package func admit(_ extract: TableExtract) throws {
        guard !extract.destinationTable.isEmpty else {
            throw Failure(.configuration, "The extract \"\(extract.name)\" has no usable destination table.")
        }
        try checkOwner(extract, place.read { $0 })
        _ = try standing(of: extract).judged(for: extract, source: nil)
    }

    private func checkOwner(_ extract: TableExtract, _ content: MemoryContent) throws {
        guard let table = content.tables[extract.destinationTable], !table.rows.isEmpty, !extract.adoptsTable,
            content.holdings[extract.destinationTable] == nil
        else { return }
        throw extract.refusalOfRows(in: extract.destinationTable, of: "memory")
    }

    package func lease(_ extract: TableExtract) throws -> Lease {
        try admit(extract)
        return try Lease(
            of: extract, in: workplace, source: source,
            answers: .init(
                hasLoaded: { run in self.place.read { $0.hasLoaded(run) } },
                terms: { plan, columns in try self.terms(extract, plan, columns) }, takesBatches: takesBatches))
    }

    private func terms(_ extract: TableExtract, _ plan: ReadPlan, _ columns: [Column]) throws -> StagingTerms {
        let standing = try standing(of: extract)
        let drift = try standing.drift(columns, for: extract, plan)
        if standing.holdsRows { try extract.checkFirstAppend(plan, in: "memory") }
        return StagingTerms(
            shape: StagedShape(extract, columns: columns), drift: drift)
    }

    package func glance(at extract: TableExtract) -> StagedPlan? {
        guard let staged = workplace.glance(at: extract, source: source) else { return nil }
        return place.read { $0.hasLoaded(staged.plan.run) } ? nil : staged
    }

    package func outlook(for extract: TableExtract, plan: ReadPlan, columns: [Column]?) throws -> TableOutlook {
        let way = extract.way(plan)
        let isThere = place.table(extract.destinationTable) != nil
        if isThere, way.keepsDefinition { return TableOutlook(keeping: extract.destinationTable, way, plan) }
        return TableOutlook(making: extract.destinationTable, again: isThere, statement: nil)
    }

    package func standing(of extract: TableExtract) throws -> Standing {
        place.read { $0.standing(of: extract.name, table: extract.destinationTable) }
    }

    package func commit(_ change: Change<SealedFile>) throws -> [LoadResult] {
        try place.change { content in
            var results: [LoadResult] = []
            var records: [String: RunRecord] = [:]
            for table in change.tables {
                try checkOwner(table.terms.extract, content)
                let (result, record) = try content.load(table.adding(to: records[table.run.runID]))
                results.append(result)
                records[record.runID] = record
            }
            for record in change.records { content.record(record) }
            for state in change.states { try content.move(state) }
            for edit in change.edits { try content.edit(edit) }
            return results
        }
    }

    package func eachMissing(
        from staged: SealedFile, on columns: [String], of extract: TableExtract, since: BucketRange?,
        back: ([[String]]) throws -> Void, _ body: ([[String]]) throws -> Void
    ) throws {
        guard let table = place.table(extract.destinationTable) else { return }
        let rows = try MemoryTable.staged(staged)
        let keys = Set(rows.rows.map { rows.key($0, columns) })
        func isMarked(_ row: [String?]) -> Bool {
            extract.marksDeleted && table.values(row, [MetadataColumn.deletedAt])[0] != nil
        }
        let missing = table.rows.filter { !isMarked($0) }
            .filter { !keys.contains(table.key($0, columns)) && since?.holds($0, of: table) != false }
            .map { table.values($0, columns).compactMap(\.self) }.filter { $0.count == columns.count }
        if !missing.isEmpty { try body(missing) }
        let there = table.rows.filter { isMarked($0) && keys.contains(table.key($0, columns)) }
            .map { table.values($0, columns).compactMap(\.self) }.filter { $0.count == columns.count }
        if !there.isEmpty { try back(there) }
    }

    package var workplacePath: String { workplace.path }

    package func checks() -> [Check] { [Check("memory", .pass, "there is some")] }

    package func largest(_ column: String, in table: String) throws -> String? {
        let values = place.table(table).map { table in table.rows.compactMap { table.values($0, [column])[0] } } ?? []
        return values.compactMap { Int64($0) }.max().map { String($0) } ?? values.max()
    }

    package func edit(
        _ editing: StateEditing, vouching: (String) -> EditVouching,
        change: (String, ExtractState?) throws -> ExtractState?
    ) throws -> [StateEdit] {
        try edit(editing, in: workplace, vouching: vouching, change: change)
    }
}

extension BucketRange {
    fileprivate func holds(_ row: [String?], of table: MemoryTable) -> Bool {
        guard let column else { return true }
        guard let text = table.values(row, [column])[0], let value = KeyValue(text, kind: kind) else {
            return holdsNulls
        }
        if let lower, value.isBelow(lower) != false { return false }
        return upper.map { value.isBelow($0) == true } ?? !isEmpty
    }
}
