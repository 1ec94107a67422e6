import Rows
import Text

/// All that becomes visible in a destination at once: rows of one or several tables, the records of their runs, how far their
/// extracts have got, and what people have edited.
package struct Change<Rows: StagedTable> {
    package var tables: [TableChange<Rows>] = []
    /// Runs that loaded nothing.
    package var records: [RunRecord] = []
    /// Watermarks that move, or say more, without rows: what they vouch for stays.
    package var states: [StateChange] = []
    package var edits: [VouchedEdit] = []

    package init() {}

    /// Whether it brings the rows of one table, and nothing else: then it may make its place.
    package var isOnlyRows: Bool { tables.count == 1 && records.isEmpty && states.isEmpty && edits.isEmpty }

    /// All staged rows that it needs, each once, in their order.
    package var staged: [Rows] {
        var found: [Rows] = []
        for rows in tables.flatMap({ [$0.rows] + $0.groups.map(\.rows) }) where !found.contains(where: { $0 === rows })
        {
            found.append(rows)
        }
        return found
    }

    package init(_ table: TableChange<Rows>) { tables = [table] }

    package init(recording record: RunRecord) { records = [record] }

    /// What is done, for the beginning of a sentence.
    package var attempt: String {
        if !tables.isEmpty { return "Loading \(Sentence.list(tables.map(\.table)))" }
        if let record = records.first { return "Recording the run \(record.runID)" }
        return "Editing the watermarks"
    }
}

/// A watermark that a person moves, and what it vouches for afterwards.
package struct VouchedEdit {
    package var edit: StateEdit
    package var vouching: EditVouching

    package init(_ edit: StateEdit, vouching: EditVouching) {
        self.edit = edit
        self.vouching = vouching
    }

    /// Refuses the edit where the watermark is not what the person saw.
    ///
    /// - Parameter states: All there are now.
    package func check(_ states: [ExtractState]) throws {
        guard states.first(where: { $0.extract.isExactly(edit.extract) }) != edit.before else { return }
        throw Failure(
            .busy, "The watermark of \"\(edit.extract)\" was changed by another program meanwhile.",
            advice: "Run the same command again.")
    }
}

/// What a watermark vouches for once a person has edited it.
package enum EditVouching: Sendable {
    /// As before.
    case asBefore
    /// The table of an extract as it is; nil where nobody knows which table that is.
    case present(TableExtract?)
    /// The same, and its rows are taken for the extract's own, wherever they came from.
    case ownRows(TableExtract)
}
