package import FoundationEssentials

/// What the next run of an extract does, and why: decided here and nowhere else. `extract` acts on it, `plan` and
/// `state show` print it; where the source was not asked, it is the same decision of which less is known.
package struct NextRun: Sendable, Equatable {
    /// What it does.
    package enum Step: Sendable, Equatable {
        /// It stops before a row is read, and changes nothing.
        case refuse(Failure)
        /// It reads all that its own plan says.
        case readAll
        /// It goes on with chunks of an earlier run, and reads the others of that run's plan.
        case goOn(StagedPlan)
        /// It reads nothing: no row can have come.
        case readNothing
    }

    /// The step in a word, for programs.
    package var action: String {
        switch step {
        case .refuse: "refuse"
        case .readAll: "read"
        case .goOn: "go_on"
        case .readNothing: "read_nothing"
        }
    }

    package let step: Step
    /// The plan that is followed: its own, or that of the run whose chunks it goes on with. Nil where it is refused, and where
    /// the source was not asked.
    package let plan: ReadPlan?
    /// What becomes of what is staged.
    package let leftover: Leftover
    /// Why all this, in sentences for a person.
    package let reasons: [String]
    /// Whether it reads what has changed since a watermark, and not everything.
    package let readsChanges: Bool

    /// - Parameters:
    ///   - source: How far the source is known, and what follows from that.
    ///   - staged: What an earlier run has staged and not loaded, where it can be gone on with as far as the destination knows.
    ///   - now: By our own clock.
    package init(
        _ extract: TableExtract, knowing source: SourceOutlook, staged: StagedPlan?, settings: RunSettings,
        at now: Date
    ) {
        switch source {
        case .refused(let failure): self.init(refusedBy: failure)
        case .known(let plan):
            self.init(
                plan, leftover: Leftover(staged, misfit: { $0.misfit(to: plan) }, settings: settings, at: now))
        case .unknown(let standing):
            do {
                // Which source it is and what it has, only a connection tells.
                let judged = try standing.judged(for: extract, knowing: SourceSight())
                let watermark = extract.watermarkKey == nil ? nil : judged.state?.watermark
                let leftover = Leftover(staged, misfit: { $0.misfit(to: watermark) }, settings: settings, at: now)
                self.init(extract, standing: judged, leftover: leftover)
            } catch {
                self.init(refusedBy: .wrapping(error))
            }
        }
    }

    private init(refusedBy failure: Failure) {
        step = .refuse(failure)
        plan = nil
        leftover = .none
        reasons = []
        readsChanges = false
    }

    /// Of a source that was asked.
    private init(_ own: ReadPlan, leftover: Leftover) {
        var plan = own
        var next = Step.readAll
        if case .goesOn(let staged) = leftover {
            next = .goOn(staged)
            plan = staged.plan
            // Judged by today's columns, whatever they were when the chunks were read.
            plan.drift = own.drift
            plan.deletions = own.deletions
        }
        let isEmpty = plan.isEmpty
        self.step = isEmpty ? .readNothing : next
        self.plan = plan
        self.leftover = leftover
        var reasons = own.reasons + (own.notes ?? [])
        if let sentence = leftover.outlook("; the window is that run's") { reasons.append(sentence) }
        if isEmpty, plan.window?.isEmpty == true {
            reasons.append("No row can be in the window, so nothing is read.")
        }
        self.reasons = reasons
        readsChanges = plan.watermark != nil
    }

    /// Of a source that was not asked.
    private init(_ extract: TableExtract, standing: Standing, leftover: Leftover) {
        if case .goesOn(let staged) = leftover { step = .goOn(staged) } else { step = .readAll }
        plan = nil
        self.leftover = leftover
        readsChanges = extract.watermarkKey != nil && standing.state != nil
        reasons =
            UnaskedRun(extract: extract, standing: standing).sentences
            + [leftover.outlook(", if the source and its columns are still the same")].compactMap(\.self)
    }

    /// The chunks that are read, in order; of a source that was not asked, those that an earlier run has left.
    package var chunks: [Chunk] {
        switch step {
        case .refuse, .readNothing: []
        case .readAll: plan?.chunks ?? []
        case .goOn(let staged): staged.missing
        }
    }
}
