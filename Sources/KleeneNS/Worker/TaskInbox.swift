import Threads

/// Where a worker waits for what it is to do next on the same login.
final class TaskInbox: Sendable {
    private let monitor = Monitor()
    /// Guarded by the monitor.
    private nonisolated(unsafe) var tasks: [WorkOrder.Task] = []
    private nonisolated(unsafe) var isClosed = false

    func put(_ task: WorkOrder.Task) {
        monitor.withLock {
            unsafe tasks.append(task)
            monitor.broadcast()
        }
    }

    /// Nothing comes any more.
    func close() {
        monitor.withLock {
            unsafe isClosed = true
            monitor.broadcast()
        }
    }

    /// Waits for a task; nil where none will come.
    func take() -> WorkOrder.Task? {
        monitor.withLock {
            while unsafe tasks.isEmpty, unsafe !isClosed { monitor.wait() }
            return unsafe isClosed ? nil : tasks.removeFirst()
        }
    }
}
