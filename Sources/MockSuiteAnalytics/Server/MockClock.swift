import Foundation
import Synchronization

/// The mock's time: the system's, moved by an offset that a test sets and by the steps of an evolution.
///
/// Token passwords are not judged by it but by the system's time: their dates are the client's, which has no other.
package final class MockClock: Sendable {
    private struct State {
        var offset: Double
        var frozen: Double?
        /// How far the steps of an evolution have moved the clock; what sessions do does not age by it.
        var drift = 0.0
    }

    private let state: Mutex<State>
    /// How far `SYSDATE` lies from its zone, in seconds: the service does not say in which zone it answers.
    package let sysdateOffset: Int
    package let sysdateZone: Zone
    /// The zone in which an evolution writes the rows' dates of change.
    package let keyZone: Zone

    /// A clock that starts at `start` (seconds since 1970) and runs, or the system's without one.
    package init(start: Double? = nil, sysdateOffset: Int = 0, sysdateZone: Zone = .utc, keyZone: Zone = .utc) {
        state = Mutex(State(offset: start.map { $0 - Date().timeIntervalSince1970 } ?? 0))
        self.sysdateOffset = sysdateOffset
        self.sysdateZone = sysdateZone
        self.keyZone = keyZone
    }

    /// The years 1 to 9999, which is what a date can be.
    package static let times = -62_135_596_800.0...253_402_300_799.0

    /// A time such as `2026-01-31T12:00:00` (UTC), or seconds since 1970, as those seconds; nil for anything else.
    package static func time(_ text: String) -> Double? {
        let time =
            Double(text)
            ?? Moment(iso: text.hasSuffix("Z") ? String(text.dropLast()) : text).map { Double($0.secondsSince1970) }
        return time.flatMap { times.contains($0) ? $0 : nil }
    }

    /// Seconds since 1970.
    package var now: Double {
        state.withLock { Self.clamped(Self.sessionTime($0) + $0.drift) }
    }

    /// Seconds since 1970, but for the steps of an evolution: no session is idle for as long as they make up.
    package var sessionTime: Double {
        state.withLock { Self.clamped(Self.sessionTime($0)) }
    }

    /// However far it is moved, a clock stays among the times that it can tell.
    private static func clamped(_ time: Double) -> Double {
        min(max(time, times.lowerBound), times.upperBound)
    }

    private static func sessionTime(_ state: State) -> Double {
        state.frozen ?? Date().timeIntervalSince1970 + state.offset
    }

    /// Moves the clock, running or frozen.
    package func advance(by seconds: Double) {
        state.withLock { state in
            state.offset += seconds
            state.frozen = state.frozen.map { $0 + seconds }
        }
    }

    /// Moves the clock as a step of an evolution does.
    func drift(by seconds: Double) {
        state.withLock { $0.drift += seconds }
    }

    /// Stops the clock at `time`.
    package func freeze(at time: Double) {
        state.withLock { $0.frozen = time - $0.drift }
    }

    /// Lets a stopped clock run on from where it stands.
    package func thaw() {
        state.withLock { state in
            guard let time = state.frozen else { return }
            state.offset = time - Date().timeIntervalSince1970
            state.frozen = nil
        }
    }

    package func sysdate(at time: Double) -> Moment {
        sysdateZone.moment(at: Int(time.rounded(.down)) + sysdateOffset)
    }

    /// What a row that changed at `second` has for its date of change.
    func key(at second: Int) -> Moment {
        keyZone.moment(at: second)
    }
}
