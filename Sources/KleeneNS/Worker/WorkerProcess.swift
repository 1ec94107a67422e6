import Extraction
import FoundationEssentials
import Glibc
import Synchronization
import Threads

/// The process that touches a driver: it reads one order, does it, tells what happens, and ends.
///
/// Nothing that a driver prints can reach the event pipe, and the process cannot outlive its coordinator.
enum WorkerProcess {
    /// Exit code when the coordinator is gone.
    ///
    /// Nobody is there to see it.
    static let orphanCode: Int32 = 70
    /// Exit code when the order makes no sense.
    static let badOrderCode: Int32 = 71
    /// Drivers recurse deeply and keep large buffers on the stack; the default of a second thread is too small for some.
    private static let stackSize = 16 << 20

    /// Asked between batches by the run, set by the thread that listens to the coordinator.
    final class StopFlag: Sendable {
        private let isSet = Mutex(false)

        var value: Bool { isSet.withLock { $0 } }
        func set() { isSet.withLock { $0 = true } }
    }

    /// Never returns.
    static func run() -> Never {
        // Before any driver is loaded: events and orders get descriptors that no driver knows, standard output goes
        // where standard error goes, and standard input is empty.
        let events = fcntl(1, F_DUPFD_CLOEXEC, 3)
        let orders = fcntl(0, F_DUPFD_CLOEXEC, 3)
        guard events >= 0, orders >= 0, dup2(2, 1) == 1, let null = try? Descriptor.null(), dup2(null, 0) == 0 else {
            _exit(badOrderCode)
        }
        close(null)
        var listener = OrderListener(descriptor: orders)
        guard let line = listener.nextLine(),
            let order = try? JSONDecoder().decode(WorkOrder.self, from: Data(line))
        else { _exit(badOrderCode) }
        let pipe = EventPipe(descriptor: events)
        let stop = StopFlag()
        let listening = listener
        SystemThread.detach("kleene-orders") {
            var listener = listening
            while let line = listener.nextLine() {
                if String(decoding: line, as: UTF8.self) == WorkOrder.stop { stop.set() }
            }
            _exit(orphanCode)
        }
        SystemThread.detach("kleene-reader", stackSize: stackSize) {
            pipe.send(.ready)
            Composition.perform(order, tell: pipe.send, isInterrupted: { stop.value })
            pipe.send(.done)
            // Without the exit handlers of drivers, some of which crash: everything is done and told.
            _exit(0)
        }
        while true { pause() }
    }

    /// The lines that the coordinator sends.
    private struct OrderListener {
        let descriptor: Int32
        private var buffer = LineBuffer(limit: 64 << 20, overlong: .refuse)
        private var lines: [[UInt8]] = []

        init(descriptor: Int32) {
            self.descriptor = descriptor
        }

        /// The next line; nil when the coordinator is gone.
        mutating func nextLine() -> [UInt8]? {
            while lines.isEmpty {
                guard case .bytes(let bytes)? = try? Descriptor.read(descriptor) else { return nil }
                lines += buffer.append(bytes)
            }
            return lines.removeFirst()
        }
    }
}
