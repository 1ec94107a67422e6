import Extraction
import Text
import Threads

/// Where a worker's threads wait for the access tokens that they have asked the coordinator for.
///
/// One answer comes for each question, in any order: all are of the same credentials.
final class TokenInbox: Sendable {
    private let monitor = Monitor()
    /// Guarded by the monitor.
    private nonisolated(unsafe) var answers: [WorkOrder.TokenAnswer] = []
    private nonisolated(unsafe) var isClosed = false

    /// An answer has come.
    func put(_ answer: WorkOrder.TokenAnswer) {
        monitor.withLock {
            unsafe answers.append(answer)
            monitor.broadcast()
        }
    }

    /// The command was told to stop: nobody waits any longer.
    func close() {
        monitor.withLock {
            unsafe isClosed = true
            monitor.broadcast()
        }
    }

    /// Waits for an answer.
    ///
    /// - Throws: the coordinator's `Failure`, or one of kind `interrupted`.
    func take() throws -> Secret {
        let answer: WorkOrder.TokenAnswer? = monitor.withLock {
            while unsafe answers.isEmpty, unsafe !isClosed { monitor.wait() }
            return unsafe answers.isEmpty ? nil : answers.removeFirst()
        }
        switch answer {
        case .granted(let token): return token
        case .refused(let failure): throw failure
        case nil: throw Failure(.interrupted, "The command was interrupted.")
        }
    }
}
