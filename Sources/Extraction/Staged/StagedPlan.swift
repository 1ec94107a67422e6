package import Rows

/// What an earlier run has left in staging.
package struct StagedPlan: Sendable, Equatable {
    package var plan: ReadPlan
    package var columns: [Column]
    /// Chunks that are there whole, and their rows.
    package var completed: [Int: Int]
    /// When the last of them was.
    package var completedAt: Timestamp?
    /// Whether all chunks are there, and a guard stopped their load.
    package var isStopped = false

    package init(plan: ReadPlan, columns: [Column], completed: [Int: Int], completedAt: Timestamp? = nil) {
        self.plan = plan
        self.columns = columns
        self.completed = completed
        self.completedAt = completedAt
    }

    /// The chunks that are still to be read, in the plan's order.
    package var missing: [Chunk] { plan.chunks.filter { completed[$0.number] == nil } }

    /// The rows that are there.
    package var rows: Int { completed.values.reduce(0, +) }
}
