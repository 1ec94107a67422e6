import CProcess
import Extraction
import Files
import FoundationEssentials
import Glibc
import ODBC
import Synchronization
import Threads

/// The process that touches a driver: it reads one order, does it and what may follow it, tells what happens, and ends.
///
/// Nothing that a driver prints can reach the event pipe, and the process cannot outlive its coordinator.
enum WorkerProcess {
    /// Exit code when the coordinator is gone.
    ///
    /// Nobody is there to see it.
    static let orphanCode: Int32 = 70
    /// Exit code when the order makes no sense.
    static let badOrderCode: Int32 = 71
    /// The environment's variable in which a coordinator tells its process id: who is started otherwise is no worker.
    static let parentVariable = "KLEENE_NS_WORKER_OF"
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
        guard unsafe getenv(parentVariable).map({ unsafe String(cString: $0) }) == String(getppid()) else {
            Terminal().say(
                "kleene-ns: `worker` is what kleene-ns starts by itself, for the driver; it is no command. "
                    + "`kleene-ns --help` lists the commands.")
            _exit(ExitStatus.usage.rawValue)
        }
        // A signal that is meant for all of us asks this process as well; it must not take the chunks of the run with it.
        let signals = Interruption.block([SIGTERM, SIGINT, SIGHUP, SIGQUIT])
        kns_ignore_signal(SIGUSR1)
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
        // Looked up before other threads are there: the driver manager keeps what it has read where all of them find it.
        let library = Composition.driverLibrary(of: order.source)
        let stop = StopFlag()
        let (tokens, tasks) = (TokenInbox(), TaskInbox())
        let listening = listener
        do {
            try Failure.unlessThreads {
                try SystemThread.detach("kleene-orders") {
                    var listener = listening
                    while let line = listener.nextLine() {
                        if String(decoding: line, as: UTF8.self) == WorkOrder.stop {
                            stop.set()
                            tokens.close()
                            tasks.close()
                        } else if let answer = try? JSONDecoder().decode(
                            WorkOrder.TokenAnswer.self, from: Data(line))
                        {
                            tokens.put(answer)
                        } else if let next = try? JSONDecoder().decode(WorkOrder.Following.self, from: Data(line)) {
                            tasks.put(next.following)
                        }
                    }
                    endAsOrphan()
                }
                try SystemThread.detach("kleene-reader", stackSize: stackSize) {
                    pipe.send(.ready)
                    Composition.perform(
                        order, pipe: pipe, tokens: tokens, isInterrupted: { stop.value },
                        next: {
                            pipe.send(.done)
                            return tasks.take()
                        })
                    pipe.send(.done)
                    // Without the exit handlers of drivers, some of which crash: everything is done and told.
                    _exit(0)
                }
            }
        } catch {
            pipe.send(.failed(.wrapping(error)))
            pipe.send(.done)
            _exit(0)
        }
        // While the reader prepares what comes before the login.
        if let library { DriverManager.load(library: library) }
        var set = signals
        while true {
            let number = unsafe sigwaitinfo(&set, nil)
            guard number > 0 else { continue }
            stop.set()
            pipe.send(.signalled(number))
        }
    }

    /// Ends without a coordinator: nobody else would remove what drivers have left, nor end their children.
    static func endAsOrphan() -> Never {
        if let path = unsafe getenv(ScratchDirectory.variable) { unsafe RemovedTree.remove(String(cString: path)) }
        // Only where the group is ours: a coordinator makes it so.
        if getpgrp() == getpid() { kill(0, SIGKILL) }
        _exit(orphanCode)
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
