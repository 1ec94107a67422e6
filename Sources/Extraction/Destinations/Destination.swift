package import Rows

/// Where rows go.
///
/// It holds nothing between calls but what it needs to reach its place. All failures are thrown as `Failure`.
package protocol Destination {
    associatedtype Lease: ExtractLease
    typealias Staging = Lease.Staging
    typealias Rows = Lease.Staging.Sealed

    /// What is written down there: watermarks, edits and runs.
    var books: any Books { get }
    /// Everything that can be refused before the source is touched, without a lock, and without a byte changed.
    func admit(_ extract: TableExtract) throws
    /// Makes an extract ours, after the same refusals.
    ///
    /// - Throws: a `Failure` of kind `busy` where another run has it.
    func lease(_ extract: TableExtract) throws -> Lease
    /// What an earlier run has staged, for a look: without a lock, without a wait, and without a byte changed.
    func glance(at extract: TableExtract) -> StagedPlan?
    /// What a load would do with the destination table: make it, make it anew, or keep it.
    ///
    /// - Parameter columns: Those of the staged rows that are gone on with; nil where none are, so that the types are known
    ///   after the first read.
    /// - Throws: where it would refuse the plan.
    func outlook(for extract: TableExtract, plan: ReadPlan, columns: [Column]?) throws -> TableOutlook
    /// How an extract and its table stand: the watermark, what the books say of the table, and what is there now.
    func standing(of extract: TableExtract) throws -> Standing
    /// The one verb that writes: all of a change, or nothing, in one transaction.
    ///
    /// - Returns: what became of each table.
    /// - Throws: a `Failure` of kind `guarded` where a guard stops it.
    func commit(_ change: Change<Rows>) throws -> [LoadResult]

    /// The directory in which its locks and staging lie; it need not be there.
    var workplacePath: String { get }
    /// What must hold for it to work, found out without an extract.
    func checks() -> [Check]
    /// The keys that the table of an extract has and staged rows lack, as texts: in parts, each good for the call. Where the
    /// extract marks rows that are gone, those are left out; so are those without a value in one of the columns.
    ///
    /// - Parameters:
    ///   - columns: What identifies a row, which the staged rows have under the same names.
    ///   - since: Which rows of the table are meant; nil for all.
    ///   - back: Told, in such parts too and behind all others, the keys of rows that are marked as gone and that staged rows have.
    func eachMissing(
        from staged: Rows, on columns: [String], of extract: TableExtract, since: BucketRange?,
        back: ([[String]]) throws -> Void, _ body: ([[String]]) throws -> Void) throws
    /// The largest value of a column of a table, as the destination writes it; nil where there is none.
    func largest(_ column: String, in table: String) throws -> String?
    /// Between which numbers nearly all values of a column of whole numbers lie, by a few of its rows and in no time; nil where that
    /// cannot be told. A hint: any value may lie outside, and one row that lies far away does not count.
    func roughExtent(of column: String, in table: String) throws -> ClosedRange<Int64>?
    /// What the rows of a table come to, bucket by bucket; rows that are marked as gone are none.
    ///
    /// - Parameters:
    ///   - query: Its table and its condition are the source's, and mean nothing here.
    ///   - ranges: Which rows; nil for all.
    ///   - aside: Rows that are left aside.
    func digests(
        _ query: DigestQuery, of table: String, in ranges: [BucketRange]?, without aside: [LeftAside<Rows>]
    ) throws -> [BucketDigest]
    /// How staged rows differ from those of a table. The values are compared as the table has them; rows that are marked as gone
    /// are none.
    func differences(_ comparison: RowComparison<Rows>) throws -> [RowDifference]
    /// Writes a comparison down.
    func keep(_ record: VerifyRecord) throws
    /// Sets or forgets watermarks for a person, under the extracts' locks and in one transaction, and keeps what they were.
    ///
    /// - Parameters:
    ///   - vouching: What the watermark of an extract vouches for afterwards.
    ///   - change: Given what is there of an extract, what is to be there; nil to forget it.
    func edit(
        _ editing: StateEditing, vouching: (String) -> EditVouching,
        change: (String, ExtractState?) throws -> ExtractState?
    ) throws -> [StateEdit]
}

extension Destination {
    package func roughExtent(of column: String, in table: String) throws -> ClosedRange<Int64>? { nil }

    package func digests(
        _ query: DigestQuery, of table: String, in ranges: [BucketRange]?, without aside: [LeftAside<Rows>]
    ) throws -> [BucketDigest] { throw Failure.notVerifiable }

    package func differences(_ comparison: RowComparison<Rows>) throws -> [RowDifference] {
        throw Failure.notVerifiable
    }

    package func keep(_ record: VerifyRecord) throws {}

    /// Records a run that loaded nothing.
    package func record(_ record: RunRecord) throws { _ = try commit(Change(recording: record)) }
}

extension Failure {
    /// A destination that cannot add up or compare rows by itself.
    fileprivate static var notVerifiable: Failure {
        Failure(
            .configuration, "Tables of this destination cannot be verified.",
            advice: "Verify extracts that load into another destination.")
    }
}
