import Foundation
import Synchronization

/// Threads for what waits, more than there are cores.
final class WaitingThreads: TaskExecutor {
    static let shared = WaitingThreads(count: 6)

    private let jobs = Mutex([UnownedJob]())
    private let ready = DispatchSemaphore(value: 0)

    /// - Parameter count: How many tests wait at the same time at most: their programs compute now and then.
    init(count: Int) {
        for _ in 0..<count {
            let thread = Thread { [self] in work() }
            // As the main thread has it: tests lay out whole configurations on it.
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        ready.signal()
    }

    private func work() {
        while true {
            ready.wait()
            let job = jobs.withLock { $0.removeFirst() }
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
