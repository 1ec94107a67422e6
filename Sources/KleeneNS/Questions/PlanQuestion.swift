import Extraction
import FoundationEssentials
import Rows
import Text

/// What `extract` would do, extract by extract; changes nothing.
struct PlanQuestion: Question {
    let extracts: [TableExtract]
    let destination: DestinationConfiguration
    let settings: RunSettings

    var secrets: [Secret] { destination.secrets }

    static let name = "plan"
    static let pursuit = "while it was asked what there is to read"

    func answer<S: Source>(in room: WorkerRoom<S>, tell: (PlannedExtract) -> Void) throws {
        let source = room.source
        let destination = room.destination(destination)
        let planner = ReadPlanner(source: source, clock: InvocationClock(), settings: settings)
        var unreached: Failure?
        var plans: [String: ReadPlan] = [:]
        // Headers before what follows them, whose windows they are.
        for extract in Families.of(extracts).flatMap(\.self) {
            if room.isInterrupted() { return }
            if let unreached {
                tell(PlannedExtract(extract, failure: unreached))
                continue
            }
            let run = RunIdentity(startedAt: Timestamp(Date()), salt: 0)
            do {
                // As a run does: what the destination refuses costs no login.
                try destination.admit(extract)
                let facts = try source.connect()
                let standing = try destination.standing(of: extract)
                let plan: ReadPlan
                if let follows = extract.follows {
                    plan = try planner.plan(
                        extract, following: try leader(follows, plans), standing: standing, from: facts.identity,
                        run: run)
                } else {
                    let followers = extracts.filter { $0.follows?.extract.isExactly(extract.name) == true }
                    plan = try planner.plan(
                        extract, standing: standing, from: facts.identity, run: run,
                        followers: try Family(followers: followers).states(in: destination, source: facts.identity))
                }
                plans[extract.name] = plan
                let next = NextRun(
                    extract, knowing: .known(plan), staged: destination.glance(at: extract), settings: settings,
                    at: Date())
                tell(
                    try PlannedExtract(extract, next, into: destination) { try source.statement(for: $0) })
            } catch let failure as Failure where failure.kind != .credentials && failure.kind != .interrupted {
                if failure.kind == .connection { unreached = failure }
                tell(PlannedExtract(extract, failure: failure))
            }
        }
    }

    /// What would be read of headers: nobody knows yet how many there are.
    private func leader(_ follows: Follows, _ plans: [String: ReadPlan]) throws -> LeaderRead {
        if let plan = plans[follows.extract] {
            return LeaderRead(plan: plan, rows: plan.isEmpty ? 0 : 1, keys: plan.isEmpty ? [] : nil)
        }
        throw Failure(
            .configuration, "What it would read depends on \"\(follows.extract)\", which it follows.",
            advice: "`kleene-ns plan` without a name has both.")
    }
}
