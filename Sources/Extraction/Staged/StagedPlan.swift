package import FoundationEssentials
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
    /// How text is encoded, where the destination must have it so.
    package var encoding: String?

    package init(plan: ReadPlan, columns: [Column], completed: [Int: Int], completedAt: Timestamp? = nil) {
        self.plan = plan
        self.columns = columns
        self.completed = completed
        self.completedAt = completedAt
    }

    /// Which chunks of which run, for a sentence.
    package var summary: String {
        "what the run \(plan.run.id) had staged: \(completed.count) of \(plan.chunks.count) chunks"
    }

    /// Why a run with this plan reads everything afresh, in a sentence; nil where it goes on with what is here.
    package func reasonAgainst(_ other: ReadPlan, settings: RunSettings, at now: Date) -> String? {
        guard plan.serves(other) else {
            return "What the run \(plan.run.id) had staged no longer fits the extract and is read afresh."
        }
        return reasonOfAge(settings: settings, at: now)
    }

    /// Why what is here is too old to go on with; nil where it is not.
    ///
    /// Its age is that of the last chunk: what takes many nights of a few hours each must come to its end.
    package func reasonOfAge(settings: RunSettings, at now: Date) -> String? {
        if isStopped, !settings.allowsShrinking {
            return
                "What the run \(plan.run.id) had staged was stopped by a guard and is read again; --allow-shrink loads it "
                + "as it is."
        }
        let age = (completedAt ?? plan.run.startedAt).seconds(until: now)
        guard let age, age <= settings.stagingAge else {
            return "What the run \(plan.run.id) had staged is too old and is read afresh."
        }
        guard age >= -settings.stagingAge else {
            return
                "What the run \(plan.run.id) had staged is dated in the future, because the clock was set back, and is "
                + "read afresh."
        }
        return nil
    }
}
