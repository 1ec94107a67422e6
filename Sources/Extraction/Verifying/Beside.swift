import Threads

/// Something that another thread does while this one does something else.
///
/// `@unchecked Sendable`: what the body uses is the other thread's from `start` to the end of `wait`, and the result is read
/// behind it.
final class Beside<Value>: @unchecked Sendable {
    private let body: () throws -> Value
    private var result: Result<Value, any Error>?
    private var thread: SystemThread?

    init(_ body: @escaping () throws -> Value) { self.body = body }

    /// - Throws: a `Failure` where the system gives no thread.
    func start() throws {
        try Failure.unlessThreads {
            thread = try SystemThread("kleene-verify") { self.result = Result { try self.body() } }
        }
    }

    /// Waits for the end. Once.
    func wait() throws -> Value {
        thread?.join()
        guard let result else {
            throw Failure(.internal, "A thread ended without a result.", advice: "Please report this.")
        }
        return try result.get()
    }
}
