import Rows

/// Lets the results of readers into staging: the first opens it, the others must look the same.
///
/// `@unchecked Sendable`: the lease is used by one thread at a time, with the slot's lock held, while rows are read.
struct ReaderGate<L: ExtractLease>: @unchecked Sendable {
    let read: PlannedRead
    let lease: L
    let staging: StagingSlot<L.Staging>

    func accept(_ columns: [Column]) throws {
        let columns = read.plan.destinationColumns(columns)
        let fits = try staging.open(columns) {
            try lease.stage(read.plan, columns: columns, run: read.run, goingOn: false)
        }
        guard !fits else { return }
        throw Failure(
            .drift, "The columns of \(read.extract.table) changed their types between two reads of one run.",
            advice: "Run the same command again; it reads everything of this run again.")
    }
}
