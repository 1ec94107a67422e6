import Extraction
import Glibc
import SuiteAnalytics
import Synchronization
import Text
import Threads

/// Has the access token of an invocation, in memory and nowhere else, and asks for another ahead of its end.
///
/// It serves all workers, and all their connections, of the invocation: whoever asks while a question is under way gets the answer
/// to that one.
final class TokenDesk: Sendable {
    /// Readable when there are answers to take.
    let descriptor: Int32
    private let bell: Int32
    private let redactor: Redactor
    private let now: @Sendable () -> ContinuousClock.Instant
    private let request: @Sendable () throws -> AccessToken
    private let lease = Mutex(TokenLease())
    private let answers = Mutex<[WorkOrder.TokenAnswer]>([])

    /// - Parameters:
    ///   - redactor: Learns each token before anybody else has it.
    ///   - now: A clock that goes on while the machine sleeps.
    ///   - request: Asks the token endpoint, once.
    init(
        learning redactor: Redactor, now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now },
        request: @escaping @Sendable () throws -> AccessToken
    ) throws {
        let pipe = try Descriptor.pipe()
        (descriptor, bell) = (pipe.read, pipe.write)
        Descriptor.setNonBlocking(descriptor)
        Descriptor.setNonBlocking(bell)
        self.redactor = redactor
        self.now = now
        self.request = request
    }

    deinit {
        close(descriptor)
        close(bell)
    }

    /// The token to use now; asks for one where none is held that is good, and then waits.
    ///
    /// - Throws: `Failure`.
    func token() throws -> Secret {
        try lease.withLock { lease in
            let asked = now()
            if let token = lease.token(at: asked) { return token }
            let token = try request()
            redactor.learn([token.secret])
            lease.take(token, askedAt: asked)
            return token.secret
        }
    }

    /// Has an answer ready, soon; whoever calls goes on with other things.
    func ask() {
        do {
            // What it holds of us it lets go with its end.
            try Failure.unlessThreads { try SystemThread.detach("kleene-token") { self.answer() } }
        } catch {
            post(refusal(error))
        }
    }

    private func answer() {
        do {
            post(.granted(try token()))
        } catch {
            post(refusal(error))
        }
    }

    /// Without what an endpoint may have repeated of the question: a worker, which writes the words of a refusal down, has never heard
    /// of the assertion.
    private func refusal(_ error: any Error) -> WorkOrder.TokenAnswer {
        var failure = Failure.wrapping(error)
        failure.message = redactor(failure.message)
        failure.advice = redactor(failure.advice)
        return .refused(failure)
    }

    private func post(_ answer: WorkOrder.TokenAnswer) {
        answers.withLock { $0.append(answer) }
        // Full where it was rung and nobody has looked: then somebody will.
        _ = try? Descriptor.writeSome([1], to: bell)
    }

    /// Those that are ready.
    func takeAnswers() -> [WorkOrder.TokenAnswer] {
        while case .bytes? = try? Descriptor.read(descriptor) {}
        return answers.withLock { answers in
            defer { answers = [] }
            return answers
        }
    }
}
