import Extraction
import FoundationEssentials
import Glibc
import Synchronization

/// The worker's way of telling the coordinator what happens.
///
/// May be used from any thread.
final class EventPipe: Sendable {
    private let descriptor: Int32
    private let clock = ContinuousClock()
    /// When progress was told last; held while an event is written, so that no two mix.
    private let lastProgress = Mutex<ContinuousClock.Instant?>(nil)

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Progress more often than this is not worth a line; what is left out is in the `finished` event.
    private static let interval: Duration = .milliseconds(100)

    /// Sends an event that is no answer.
    ///
    /// When it cannot be sent the coordinator is dead, and so is this process then.
    func send(_ event: WorkerEvent<Never>) {
        lastProgress.withLock { lastProgress in
            if case .run(.progress) = event {
                let now = clock.now
                if let lastProgress, now - lastProgress < Self.interval { return }
                lastProgress = now
            }
            write(event)
        }
    }

    /// Sends a part of an answer.
    func answer<Answer: Codable & Sendable>(_ answer: Answer) {
        lastProgress.withLock { _ in write(WorkerEvent.answer(answer)) }
    }

    private func write(_ event: some Encodable) {
        do {
            let encoder = JSONEncoder()
            // A line without a backslash is read faster; see `WordReader`.
            encoder.outputFormatting = .withoutEscapingSlashes
            try Descriptor.write(Array(try encoder.encode(event)) + [10], to: descriptor)
        } catch {
            WorkerProcess.endAsOrphan()
        }
    }
}
