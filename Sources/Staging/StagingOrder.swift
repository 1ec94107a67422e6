package import Extraction
package import Rows

/// What is to be staged: an extract's read with its plan, the columns of its results, and the run that stages them.
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
}
