import Rows

/// What the readers of one run share.
struct ReadJob: Sendable {
    let plan: ReadPlan
    let extract: TableExtract
    let policy: RetryPolicy
    let queue: ChunkQueue
    let exchange: BatchExchange
    let tally: Tally
    let seen: SeenRows
    let logins: PendingLogins
    let isInterrupted: @Sendable () -> Bool
    let observe: @Sendable (RunEvent) -> Void
    /// Called with the columns of each result, before its first row is sent: opens staging, or refuses.
    let accept: @Sendable ([Column]) throws -> Void
}
