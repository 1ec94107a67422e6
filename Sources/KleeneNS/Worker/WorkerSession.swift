import Extraction
import FoundationEssentials
import Glibc

/// Which program is started as a worker, and with what.
struct WorkerProgram: Sendable {
    var path: String
    var arguments: [String]
    var environment: [String: String]

    /// What makes this program a worker.
    static let arguments = ["worker"]

    /// This program itself, started again.
    ///
    /// Not by name: a file replaced meanwhile by an upgrade would be another program.
    static func ourselves(environment: [String: String], without secretVariables: Set<String>) -> WorkerProgram {
        var variables = environment.filter { !secretVariables.contains($0.key) }
        // A backtrace of a crash prints registers and memory, and takes seconds.
        variables["SWIFT_BACKTRACE"] = "enable=no"
        variables["GLIBC_TUNABLES"] = keepingFreedMemory(variables["GLIBC_TUNABLES"])
        variables[WorkerProcess.parentVariable] = String(getpid())
        return WorkerProgram(path: "/proc/self/exe", arguments: ["kleene-ns"] + Self.arguments, environment: variables)
    }

    /// glibc's tunables, with a thread's cache of freed memory made as large as it can be; the user's own word for it stays.
    ///
    /// Drivers allocate each value of a fetch and free it with the next: psqlodbc 13.02 some 50,000 at a time, of which the
    /// cache takes 7 of a size by default. With all of them in it, 2 M rows take 0.92 of the processor time and 0.94 of the
    /// wall time, and 3 MiB more. Only an environment can say so, before a program starts.
    private static func keepingFreedMemory(_ tunables: String?) -> String {
        let name = "glibc.malloc.tcache_count"
        guard let tunables, !tunables.isEmpty else { return "\(name)=65535" }
        return tunables.split(separator: ":").contains { $0.hasPrefix(name) } ? tunables : "\(tunables):\(name)=65535"
    }
}

/// One worker process from its start to its end, as the coordinator sees it.
struct WorkerSession {
    /// How a session ended.
    enum Outcome: Equatable, Sendable {
        /// The worker said that everything was done.
        case done
        /// The process ended before it had said so.
        case died(ProcessEnding)
        /// No event came for this many seconds; the process was killed.
        case stalled(seconds: Int)
        /// The driver held on to a statement past its limit of this many seconds; the process was killed.
        case stuck(seconds: Int)
        /// What came was not an event; the process was killed.
        case spokeNonsense
        /// We were told to stop, and the worker ended, or was killed when it did not.
        case interrupted
        case notStarted(String)
    }

    let program: WorkerProgram
    /// Seconds without an event.
    let stallLimit: Int
    let interruption: Interruption
    /// Takes the secrets out of all that comes from the worker.
    var redact = Redactor()
    /// Told each line that the worker or its driver prints, without any secret.
    let hear: (String) -> Void
    /// Called when somebody asks how far we are.
    var report: () -> Void = {}
    /// Has access tokens for the worker.
    var tokens: TokenDesk?
    /// Keeps the worker for the next session, logged in as it is; nil: it ends with this one.
    var keeper: Keeper?

    /// A worker that waits for what is asked next.
    final class Keeper {
        fileprivate var running: Running?

        /// Whether one waits.
        var hasWorker: Bool { running != nil }

        /// Has it log out and end.
        func end() {
            running?.dismiss()
            running = nil
        }

        deinit { end() }
    }

    /// How long the worker has to stop by itself.
    private static let grace: Duration = .seconds(5)
    /// A catalog of a hundred thousand tables fits; a driver gone mad does not.
    private static let longestEvent = 64 << 20

    /// Starts a worker, or takes the one that waits, gives it the order, and tells each event, without any secret, until the end.
    ///
    /// `idle` is called again and again, at most half a second apart.
    func perform<Answer>(
        _ order: WorkOrder, idle: () -> Void = {}, tell: (WorkerEvent<Answer>) -> Void
    ) -> Outcome {
        do {
            let running = try keeper?.running?.goingOn(self, order.task) ?? Running(self, order)
            keeper?.running = nil
            let outcome = try running.untilTheEnd(idle: idle, tell: tell)
            if running.isWaiting { keeper?.running = running }
            return outcome
        } catch {
            return .notStarted("\(error)")
        }
    }

    /// The pipes and the process; a class so that they are closed once, whatever happens.
    fileprivate final class Running {
        private(set) var session: WorkerSession
        /// Whether it is kept for a further task; whoever keeps it is not kept by it.
        private let isKept: Bool
        /// Whether the task is done and the worker waits for another.
        private(set) var isWaiting = false
        let reader: WordReader
        let process: ChildProcess
        let events: Int32
        let errors: Int32
        var orders: Int32
        var unsent: ArraySlice<UInt8>
        var eventLines = LineBuffer(limit: WorkerSession.longestEvent, overlong: .refuse)
        var errorLines = LineBuffer(limit: 4096, overlong: .cut)
        let clock = ContinuousClock()
        var stall: StallWatch
        var hasErrors = true

        init(_ session: WorkerSession, _ order: WorkOrder) throws {
            isKept = session.keeper != nil
            self.session = session
            self.session.keeper = nil
            reader = WordReader(session.redact)
            let line = try order.line()
            let orders = try Descriptor.pipe()
            let events = try Descriptor.pipe()
            let errors = try Descriptor.pipe()
            defer { for end in [orders.read, events.write, errors.write] { close(end) } }
            do {
                self.process = try ChildProcess(
                    session.program.path, arguments: session.program.arguments,
                    environment: session.program.environment, input: orders.read, output: events.write,
                    errors: errors.write)
            } catch {
                for end in [orders.write, events.read, errors.read] { close(end) }
                throw error
            }
            session.interruption.accompany(process.id)
            for end in [orders.write, events.read, errors.read] { Descriptor.setNonBlocking(end) }
            self.orders = orders.write
            self.events = events.read
            self.errors = errors.read
            self.unsent = line[...]
            self.stall = StallWatch(limit: .seconds(session.stallLimit), at: clock.now)
        }

        deinit {
            closeOrders()
            session.interruption.letGo(process.id)
            process.kill()
            close(events)
            close(errors)
        }

        /// The same worker with another task.
        func goingOn(_ session: WorkerSession, _ task: WorkOrder.Task) throws -> Running {
            unsent += try WorkOrder.Following(following: task).line()
            self.session = session
            self.session.keeper = nil
            isWaiting = false
            stall = StallWatch(limit: .seconds(session.stallLimit), at: clock.now)
            return self
        }

        /// Has the worker log out and end; one that does not is ended.
        func dismiss() {
            guard isWaiting, orders >= 0 else { return }
            _ = try? Descriptor.writeSome(Array((WorkOrder.stop + "\n").utf8)[...], to: orders)
            _ = process.wait(milliseconds: 2000)
        }

        func untilTheEnd<Answer>(idle: () -> Void, tell: (WorkerEvent<Answer>) -> Void) throws -> Outcome {
            var graceDeadline: ContinuousClock.Instant?
            while true {
                idle()
                for answer in session.tokens?.takeAnswers() ?? [] { unsent += try answer.line() }
                sendOrders()
                stall.beginTurn(at: clock.now)
                let wake = [stall.deadline, graceDeadline].compactMap(\.self).min()
                // A look at the process now and then: a child that it left behind may hold its pipes open.
                let left = wake.map { ($0 - clock.now) / .milliseconds(1) } ?? 500
                let ready = Descriptor.wait(
                    [
                        (events, Int16(POLLIN)), (hasErrors ? errors : -1, Int16(POLLIN)),
                        (session.interruption.descriptor, Int16(POLLIN)),
                        (unsent.isEmpty ? -1 : orders, Int16(POLLOUT)),
                        (session.tokens?.descriptor ?? -1, Int16(POLLIN)),
                    ], milliseconds: Int32(max(0, min(500, left.rounded(.up)))))
                if ready[1] != 0 { readErrors() }
                if ready[0] != 0 {
                    switch try Descriptor.read(events) {
                    case .later: break
                    case .end: return ended(graceDeadline != nil)
                    case .bytes(let bytes):
                        // What explains an event was printed before it was told: since we looked, both may have come.
                        readAllErrors()
                        let lines = eventLines.append(bytes)
                        for line in lines {
                            guard let event = try? reader.read(WorkerEvent<Answer>.self, line) else {
                                return killed(.spokeNonsense)
                            }
                            if case .run(let event) = event { stall.notice(event) }
                            tell(event)
                            if case .done = event {
                                guard isKept, session.interruption.count == 0 else { return finished() }
                                isWaiting = true
                                return .done
                            }
                            if case .tokenWanted = event { session.tokens?.ask() }
                            if case .signalled(let number) = event { session.interruption.relay(number) }
                            if case .stuck(let seconds) = event { return killed(.stuck(seconds: seconds)) }
                        }
                        if eventLines.isOverlong { return killed(.spokeNonsense) }
                        if !lines.isEmpty { stall.begin(at: clock.now) }
                    }
                } else if process.poll() != nil, Descriptor.wait([(events, Int16(POLLIN))], milliseconds: 0)[0] == 0 {
                    return ended(graceDeadline != nil)
                }
                let now = clock.now
                if ready[2] != 0 { session.interruption.acknowledge() }
                if session.interruption.takeReportRequest() { session.report() }
                if session.interruption.count >= 2 { return killed(.interrupted) }
                if session.interruption.count == 1, graceDeadline == nil {
                    graceDeadline = now + WorkerSession.grace
                    unsent += Array((WorkOrder.stop + "\n").utf8)
                }
                if let graceDeadline, now >= graceDeadline { return killed(.interrupted) }
                if graceDeadline == nil, stall.isOver(at: now) {
                    guard !process.isStopped else {
                        // By somebody who will have it go on; no driver can help that.
                        stall.begin(at: now)
                        continue
                    }
                    return killed(.stalled(seconds: session.stallLimit))
                }
            }
        }

        private func sendOrders() {
            guard orders >= 0, !unsent.isEmpty else { return }
            do {
                unsent = unsent.dropFirst(try Descriptor.writeSome(unsent, to: orders))
            } catch {
                // A worker that does not read is dying; its end says more than this.
                unsent = []
            }
        }

        private func readErrors() {
            guard let reading = try? Descriptor.read(errors) else { return }
            switch reading {
            case .bytes(let bytes): for line in errorLines.append(bytes) { hear(line) }
            case .end: hasErrors = false
            case .later: break
            }
        }

        private func hear(_ line: [UInt8]) {
            if !line.isEmpty { session.hear(session.redact.spoken(String(decoding: line, as: UTF8.self))) }
        }

        /// What has been printed so far; bounded, for a process may print without end.
        private func readAllErrors() {
            for _ in 0..<64 {
                guard hasErrors, Descriptor.wait([(errors, Int16(POLLIN))], milliseconds: 0)[0] != 0 else { return }
                readErrors()
            }
        }

        /// The last of what the process printed.
        private func drainErrors() {
            readAllErrors()
            hear(errorLines.takeRest())
        }

        private func closeOrders() {
            if orders >= 0 { close(orders) }
            orders = -1
        }

        private func finished() -> Outcome {
            closeOrders()
            _ = process.wait(milliseconds: 2000)
            drainErrors()
            return .done
        }

        private func ended(_ wasAskedToStop: Bool) -> Outcome {
            closeOrders()
            let ending = process.wait(milliseconds: 2000)
            drainErrors()
            return wasAskedToStop ? .interrupted : .died(ending)
        }

        private func killed(_ outcome: Outcome) -> Outcome {
            process.kill()
            drainErrors()
            return outcome
        }
    }
}
