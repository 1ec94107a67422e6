import Rows

/// What one run reads, decided before the first row: it lies in staging, so that a later run can go on with it.
package struct ReadPlan: Codable, Sendable, Equatable {
    /// The run that made the plan, and when.
    package var run: RunIdentity
    package var table: TableName
    package var columns: [String]
    /// What the words of `columns` come to; nil where the extract names none.
    package var words: [ChosenWord]?
    /// Those of the columns whose values may be of any length.
    package var longColumns: Set<String> = []
    /// The columns that identify a row; empty where none are known.
    package var uniqueColumns: [String]
    /// Whether NULL in one of them is a value like others; nil where it identifies no row.
    package var takesNullKeys: Bool?
    package var filter: String?
    /// Which rows the extract has at all; nil where the filter or the window says so.
    package var scope: Condition?
    /// Of a sweep, which rows of the table are held against the source; nil for all.
    package var since: BucketRange?
    /// The columns that are masked; nil for none.
    package var masking: Masking?
    /// What columns are called in the destination; nil where all have the source's names, as here.
    package var names: ColumnNames?
    /// Nil for a full read.
    package var window: Window?
    package var keyKind: KeyKind?
    /// The groups of rows that are read; nil where rows are read one by one.
    package var groups: GroupRead?
    /// What is read of the service's record of deletions; nil where that is not asked.
    package var deletions: DeletionWindow?
    /// Of a sweep, the kinds of the columns that identify a row; nil for any other read.
    package var sweptKinds: [KeyKind]?
    /// Whether the source takes an offset from UTC in a key of time into account; nil where it has no such keys.
    package var readsOffsets: Bool?
    /// From where on a key of time lies in the future.
    package var futureFrom: KeyValue?
    /// How far the extract had got when the plan was made.
    package var watermark: Watermark?
    package var isBackfill: Bool
    /// A column of whole numbers that identifies rows, or the first such one of several that do together: it never changes,
    /// so a read can be cut by it, and a chunk that cannot be read may be halved.
    package var numericKey: String?
    /// Why the read cannot be cut into chunks however long it is, for a sentence; nil where it can.
    package var obstacle: String?
    /// None where the source is known to have no row in the window.
    package var chunks: [Chunk]
    /// Whether moments of a column have a zone, so that they come in the session's; of the columns of which the source says it.
    package var zones: [String: Bool]?
    /// How the columns differ from those that the table was filled with; nil where they do not, or nobody knows.
    package var drift: Drift?
    /// Rows that the source counted when the plan was made; nil where it was not asked, or did not say.
    package var counted: Int?
    /// The source's clock by which the window ends, and when by our own it was read.
    package var clock: ClockMark?
    /// Why the plan is as it is, in sentences for a person.
    package var reasons: [String]
    /// What a person should know although the run goes on.
    package var notes: [String]?

    package init(
        run: RunIdentity, table: TableName, columns: [String], uniqueColumns: [String], filter: String? = nil,
        isBackfill: Bool, chunks: [Chunk], reasons: [String]
    ) {
        self.run = run
        self.table = table
        self.columns = columns
        self.uniqueColumns = uniqueColumns
        self.filter = filter
        self.isBackfill = isBackfill
        self.chunks = chunks
        self.reasons = reasons
    }

    /// The read of one chunk.
    package func query(for chunk: Chunk) -> TableQuery {
        var condition = Condition.both(.both(condition, chunk.range?.condition), chunk.condition)
        if let key = window?.key, let end = chunk.end {
            let bound = Condition.compare(key, .atMost, end)
            condition = .both(condition, window?.readsNulls == true ? .any([bound, .lacking(key, end.kind)]) : bound)
        }
        var query = TableQuery(table: table, columns: columns, condition: condition)
        query.longColumns = longColumns
        query.masks = masking?.columns.filter { columns.containsExactly($0.key) } ?? [:]
        return query
    }

    /// Which rows are read, all chunks together.
    package var condition: Condition? {
        Condition.both(.both(.both(filter.map { .written($0) }, scope), window?.condition), groups?.condition)
    }

    /// Whether the read brings all rows that the table has to have.
    ///
    /// - Parameter start: From where on the table has rows; nil for the beginning.
    func readsAll(from start: String?, of extract: TableExtract) -> Bool {
        guard let window else { return true }
        guard !isBackfill else { return false }
        guard let lower = window.lower else { return true }
        guard watermark == nil, let kind = keyKind else { return false }
        return lower == extract.incremental?.beginning(kind)
            && start.flatMap { KeyValue($0, kind: kind) } == lower.value
    }

    /// Whether nothing is read: behind a watermark, where no row can be in the window or the source has none there.
    package var isEmpty: Bool {
        watermark != nil && !isBackfill && (window?.isEmpty == true || chunks.isEmpty)
    }

    /// Whether a later run may go on where this one stopped. One chunk is either there or not.
    package var isResumable: Bool { chunks.count > 1 }

    /// Whether another plan reads the same rows in the same way, so that what is staged of this one serves it.
    ///
    /// The window's end may differ: it was frozen when the first run began.
    package func serves(_ other: ReadPlan) -> Bool {
        table == other.table && columns.isExactly(other.columns) && uniqueColumns.isExactly(other.uniqueColumns)
            && filter == other.filter && scope == other.scope && masking == other.masking && names == other.names
            && groups == other.groups
            && watermark == other.watermark
            && isBackfill == other.isBackfill
            && keyKind == other.keyKind && (window?.key).isExactly(other.window?.key)
            && window?.lower == other.window?.lower
            && window?.readsNulls == other.window?.readsNulls
            && (!isBackfill || window?.upper == other.window?.upper)
    }
}
