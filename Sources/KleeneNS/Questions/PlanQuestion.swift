import Extraction
import FoundationEssentials
import Text

/// What `extract` would do, extract by extract; changes nothing.
struct PlanQuestion: Question {
    let extracts: [TableExtract]
    let destination: DestinationConfiguration
    let settings: RunSettings

    var secrets: [Secret] { destination.secrets }

    static let name = "plan"
    static let pursuit = "while it was asked what there is to read"

    func answer(in room: WorkerRoom<some Source>, tell: (PlannedExtract) -> Void) throws {
        let source = room.source
        let destination = room.destination(destination)
        let planner = ReadPlanner(source: source, clock: InvocationClock(), settings: settings)
        var unreached: Failure?
        for extract in extracts {
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
                let plan = try planner.plan(
                    extract, standing: try destination.standing(of: extract), from: facts.identity, run: run)
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
}
