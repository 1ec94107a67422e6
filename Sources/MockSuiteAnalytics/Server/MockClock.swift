import Foundation
import Synchronization

/// The mock's time: the system's, moved by an offset that a test sets.
package final class MockClock: Sendable {
    private let offset: Mutex<Double>
    private let frozen: Mutex<Double?>
    /// How far `SYSDATE` lies from UTC, in seconds: the service does not say in which zone it answers.
    package let sysdateOffset: Int

    /// A clock that starts at `start` (seconds since 1970) and runs, or the system's without one.
    package init(start: Double? = nil, sysdateOffset: Int = 0) {
        offset = Mutex(start.map { $0 - Date().timeIntervalSince1970 } ?? 0)
        frozen = Mutex(nil)
        self.sysdateOffset = sysdateOffset
    }

    /// Seconds since 1970.
    package var now: Double {
        frozen.withLock { $0 } ?? Date().timeIntervalSince1970 + offset.withLock { $0 }
    }

    /// Moves the clock, running or frozen.
    package func advance(by seconds: Double) {
        offset.withLock { $0 += seconds }
        frozen.withLock { frozen in
            if let time = frozen { frozen = time + seconds }
        }
    }

    /// Stops the clock at `time`, or lets it run again.
    package func freeze(at time: Double?) {
        frozen.withLock { $0 = time }
    }

    package var sysdate: Moment {
        Moment(secondsSince1970: Int(now.rounded(.down)) + sysdateOffset)
    }
}
