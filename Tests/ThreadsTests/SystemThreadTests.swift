import Foundation
import Glibc
import Synchronization
import Testing
import Threads

@Suite struct SystemThreadTests {
    /// What a thread says and others read.
    private final class Word: Sendable {
        let text = Mutex("")

        /// The text that a thread of that name and stack makes.
        static func said(by name: String, stackSize: Int? = nil, _ make: @escaping @Sendable () -> String) throws
            -> String
        {
            let word = Word()
            try SystemThread(name, stackSize: stackSize) { word.text.withLock { $0 = make() } }.join()
            return word.text.withLock { $0 }
        }
    }

    @Test func aThreadThatWasJoinedHasDoneItsWork() throws {
        #expect(try Word.said(by: "worker") { "done" } == "done")
    }

    @Test func aDetachedThreadRuns() throws {
        let began = Latch()
        try SystemThread.detach("worker") { began.open() }
        began.wait()
    }

    /// Of the thread that asks for it, and of no other.
    @Test func aThreadYieldsForItselfOnly() throws {
        let process = __priority_which_t(PRIO_PROCESS.rawValue)
        let before = getpriority(process, 0)
        let behind = try Word.said(by: "worker") {
            SystemThread.yieldToOthers()
            return "\(getpriority(process, 0))"
        }
        #expect(behind == "\(max(before, 10))" && getpriority(process, 0) == before)
    }

    /// `kleene-reader64` is the longest that there is.
    @Test func aThreadHasItsName() throws {
        let name = try Word.said(by: "kleene-reader64") {
            (try? String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)) ?? "nothing"
        }
        #expect(name == "kleene-reader64\n")
    }

    @Test(arguments: [1 << 20, 16 << 20]) func aThreadHasTheStackThatWasAskedFor(size: Int) throws {
        // By its address, because it is a GNU extension, which the Glibc module does not show.
        typealias Question = @convention(c) (pthread_t, UnsafeMutablePointer<pthread_attr_t>) -> Int32
        guard let address = unsafe dlsym(nil, "pthread_getattr_np") else {
            Issue.record("the C library has no pthread_getattr_np")
            return
        }
        let ask = unsafe unsafeBitCast(address, to: Question.self)
        let answer = try Word.said(by: "deep", stackSize: size) {
            var attributes = pthread_attr_t()
            var size = 0
            guard unsafe ask(pthread_self(), &attributes) == 0 else { return "no answer" }
            unsafe pthread_attr_getstacksize(&attributes, &size)
            unsafe pthread_attr_destroy(&attributes)
            return String(size)
        }
        #expect(answer == String(size))
    }

    @Test func sleepLastsAsLongAsItWasAskedTo() throws {
        let end = ContinuousClock.now + .milliseconds(20)
        SystemThread.sleep(.milliseconds(20))
        #expect(ContinuousClock.now >= end)
        SystemThread.sleep(.seconds(-1))
    }

    /// `@unchecked Sendable`: the state is touched with `condition` held.
    private final class Latch: @unchecked Sendable {
        private let condition = Monitor()
        private var isOpen = false

        func open() {
            condition.withLock {
                isOpen = true
                condition.broadcast()
            }
        }

        func wait() {
            condition.withLock {
                while !isOpen { condition.wait() }
            }
        }
    }
}
