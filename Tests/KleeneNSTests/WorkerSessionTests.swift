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
}
