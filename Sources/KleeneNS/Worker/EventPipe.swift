import Extraction
import Foundation
import Glibc

/// The worker's way of telling the coordinator what happens.
///
/// May be used from any thread.
///
/// `@unchecked Sendable`: the state is touched with `lock` held.
final class EventPipe: @unchecked Sendable {
    private let descriptor: Int32
    private let lock = NSLock()
    private let clock = ContinuousClock()
    private var lastProgress: ContinuousClock.Instant?

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Progress more often than this is not worth a line; what is left out is in the `finished` event.
    private static let interval: Duration = .milliseconds(100)

    /// Sends an event.
    ///
    /// When it cannot be sent the coordinator is dead, and so is this process then.
    func send(_ event: WorkerEvent) {
        lock.lock()
        defer { lock.unlock() }
        if case .run(.progress) = event {
            let now = clock.now
            if let lastProgress, now - lastProgress < Self.interval { return }
            lastProgress = now
        }
        do {
            var line = Array(try JSONEncoder().encode(event))
            line.append(10)
            try Descriptor.write(line, to: descriptor)
        } catch {
            _exit(WorkerProcess.orphanCode)
        }
    }
}
