package import Extraction
package import Rows

/// What is to be staged: an extract's read with its plan, the columns of its results under
/// the destination's names, and the run that stages them.
package struct StagingOrder: Sendable {
    package var extract: TableExtract
    package var plan: ReadPlan
    package var columns: [Column]
    package var run: RunIdentity

    package init(extract: TableExtract, plan: ReadPlan, columns: [Column], run: RunIdentity) {
        self.extract = extract
        self.plan = plan
        self.columns = columns
        self.run = run
    }

    /// The columns that identify a row, as they are staged.
    package var uniqueColumns: [String] { plan.destinationNames(of: plan.uniqueColumns) }
    /// The incremental key, as it is staged; nil where rows have none of their own.
    var key: String? { plan.keyKind == nil ? nil : plan.window.map { plan.destinationName(of: $0.key) } }
}
