import FoundationEssentials

/// What becomes of one table in a change.
package struct TableChange<Rows: StagedTable> {
    package var table: String
    package var way: Way
    package var rows: Rows
    /// Groups that are replaced although no row of theirs is left, as the values of a column of other staged rows: the headers
    /// whose lines were read.
    package var groups: (rows: Rows, column: String)?
    /// The run that brings the rows, as it is once they are there; the destination adds what it did.
    package var run: RunRecord
    /// How far the extract has got with it; nil where the watermark stays.
    package var state: StateChange?
    package var terms: TableTerms
    /// Stops a change by which the table would get much smaller; nil for none.
    package var guards: ShrinkGuard?

    package init(_ table: String, _ way: Way, rows: Rows, run: RunRecord, terms: TableTerms) {
        self.table = table
        self.way = way
        self.rows = rows
        self.run = run
        self.terms = terms
    }

    /// The record of the run once its rows are there.
    ///
    /// - Parameter begin: When the change began.
    package func record(_ result: LoadResult, since begin: ContinuousClock.Instant) -> RunRecord {
        var record = run
        record.add(result)
        record.drift = rows.drift
        record.seconds += (ContinuousClock.now - begin) / .seconds(1)
        let steps = record.steps?.all.reduce(0) { $0 + $1.seconds } ?? 0
        record.steps?.load = max(0, record.seconds - steps)
        record.finishedAt = Timestamp(Date())
        return record
    }
}
