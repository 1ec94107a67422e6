import Synchronization

/// The faults in force.
///
/// Shared by all sessions and whoever sets faults.
package final class FaultPlan: Sendable {
    private struct State {
        var faults: [Fault] = []
        /// Counts the times the plan was cleared, which ends the stalls under way.
        var generation = 0
    }

    private let state = Mutex(State())

    package init() {}

    package func add(_ fault: Fault) {
        state.withLock { $0.faults.append(fault) }
    }

    /// Drops all faults and lets stalled sessions go on.
    package func clear() {
        state.withLock { state in
            state.faults = []
            state.generation += 1
        }
    }

    package var faults: [Fault] {
        state.withLock { $0.faults.filter { $0.times != 0 } }
    }

    var generation: Int {
        state.withLock { $0.generation }
    }

    /// The first fault that strikes here, counted as struck.
    func strike(_ point: Fault.Point, sql: String = "", rows: Int = 0) -> Fault? {
        state.withLock { state in
            guard let index = state.faults.firstIndex(where: { $0.applies(at: point, sql: sql, rows: rows) }) else {
                return nil
            }
            if let times = state.faults[index].times { state.faults[index].times = times - 1 }
            return state.faults[index]
        }
    }
}
