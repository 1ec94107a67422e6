import Extraction
import Glibc
import Testing

@testable import KleeneNS

/// What is said of a worker that ended, whichever way.
@Suite struct SessionEndingTests {
    static func ending(
        _ outcome: WorkerSession.Outcome, hasBegun: Bool = true, during: String = "while reading public.t",
        shortMemory: String? = nil
    ) -> SessionEnding {
        SessionEnding(
            outcome: outcome, driverName: "The driver Fake", hasBegun: hasBegun, during: during,
            shortMemory: shortMemory)
    }

    @Test(
        arguments: [
            (ending(.interrupted), FailureClass.interrupted, "interrupted"),
            (ending(.notStarted("no room")), .environment, "could not be started: no room."),
            (
                ending(.died(.signalled(SIGSEGV))), .driverCrashed,
                "The driver Fake took the worker process down: it was ended by signal 11 (SIGSEGV) while reading public.t."
            ),
            (ending(.died(.exited(3))), .driverCrashed, "it ended with code 3 while reading public.t."),
            (ending(.died(.exited(3)), hasBegun: false), .environment, "ended with code 3 before it could begin."),
            (ending(.died(.signalled(SIGKILL))), .driverCrashed, "kleene-ns did not send it."),
            (
                ending(.died(.signalled(SIGTERM))), .environment,
                "signal 15 (SIGTERM), which kleene-ns did not send, while reading public.t."
            ),
            (
                ending(.died(.signalled(SIGTERM)), hasBegun: false, during: ""), .environment,
                "(SIGTERM), which kleene-ns did not send."
            ),
            (
                ending(.died(.signalled(SIGILL)), shortMemory: "48 MB (`ulimit -v`)"), .environment,
                "while reading public.t: memory is limited to 48 MB (`ulimit -v`)"
            ),
            (
                ending(.died(.signalled(SIGILL)), hasBegun: false, shortMemory: "48 MB"), .environment,
                "before it could begin: memory is limited to 48 MB"
            ),
            // The system's own killer says more than the limit.
            (ending(.died(.signalled(SIGKILL)), shortMemory: "48 MB"), .driverCrashed, "kleene-ns did not send it."),
            (ending(.stalled(seconds: 3)), .driverStalled, "did nothing for 3 seconds while reading public.t"),
            (ending(.stuck(seconds: 4)), .driverStalled, "past its limit of 4 seconds while reading public.t"),
            (ending(.spokeNonsense), .driverCrashed, "not an event while reading public.t"),
            (ending(.done), .internal, "gave no answer"),
        ])
    func eachEndingIsASentenceWithItsKind(ending: SessionEnding, kind: FailureClass, words: String) {
        let failure = ending.failure
        #expect(failure.kind == kind)
        #expect(failure.message.contains(words), "\(failure.message)")
        #expect(failure.message.hasSuffix("."))
        #expect(kind == .interrupted || !failure.advice.isEmpty)
    }

    @Test func aRunThatWasStoppedAtOnceMayGoOnWithItsChunks() {
        #expect(SessionEnding.interruptedRun(chunks: 0).advice == "Nothing of it was loaded.")
        #expect(SessionEnding.interruptedRun(chunks: 7).advice.contains("goes on with them"))
    }

    /// The item at which a worker was lost gets the blame; an interruption is nobody's.
    @Test func aProbeThatWasCutShortSaysWhatItDidNotFindAndWhy() {
        var result = ProbeResult()
        #expect(!result.hasPlan)
        for answer: ProbeQuestion.Answer in [
            .checks([Check("login", .pass, "It works.")]), .event(.planned(["one", "two", "three"])),
            .event(.began("one")), .event(.found(ProbeFinding("one", .pass, "fine"))), .event(.began("two")),
        ] { result.take(answer) }
        var crashed = result
        crashed.end(with: Failure(.driverCrashed, "It died."))
        #expect(crashed.findings.map(\.status) == [.pass, .fail, .skip])
        #expect(crashed.findings[1].detail == "cost the process: It died.")
        #expect(crashed.findings[2].detail == "the process was lost in \"two\"")
        result.end(with: SessionEnding.interruptedQuestion)
        #expect(result.findings.map(\.status) == [.pass, .skip, .skip] && result.findings[1].detail == "interrupted")
    }
}
