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
}
