import Extraction

extension Coordinator {
    /// What a probe found, whole or as far as it got.
    struct ProbeResult {
        /// The checks before it, from the driver's file to the login.
        var checks: [Check] = []
        var findings: [ProbeFinding] = []
    }

    /// Has a worker examine and probe the source, with one login.
    ///
    /// A worker that dies or stalls leaves what it had found by then; the item it was at gets the blame, and no other
    /// worker is started.
    func probe() throws -> ProbeResult {
        let redact = redact
        var result = ProbeResult()
        var planned: [String] = []
        var current: String?
        var failure: Failure?
        var hasBegun = false
        let outcome = perform(.probe, redact) { event in
            switch event {
            case .ready: hasBegun = true
            case .note(let text): observe(.note(extract: nil, text: redact(text)))
            case .checks(let checks): result.checks = checks.map { redact($0) }
            case .probe(.planned(let names)): planned = names
            case .probe(.began(let name)): current = name
            case .probe(.found(let finding)):
                result.findings.append(redact(finding))
                current = nil
            case .failed(let reason): failure = redact(reason)
            case .run, .clock, .schemas, .tables, .columns, .preview, .plan, .stuck, .signalled, .done: break
            }
        }
        if let failure { throw failure }
        if outcome == .done { return result }
        let ending = self.failure(outcome, during: "while it was probed", hasBegun: hasBegun)
        guard !planned.isEmpty else { throw ending }
        let isInterrupted = ending.kind == .interrupted
        for name in planned.dropFirst(result.findings.count) {
            if name == current, !isInterrupted {
                result.findings.append(ProbeFinding(name, .fail, "cost the process: \(ending.message)"))
            } else {
                let reason = current.map { "the process was lost in \"\($0)\"" } ?? "the process was lost"
                result.findings.append(ProbeFinding(name, .skip, isInterrupted ? "interrupted" : reason))
            }
        }
        return result
    }
}
