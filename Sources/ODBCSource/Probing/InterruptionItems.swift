import Extraction
import ODBC
import Threads

/// Whether a statement can be stopped, by a limit and by hand. Asked last: drivers have been lost over it.
enum InterruptionItems {
    static var all: [ProbeItem] {
        [ProbeItem("query timeout", examine: timeout), ProbeItem("cancel", examine: cancel)]
    }

    // MARK: SQL_ATTR_QUERY_TIMEOUT

    private static func timeout(_ session: ProbeSession) throws -> ProbeAnswer {
        let statement = try Statement(session.connection)
        let answer = statement.askForTimeout(seconds: 1)
        let kept = answer.kept.map { "\($0) s" } ?? "nothing"
        var facts = [ProbeFinding.Fact("read back", kept)]
        if let refusal = answer.refusal {
            return ProbeAnswer(.info, "a timeout of 1 s is refused: \(session.words(of: refusal))", facts: facts)
        }
        let taken = answer.isChanged ? "changed" : "accepted"
        facts.append(.init("taken", taken))
        let start = "a timeout of 1 s is \(taken) and reads back as \(kept)"
        guard let sql = session.plan.slowStatement else {
            return ProbeAnswer(.info, start + "; no statement is known that would exceed it", facts: facts)
        }
        let clock = ContinuousClock()
        let began = clock.now
        do throws(ODBCError) {
            try statement.execute(sql)
            let executed = clock.now - began
            statement.close()
            facts.append(.init("executed in", milliseconds(executed)))
            return executed < .milliseconds(1500)
                ? ProbeAnswer(.info, start + "; the statement for it was done sooner", facts: facts)
                : ProbeAnswer(.info, start + "; a statement of \(milliseconds(executed)) was not stopped", facts: facts)
        } catch {
            let stopped = milliseconds(clock.now - began)
            session.notice(error)
            if session.isLost { throw error }
            facts.append(.init("stopped after", stopped))
            facts.append(.init("error", session.rawWords(of: error)))
            let state = stateAfter(session)
            facts.append(.init("the connection afterwards", state))
            return ProbeAnswer(
                .info,
                start
                    + "; stopped after \(stopped) with \(session.words(of: error)); the connection "
                    + "is \(state)", facts: facts)
        }
    }

    // MARK: SQLCancel

    /// What the thread that cancels and the thread that runs the statement tell each other.
    ///
    /// `@unchecked Sendable`: all is touched with `condition` held.
    private final class Race: @unchecked Sendable {
        private let condition = Monitor()
        private var statementIsDone = false
        private var cancellation: (worked: Bool, took: Duration)?
        private var isOver = false

        func finishStatement() {
            condition.withLock {
                statementIsDone = true
                condition.broadcast()
            }
        }

        /// Waits for the statement; false if it is still not done.
        func waitForStatement(seconds: Double) -> Bool {
            condition.withLock {
                let limit = ContinuousClock.now + .seconds(seconds)
                while !statementIsDone, condition.wait(until: limit) {}
                return statementIsDone
            }
        }

        func end(_ cancellation: (Bool, Duration)?) {
            condition.withLock {
                self.cancellation = cancellation.map { ($0.0, $0.1) }
                isOver = true
                condition.broadcast()
            }
        }

        /// Waits for the cancelling thread; nil if it does not come back.
        func waitForEnd(seconds: Double) -> (worked: Bool, took: Duration)?? {
            condition.withLock {
                let limit = ContinuousClock.now + .seconds(seconds)
                while !isOver, condition.wait(until: limit) {}
                return isOver ? .some(cancellation) : nil
            }
        }
    }

    /// Seconds after which `SQLCancel` counts as hanging.
    private static let patience = 60.0

    private static func cancel(_ session: ProbeSession) throws -> ProbeAnswer {
        guard let sql = session.plan.slowStatement else {
            return ProbeAnswer(.skip, "no statement is known that would take long enough")
        }
        let statement = try Statement(session.connection)
        let clock = ContinuousClock()
        let race = Race()
        let canceller = StatementCanceller(statement)
        let delay = Double(session.plan.cancelDelay) / 1000
        try SystemThread.detach("kleene-cancel") {
            guard !race.waitForStatement(seconds: delay) else {
                canceller.forget()
                return race.end(nil)
            }
            let began = clock.now
            let worked = canceller.cancel()
            race.end((worked, clock.now - began))
        }
        let began = clock.now
        var error: ODBCError?
        do throws(ODBCError) {
            try statement.execute(sql)
            while try statement.skipRow() {}
        } catch let caught {
            error = caught
        }
        let took = clock.now - began
        race.finishStatement()
        guard let ending = race.waitForEnd(seconds: patience) else {
            session.giveUp()
            return ProbeAnswer(.fail, "SQLCancel has not come back for \(Int(patience)) s")
        }
        if let error { session.notice(error) }
        guard let cancellation = ending else {
            if let error { throw error }
            return try cancelOpenResult(sql, session, after: took)
        }
        var facts: [ProbeFinding.Fact] = [
            .init("SQLCancel", cancellation.worked ? "success" : "error"),
            .init("SQLCancel took", milliseconds(cancellation.took)),
            .init("the statement ended after", milliseconds(took)),
            .init("the statement said", error.map { "\($0.function) \(session.words(of: $0))" } ?? "success"),
        ]
        // By hand, because a source with one statement a connection would refuse the question.
        statement.close()
        let state = stateAfter(session)
        facts.append(.init("the connection afterwards", state))
        let call = "SQLCancel \(cancellation.worked ? "succeeds" : "fails") after \(milliseconds(cancellation.took))"
        let effect =
            error.map { "the statement ends after \(milliseconds(took)) with \(session.words(of: $0))" }
            ?? "the statement runs to its end, \(milliseconds(took))"
        return ProbeAnswer(
            session.isLost ? .fail : .info, "\(call), \(effect); the connection is \(state)", facts: facts)
    }

    /// For a source that was faster than we were: cancels with a result half read.
    private static func cancelOpenResult(
        _ sql: String, _ session: ProbeSession, after took: Duration
    ) throws -> ProbeAnswer {
        let statement = try Statement(session.connection)
        let canceller = StatementCanceller(statement)
        let race = Race()
        var said = "success"
        var worked = false
        do throws(ODBCError) {
            try statement.execute(sql)
            _ = try statement.skipRow()
            let clock = ContinuousClock()
            do {
                try SystemThread.detach("kleene-cancel") {
                    let began = clock.now
                    let worked = canceller.cancel()
                    race.end((worked, clock.now - began))
                }
            } catch {
                return ProbeAnswer(.skip, "\(error)")
            }
            guard let cancellation = race.waitForEnd(seconds: patience) else {
                session.giveUp()
                return ProbeAnswer(.fail, "SQLCancel of a half-read result has not come back for \(Int(patience)) s")
            }
            worked = cancellation?.worked ?? false
            while try statement.skipRow() {}
            said = "the rest of the rows"
        } catch {
            session.notice(error)
            said = "\(error.function) \(session.words(of: error))"
        }
        statement.close()
        let state = stateAfter(session)
        return ProbeAnswer(
            session.isLost ? .fail : .info,
            "the statement was done in \(milliseconds(took)), too soon to cancel it; with a half-read result SQLCancel "
                + "\(worked ? "succeeds" : "fails"), the next fetch brings \(said); the connection is \(state)",
            facts: [
                .init("SQLCancel", worked ? "success" : "error"), .init("the next fetch", said),
                .init("the connection afterwards", state),
            ])
    }

    private static func stateAfter(_ session: ProbeSession) -> String {
        do throws(ODBCError) {
            _ = try session.value("1")
            return "usable"
        } catch {
            return "not usable: \(session.words(of: error))"
        }
    }

    private static func milliseconds(_ duration: Duration) -> String { "\(Int(duration / .milliseconds(1))) ms" }
}
