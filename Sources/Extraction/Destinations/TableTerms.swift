import FoundationEssentials
package import Rows
import Text

/// What an extract holds its table to, before a change and behind it. A destination asks under its own lock, because somebody
/// may have changed it while rows were read; what follows is decided here.
package struct TableTerms: Sendable {
    package var extract: TableExtract
    package var plan: ReadPlan
    package var columns: [Column]
    /// Which source the rows come from; nil where that is not known.
    package var source: SourceIdentity?

    package init(extract: TableExtract, plan: ReadPlan, columns: [Column], source: SourceIdentity?) {
        self.extract = extract
        self.plan = plan
        self.columns = columns
        self.source = source
    }

    /// The standing of extract and table, with what the extract makes of it.
    ///
    /// - Throws: where the table holds rows that are not this extract's, or the watermark is another source's.
    package func judged(_ standing: Standing) throws -> Standing {
        let judged = try standing.judged(for: extract, source: source, resolved: plan.table)
        try judged.checkMasking(extract, plan.masking ?? Masking(), reading: plan.columns)
        try judged.checkNames(extract, plan)
        return judged
    }

    /// Refuses a table that has rows although nobody knows which of them the source would deliver again.
    ///
    /// - Parameter place: Where the table is, for the sentence.
    package func checkHoldsRows(in place: String) throws { try extract.checkFirstAppend(plan, in: place) }

    /// The columns of the table that are dropped from it, because the source has lost them.
    ///
    /// - Parameter drift: How the columns differ from those that the table was filled with.
    package func dropped(_ drift: Drift?, from standing: Standing) -> [String] {
        guard let drift, extract.answer(to: .gone) == .evolve else { return [] }
        let held = standing.holding?.columns ?? []
        return drift.gone.map { gone in held.first { FoldedName($0.sourceName) == FoldedName(gone) }?.name ?? gone }
    }

    /// Whether a column that the table lacks is added to it: a table of kleene-ns's own follows the source. What it was filled
    /// with and lacks now, a person has dropped.
    package func adds(_ column: String, to standing: Standing) -> Bool { standing.adds(column, for: extract) }

    /// What the books say of the table behind the change.
    func holding(_ before: Standing, after: TableSight, run: RunRecord, way: Way) -> TableHolding {
        var load = TableHolding.Load(
            extract: extract, plan: plan, columns: columns, runID: run.runID, before: before.table, after: after)
        load.way = way
        load.source = source
        return TableHolding(before.holding, after: load)
    }

    /// Whether the column that marks rows is added to a table that lacks it.
    ///
    /// - Parameter place: Where the table is, for the sentence.
    /// - Throws: where the table is another program's: its columns are not ours to add.
    package func checkMarking(_ column: String, in standing: Standing, of place: String) throws {
        guard standing.holding == nil || standing.table?.isReplaced == true, standing.table != nil else { return }
        let table = extract.destinationTable
        throw Failure(
            .drift,
            "The table \"\(table)\" in \(place) has no column \"\(column)\" to mark deleted rows in, and kleene-ns did not make it.",
            advice:
                "Add the column, of the type of \(MetadataColumn.extractedAt); or say \"mode\": \"hard\" in \"deletes\"."
        )
    }

    /// What is said of rows that an upsert has left out because the table has them with a larger key: rows that it had before this run
    /// were read before, so that the source has gone back.
    package func olderNotes(_ rows: Int, _ way: Way) -> [String] {
        guard rows > 0, case .merge(let unique, let version?) = way,
            !unique.contains(where: { FoldedName($0) == FoldedName(version.column) })
        else { return [] }
        return [
            "\(Sentence.count(rows, "row")) came with a smaller \(plan.window?.key ?? version.column) than the table "
                + "\"\(extract.destinationTable)\" has, and an upsert replaces no row by an older one: the source was put back, or its "
                + "numbers or its clock went back. \(extract.makingRight)"
        ]
    }

    /// What the run's watermark vouches for.
    package func vouched(_ holding: TableHolding) -> Vouched {
        var vouched = Vouched(table: extract.destinationTable)
        vouched.generation = holding.generation
        vouched.mark = holding.mark
        vouched.source = source
        vouched.resolvedTable = plan.table
        vouched.uniqueColumns = plan.uniqueColumns
        return vouched
    }
}

extension TableExtract {
    /// Refuses to replace rows by nothing: what identifies them is decided before they are read.
    package func checkIdentifies(_ plan: ReadPlan) throws {
        guard loadMethod == .upsert, plan.uniqueColumns.isEmpty else { return }
        throw Failure(
            .internal, "The extract \"\(name)\" was to replace rows without knowing what identifies them.",
            advice: "Please report this.")
    }

    /// Why rows that kleene-ns did not load are left alone.
    ///
    /// - Parameters:
    ///   - table: The destination table, as the destination spells it.
    ///   - place: Where the table is, for the sentence.
    package func refusalOfRows(in table: String, of place: String) -> Failure {
        Failure(
            .destination, "The table \"\(table)\" in \(place) holds rows, and kleene-ns did not make it.",
            advice:
                "Choose another \(setting("destination_table")); or say \(adoption) to let kleene-ns \(loadMethod.adoption)."
        )
    }

    /// Refuses the first run of an incremental append to a table that has rows already.
    package func checkFirstAppend(_ plan: ReadPlan, in place: String) throws {
        guard loadMethod == .append, extractType == .incremental, plan.watermark == nil, plan.uniqueColumns.isEmpty
        else { return }
        throw Failure(
            .destination,
            "The table \"\(destinationTable)\" in \(place) holds rows, and the extract \"\(name)\" has no "
                + "watermark: to append everything could double them.",
            advice: (isByFlags
                ? "Name "
                : "`kleene-ns state recover \(name)` takes the watermark from the table's largest key; or name ")
                + "\(setting("unique_columns")), by which rows that are there are known; or empty the table.")
    }

    /// What a person does about a table that does not fit: what makes the table again must go with the extract, since a window
    /// is no whole table.
    package func adviceToRemake(_ table: String) -> String {
        let again = "drop the table \"\(table)\": the next run makes it again and reads everything."
        return extractType == .incremental
            ? "Change the table; or \(again)"
            : "Change the table, or use the load method \"drop_create_load\", which makes it again; or \(again)"
    }
}

extension Standing {
    /// How columns of a result differ from those that the table was filled with; nil where they do not.
    ///
    /// - Throws: where the extract's policy stops it.
    package func drift(_ columns: [Column], for extract: TableExtract, _ plan: ReadPlan) throws -> Drift? {
        let held = heldColumns(by: extract) ?? []
        if !extract.loadMethod.replacesAllRows { try Mixing(extract, plan.window?.key).check(held, columns) }
        let types = Drift(held: held, result: columns) { plan.zones?[plan.sourceName(of: $0.name)] }
        let drift = (plan.drift ?? Drift()).adding(types: types)
        try drift.check(extract)
        return drift.isEmpty ? nil : drift
    }

    /// Whether a column that the table lacks is added to it.
    package func adds(_ column: String, for extract: TableExtract) -> Bool {
        guard let holding, table?.isReplaced == false, extract.answer(to: .new) == .evolve else { return false }
        return !(holding.columns ?? []).contains { $0.absent == nil && FoldedName($0.name) == FoldedName(column) }
    }
}
