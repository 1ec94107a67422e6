import Extraction

/// The same as a diagnosis, and then a probe on the same connection.
struct ProbeQuestion: Question {
    static let name = "probe"
    static let pursuit = "while it was probed"

    enum Answer: Codable, Sendable {
        case checks([Check])
        case event(ProbeEvent)
    }

    func answer(in room: WorkerRoom<some Source>, tell: (Answer) -> Void) throws {
        tell(.checks(room.diagnose()))
        room.probe { tell(.event($0)) }
    }
}

/// What a probe found, whole or as far as it got.
struct ProbeResult {
    /// The checks before it, from the driver's file to the login.
    private(set) var checks: [Check] = []
    private(set) var findings: [ProbeFinding] = []
    private var planned: [String] = []
    private var current: String?

    mutating func take(_ answer: ProbeQuestion.Answer) {
        switch answer {
        case .checks(let checks): self.checks = checks
        case .event(.planned(let names)): planned = names
        case .event(.began(let name)): current = name
        case .event(.found(let finding)):
            findings.append(finding)
            current = nil
        }
    }

    /// Whether it is known what was to be found.
    var hasPlan: Bool { !planned.isEmpty }

    /// Fills in what was not found, because the worker was lost: the item it was at gets the blame.
    mutating func end(with failure: Failure) {
        let isInterrupted = failure.kind == .interrupted
        for name in planned.dropFirst(findings.count) {
            if name == current, !isInterrupted {
                findings.append(ProbeFinding(name, .fail, "cost the process: \(failure.message)"))
            } else {
                let reason = current.map { "the process was lost in \"\($0)\"" } ?? "the process was lost"
                findings.append(ProbeFinding(name, .skip, isInterrupted ? "interrupted" : reason))
            }
        }
    }
}

extension Coordinator {
    /// Has a worker examine and probe the source, with one login.
    ///
    /// A worker that dies or stalls leaves what it had found by then, and no other worker is started.
    func probe() throws -> ProbeResult {
        var result = ProbeResult()
        let hearing = put(ProbeQuestion()) { result.take($0) }
        if let failure = hearing.failure { throw failure }
        if hearing.ending.outcome == .done { return result }
        guard result.hasPlan else { throw hearing.ending.failure }
        result.end(with: hearing.ending.failure)
        return result
    }
}
