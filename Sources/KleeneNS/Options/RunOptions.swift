import ArgumentParser
import Extraction
import Text

/// How a run behaves that nobody watches.
struct RunOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Wait this long, such as 90s or 5m, for an extract's lock that another run holds; then end with code 5. (default: do not wait)",
            valueName: "span"))
    var waitLock: DurationArgument?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Stop after this time, such as 45m or 2h, with code 8; complete chunks are kept, and the same command goes on from there.",
            valueName: "span"))
    var maxRuntime: DurationArgument?

    @Flag(help: "Discard what an interrupted run has staged, and read everything again.")
    var fresh = false

    @Flag(
        help:
            "Let a load replace a table by much less than is there; what a guard has stopped is loaded without another read."
    )
    var allowShrink = false

    func validate() throws {
        if maxRuntime?.seconds == 0 {
            throw ValidationError("'--max-runtime' must be a span from one second, such as 2h.")
        }
    }

    func apply(to settings: inout RunSettings) {
        if let waitLock { settings.lockWait = Double(waitLock.seconds) }
        if fresh { settings.startsAfresh = true }
        settings.timeLimit = maxRuntime?.seconds
        if allowShrink { settings.allowsShrinking = true }
    }

    /// Why a command ended before everything was done.
    func outOfTime(_ results: [ExtractResult]) -> Failure {
        let done = results.count { $0.status == .succeeded }
        let span = Span.exactWords(maxRuntime?.seconds ?? 0)
        let what =
            results.count == 1 ? "the extract was not" : "\(done) of \(Sentence.count(results.count, "extract")) were"
        let begin = "The time that --max-runtime gives, \(span), ran out: \(what) done."
        let begun = results.filter { $0.status == .interrupted }
        if let kept = begun.compactMap(\.chunksKept?.words).first {
            return Failure(
                .interrupted, "\(begin) Of the last, \(kept).", advice: "The same command goes on from there.")
        }
        if begun.contains(where: { $0.chunksKept == nil && $0.rows != 0 }) {
            return Failure(
                .interrupted, begin, advice: "If chunks of the last were complete, the same command goes on with them.")
        }
        return Failure(
            .interrupted, "\(begin) Nothing is kept of what was not done.",
            advice: "The same command begins with it again. Give it more time, or smaller chunks with \"chunk_rows\" "
                + "or --chunk-rows.")
    }
}
