import Foundation
import ODBCSource
import TestSupport
import Testing

@testable import KleeneNS

/// One worker process as its coordinator hears it.
@Suite struct WorkerSessionTests {
    /// What was heard, in order; used from the test's own thread.
    private final class Heard {
        var all: [String] = []
    }

    /// A driver's words explain the failure that follows them; heard after it they would be lost. The worker here prints and
    /// tells between the coordinator's look at the pipes and its reading of them, as one on a busy machine does.
    @Test func whatIsPrintedBeforeAnEventIsHeardBeforeIt() throws {
        let directory = try TemporaryDirectory()
        let gates = ["told", "heard", "first", "second"]
        for gate in gates { #expect(unsafe mkfifo(directory.path(gate), 0o600) == 0) }
        let script = """
            cd '\(directory.url.path)'
            read order
            echo '{"ready":{}}'
            read go < told
            echo '{"note":{"_0":"one"}}'
            echo first >&2
            echo > first
            read go < heard
            echo second >&2
            echo '{"note":{"_0":"two"}}'
            echo > second
            echo '{"done":{}}'
            """
        /// Lets the script go on, and waits until it has done its next step.
        func pass(_ gate: String, until next: String) {
            let (gate, next) = (FileHandle(forWritingAtPath: directory.path(gate)), directory.path(next))
            gate?.write(Data("go\n".utf8))
            try? gate?.close()
            _ = FileHandle(forReadingAtPath: next)?.readDataToEndOfFile()
        }
        let heard = Heard()
        let session = WorkerSession(
            program: WorkerProgram(path: "/bin/sh", arguments: ["sh", "-c", script], environment: [:]), stallLimit: 60,
            interruption: try Interruption(),
            hear: { line in
                heard.all.append(line)
                if line == "first" { pass("heard", until: "second") }
            })
        let order = WorkOrder(
            source: .odbc(.init(driver: "none")), task: .question(AskedQuestion(CatalogQuestion.schemas)))
        let outcome = session.perform(order) { (event: WorkerEvent<CatalogPart>) in
            switch event {
            case .ready: pass("told", until: "first")
            case .note(let text): heard.all.append(text)
            default: break
            }
        }
        #expect(outcome == .done)
        #expect(heard.all == ["first", "second", "one", "two"])
    }

    /// Where a worker is killed: before it has read its order, before its first line, within a line, between lines, behind the last.
    /// What it has started holds its pipes open.
    private static let deaths: [(script: String, isDone: Bool)] = [
        ("DIE", false), ("read order; DIE", false), ("read order; printf '{\"rea'; DIE", false),
        ("read order; echo '{\"ready\":{}}'; DIE", false),
        ("read order; echo '{\"ready\":{}}'; echo words >&2; printf '{\"note\":{\"_0\":'; DIE", false),
        ("read order; echo '{\"ready\":{}}'; echo '{\"done\":{}}'; DIE", true),
        ("read order; echo '{\"ready\":{}}'; printf '{\"done\":{}}\\nmore'; DIE", true),
    ]

    @Test(arguments: deaths, [true, false])
    func workerThatIsKilledIsNotWaitedFor(_ death: (script: String, isDone: Bool), leavesChild: Bool) throws {
        let script = (leavesChild ? "sleep 600 & " : "") + death.script.replacing("DIE", with: "kill -KILL $$")
        let session = WorkerSession(
            program: WorkerProgram(
                path: "/bin/sh", arguments: ["sh", "-c", script], environment: ["PATH": "/usr/bin:/bin"]),
            stallLimit: 300, interruption: try Interruption(), hear: { _ in })
        let order = WorkOrder(
            source: .odbc(.init(driver: "none")), task: .question(AskedQuestion(CatalogQuestion.schemas)))
        let begin = ContinuousClock.now
        let outcome = session.perform(order) { (_: WorkerEvent<CatalogPart>) in }
        #expect(outcome == (death.isDone ? .done : .died(.signalled(SIGKILL))))
        #expect(ContinuousClock.now - begin < .seconds(60))
    }

    private static let asked = WorkOrder(
        source: .odbc(.init(driver: "none")), task: .question(AskedQuestion(CatalogQuestion.schemas)), isFollowed: true)

    private static func session(_ script: String, _ keeper: WorkerSession.Keeper) throws -> WorkerSession {
        WorkerSession(
            program: WorkerProgram(
                path: "/bin/sh", arguments: ["sh", "-c", script], environment: ["PATH": "/usr/bin:/bin"]),
            stallLimit: 300, interruption: try Interruption(), hear: { _ in }, keeper: keeper)
    }

    /// One worker, and so one login, for several questions; it is told when there are no more.
    @Test func aKeptWorkerIsAskedAgainAndToldToStop() throws {
        let directory = try TemporaryDirectory()
        let keeper = WorkerSession.Keeper()
        let session = try Self.session(
            """
            for turn in 1 2; do
                read order
                echo "$order" >> '\(directory.path("orders"))'
                echo '{"ready":{}}'
                echo '{"note":{"_0":"'"$turn of $$"'"}}'
                echo '{"done":{}}'
            done
            read order
            echo "$order" >> '\(directory.path("orders"))'
            """, keeper)
        var notes: [String] = []
        for _ in 0..<2 {
            let outcome = session.perform(Self.asked) { (event: WorkerEvent<CatalogPart>) in
                if case .note(let text) = event { notes.append(text) }
            }
            #expect(outcome == .done && keeper.hasWorker)
        }
        #expect(notes.count == 2 && notes[0].hasPrefix("1 of ") && notes[1] == notes[0].replacing("1 of", with: "2 of"))
        keeper.end()
        #expect(!keeper.hasWorker)
        let orders = try String(contentsOfFile: directory.path("orders"), encoding: .utf8).split(separator: "\n")
        #expect(orders.count == 3 && orders[1].hasPrefix("{\"following\"") && orders[2] == "stop", "\(orders)")
    }

    /// What waited and is gone is not waited for, and is not asked a third time.
    @Test func aKeptWorkerThatIsGoneIsSaidToBe() throws {
        let keeper = WorkerSession.Keeper()
        let session = try Self.session(
            "read order; echo '{\"ready\":{}}'; echo '{\"done\":{}}'; kill -KILL $$", keeper)
        #expect(session.perform(Self.asked) { (_: WorkerEvent<CatalogPart>) in } == .done && keeper.hasWorker)
        let begin = ContinuousClock.now
        #expect(
            session.perform(Self.asked) { (_: WorkerEvent<CatalogPart>) in } == .died(.signalled(SIGKILL))
                && !keeper.hasWorker)
        #expect(ContinuousClock.now - begin < .seconds(60))
    }
}
