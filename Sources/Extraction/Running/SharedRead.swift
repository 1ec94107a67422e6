import Rows

/// What the readers of one run share.
struct SharedRead: Sendable {
    let read: PlannedRead
    let context: RunContext
    let queue: ChunkQueue
    let logins: PendingLogins
    let seen: SeenRows
    /// Called with the columns of each result, before its first row is sent: opens staging, or refuses.
    let accept: @Sendable ([Column]) throws -> Void
    let exchange = BatchExchange()
    let tally = Tally()

    var plan: ReadPlan { read.plan }
    var extract: TableExtract { read.extract }
}
