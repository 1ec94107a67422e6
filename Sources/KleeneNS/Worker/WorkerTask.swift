import Extraction
import FoundationEssentials

/// Does what an order says, and tells what comes of it.
struct WorkerTask<S: Source> {
    let room: WorkerRoom<S>
    let pipe: EventPipe

    func perform(_ task: WorkOrder.Task) {
        do {
            switch task {
            case .extract(let extracts, let place, let settings, let clock):
                run(extracts, into: room.destination(place), settings: settings, clock: clock)
            case .question(let asked): try answer(asked.question)
            }
        } catch {
            pipe.send(.failed(.wrapping(error)))
        }
    }

    private func answer(_ question: some Question) throws {
        try question.answer(in: room) { pipe.answer($0) }
    }

    private func run(
        _ extracts: [WorkOrder.OrderedExtract], into destination: some Destination, settings: RunSettings,
        clock: SourceClock?
    ) {
        let pipe = pipe
        let run = ExtractRun(
            source: room.source, destination: destination,
            context: RunContext(
                settings: settings, version: Version.current, observe: { pipe.send(.run($0)) },
                isInterrupted: room.isInterrupted),
            clock: InvocationClock(clock, tell: { pipe.send(.clock($0)) }), makeSource: room.makeSource)
        defer { run.settleLogins() }
        let families = Families.of(extracts.map(\.extract))
        for (index, family) in families.enumerated() {
            if room.isInterrupted() { return }
            // Identities of their own time: the order is as old as the extracts before these took.
            var records = settings.sweeps == true ? [] : run(family.map { ($0, identity()) })
            if records.allSatisfy({ $0.failure == nil }) {
                for extract in family
                where settings.sweeps == true || isSweepDue(extract, in: destination) {
                    if room.isInterrupted() { return }
                    records.append(run.sweep(extract, run: identity()))
                }
            }
            let failures = records.compactMap(\.failure)
            // A refused login is never tried again by itself: the next try could lock the account.
            if failures.contains(where: { $0.kind == .credentials })
                || records.contains(where: { $0.status == .interrupted })
            {
                return
            }
            if index + 1 < families.count, let failure = failures.first, let reason = unreachable(after: failure) {
                return pipe.send(.failed(reason))
            }
        }
    }

    private func identity() -> RunIdentity {
        RunIdentity(startedAt: Timestamp(Date()), salt: .random(in: 0...UInt32.max))
    }

    /// Whether all keys of an extract that was just run are to be compared. A table that cannot be looked at now is swept later.
    private func isSweepDue(_ extract: TableExtract, in destination: some Destination) -> Bool {
        guard extract.deletes?.every != nil, let standing = try? destination.standing(of: extract) else { return false }
        return extract.isSweepDue(standing.state, at: Date())
    }

    /// Why the other extracts of the command are not tried, after one of them has failed; nil where they are.
    ///
    /// Of a source that was not reached they would all say the same, each after its own retries: one look, where that costs
    /// no login that counts, says whether it is back.
    private func unreachable(after failure: Failure) -> Failure? {
        guard failure.kind == .connection else { return nil }
        guard room.source.mayLogInAgain else { return failure }
        do {
            _ = try room.source.connect()
            return nil
        } catch {
            // The same reason in the same words is said once.
            let now = Failure.wrapping(error)
            return now.kind == .connection ? failure : now
        }
    }
}
