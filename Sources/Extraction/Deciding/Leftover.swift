import FoundationEssentials
import Text

/// What becomes of the chunks that an earlier run has staged.
package enum Leftover: Sendable, Equatable {
    /// There are none, or none that anybody could go on with.
    case none
    /// They are gone on with.
    case goesOn(StagedPlan)
    /// They would be gone on with, had nobody asked for all to be read again.
    case isSetAside(StagedPlan)
    /// They are read again; why, in a sentence.
    case isUseless(String)

    /// - Parameter misfit: Why they don't serve this run, in a sentence; nil where they do.
    init(_ staged: StagedPlan?, misfit: (StagedPlan) -> String?, settings: RunSettings, at now: Date) {
        guard let staged, staged.plan.isResumable || staged.isStopped else {
            self = .none
            return
        }
        let reason = misfit(staged) ?? staged.reasonOfAge(settings: settings, at: now)
        if settings.startsAfresh {
            self = reason == nil ? .isSetAside(staged) : .none
        } else {
            self = reason.map { .isUseless($0) } ?? .goesOn(staged)
        }
    }

    /// What a run says that begins; nil where there is nothing to say.
    var note: String? {
        switch self {
        case .none, .isSetAside: nil
        case .goesOn(let staged): "Going on with \(staged.summary)."
        case .isUseless(let reason): reason
        }
    }

    /// What is said of a run that has not begun; nil where there is nothing to say.
    ///
    /// - Parameter condition: What else has to be so, for the end of a sentence.
    func outlook(_ condition: String) -> String? {
        switch self {
        case .none: nil
        case .goesOn(let staged): "It goes on with \(staged.summary)\(condition)."
        case .isSetAside(let staged): "Without --fresh it would go on with \(staged.summary)."
        case .isUseless(let reason): reason
        }
    }
}

extension StagedPlan {
    /// Which chunks of which run, for a sentence.
    package var summary: String {
        "what the run \(plan.run.id) had staged: \(completed.count) of \(Sentence.count(plan.chunks.count, "chunk"))"
    }

    /// Why what is here does not serve a run that reads this; nil where it does.
    func misfit(to other: ReadPlan) -> String? {
        plan.serves(other)
            ? nil : "What the run \(plan.run.id) had staged no longer fits the extract and is read again."
    }

    /// The same, as far as that can be said without asking the source.
    func misfit(to watermark: Watermark?) -> String? {
        plan.watermark == watermark
            ? nil : "What the run \(plan.run.id) had staged belongs to another watermark and is read again."
    }

    /// Why what is here is too old to go on with; nil where it is not.
    ///
    /// Its age is that of the last chunk: what takes many nights of a few hours each must come to its end.
    func reasonOfAge(settings: RunSettings, at now: Date) -> String? {
        if isStopped, !settings.allowsShrinking {
            return
                "What the run \(plan.run.id) had staged was stopped by a guard and is read again; --allow-shrink loads it "
                + "as it is."
        }
        let age = (completedAt ?? plan.run.startedAt).seconds(until: now)
        guard let age, age <= settings.stagingAge else {
            return "What the run \(plan.run.id) had staged is too old and is read again."
        }
        guard age >= -settings.stagingAge else {
            return
                "What the run \(plan.run.id) had staged is dated in the future, because the clock was set back, and is "
                + "read again."
        }
        return nil
    }
}
