import FoundationEssentials

/// What becomes of one table in a change.
package struct TableChange<Rows: StagedTable> {
    package var table: String
    package var way: Way
    package var rows: Rows
    /// Groups that are replaced although no row of theirs is left, as the values of a column of other staged rows: the headers
    /// whose lines were read, and those that are gone.
    package var groups: [(rows: Rows, column: String)] = []
    /// The run that brings the rows, as it is once they are there; the destination adds what it did.
    package var run: RunRecord
    /// How far the extract has got with it; nil where the watermark stays.
    package var state: StateChange?
    package var terms: TableTerms
    /// Stops a change by which the table would get much smaller; nil for none.
    package var guards: ShrinkGuard?
    /// Stops a change by which too many rows go, where others stay; nil for none.
    package var removal: RemovalGuard?

    package init(_ table: String, _ way: Way, rows: Rows, run: RunRecord, terms: TableTerms) {
        self.table = table
        self.way = way
        self.rows = rows
        self.run = run
        self.terms = terms
    }

    /// The column of the table that says since when a row is gone; nil where it has none.
    package var markColumn: String? { way.markColumn(of: terms.extract) }

    /// The column by whose values later runs will replace rows, of a table that is filled whole; nil for none. An index on it is made
    /// with the rows, by one sort: the run that first replaces groups would make it otherwise, while others wait for the table.
    package var laterGroups: String? {
        way.replacesAllRows ? terms.extract.follows.map { terms.extract.destinationName(of: $0.childKey) } : nil
    }

    /// What the books say of the table behind the change.
    package func holding(_ before: Standing, after: TableSight, run: RunRecord) -> TableHolding {
        terms.holding(before, after: after, run: run, way: way)
    }

    /// Why the change is stopped, because too many rows went by it; nil where it is not.
    ///
    /// - Parameters:
    ///   - removed: Rows that went or were marked, less those that came in their place.
    ///   - left: Counts the rows that are left, those marked aside; no further than to a number, nil for all.
    package func refusal(ofRemoving removed: Int, left: (Int?) throws -> Int) rethrows -> Failure? {
        guard let removal, let least = removal.leastRows(losing: removed) else { return nil }
        if least < .max, try left(max(0, least - removed)) >= least - removed { return nil }
        return removal.refusal(of: removed, of: try left(nil) + removed, table: table, extract: run.extract)
    }

    /// The same, of a run that has changed the table in another way before.
    package func adding(to earlier: RunRecord?) -> TableChange {
        guard let earlier else { return self }
        var change = self
        change.run = earlier
        change.run.seconds = run.seconds
        return change
    }

    /// The record of the run once its rows are there.
    ///
    /// - Parameter begin: When the change began.
    package func record(_ result: LoadResult, since begin: ContinuousClock.Instant) -> RunRecord {
        var record = run
        record.add(result)
        record.drift = rows.drift
        record.seconds += (ContinuousClock.now - begin) / .seconds(1)
        record.steps?.fill(to: record.seconds)
        record.finishedAt = Timestamp(Date())
        return record
    }
}
