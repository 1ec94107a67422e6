package import Extraction
import ODBC

/// What `doctor --probe` asks, after `diagnose`, on the connection that this opened.
extension DataSource {
    /// Asks every item and tells what came of each, whatever came of the others.
    ///
    /// Never logs in: without a connection, and from the moment it is lost, items are skipped.
    ///
    /// - Parameter plan: Another plan than the service's own.
    package func probe(_ plan: ProbePlan? = nil, tell: (ProbeEvent) -> Void, isInterrupted: () -> Bool) {
        let plan = plan ?? service.probePlan
        let items = HarmlessItems.all + plan.items + [BlockFetchItem.item] + InterruptionItems.all
        tell(.planned(items.map(\.name)))
        guard let session else {
            for item in items { tell(.found(ProbeFinding(item.name, .skip, "no connection"))) }
            return
        }
        let probing = ProbeSession(
            session.connection, plan: plan, profile: session.profile, fetchesWide: session.fetchesWide, service: service
        )
        var reason: String?
        for item in items {
            if reason == nil, isInterrupted() { reason = "interrupted" }
            if let reason {
                tell(.found(ProbeFinding(item.name, .skip, reason)))
                continue
            }
            tell(.began(item.name))
            tell(.found(Self.finding(item, probing)))
            if probing.isLost { reason = "the connection was lost in \"\(item.name)\"" }
        }
    }

    private static func finding(_ item: ProbeItem, _ session: ProbeSession) -> ProbeFinding {
        let clock = ContinuousClock()
        let began = clock.now
        var answer: ProbeAnswer
        do {
            answer = try item.examine(session)
        } catch let error as ODBCError {
            session.notice(error)
            answer = ProbeAnswer(.fail, "\(error.function) failed: \(session.words(of: error))")
        } catch {
            answer = ProbeAnswer(.fail, "\(error)")
        }
        if session.connection.isDead { session.giveUp() }
        if session.isLost {
            answer.status = .fail
            answer.detail = "cost the connection: \(answer.detail)"
        }
        return ProbeFinding(
            item.name, answer.status, session.masked(answer.detail),
            facts: answer.facts.map { .init($0.name, session.masked($0.value)) },
            milliseconds: Int((clock.now - began) / .milliseconds(1)))
    }
}
