import Text
import Threads

/// A wait that an interruption ends, and that is told while it lasts: a worker that says nothing is taken for stalled.
struct Pause {
    let extract: TableExtract
    let context: RunContext

    /// Waits before something that failed is tried again.
    ///
    /// - Parameter kept: What a later run can go on with, should this one be interrupted here.
    func callAsFunction(after failure: Failure, seconds: Double, kept: @autoclosure () -> KeptChunks? = nil) throws {
        context.note(
            extract,
            "\(failure.message) Trying again in \(Sentence.count(max(1, Int(seconds.rounded(.up))), "second")).")
        let end = ContinuousClock.now + .milliseconds(Int(seconds * 1000))
        while ContinuousClock.now < end {
            let left = (end - ContinuousClock.now) / .seconds(1)
            try self(seconds: min(left, 0.5), kept: kept())
            context.observe(.waiting(extract: extract.name, text: nil))
        }
    }

    /// Waits without a word; for less than a second.
    func callAsFunction(seconds: Double, kept: @autoclosure () -> KeptChunks? = nil) throws {
        let end = ContinuousClock.now + .milliseconds(Int(seconds * 1000))
        while ContinuousClock.now < end {
            if context.isInterrupted() { throw Failure.interruption(kept()) }
            SystemThread.sleep(min(.milliseconds(50), max(.milliseconds(1), end - ContinuousClock.now)))
        }
    }
}
