/// The one loop in which what failed is tried again: logins, the small questions of a run, and the reads of its chunks.
///
/// How often and how soon, `RetryPolicy` says; which failures may be tried again at all, whoever asks.
struct Patience<S: Source> {
    let source: S
    let extract: TableExtract
    let context: RunContext

    /// How something ended that was not given up.
    enum Outcome<Answer> {
        case done(Answer)
        /// It failed, and is to be tried as two.
        case halved(Failure)
    }

    /// Does something until it succeeds, is to be halved, or is given up; then throws its last failure.
    ///
    /// - Parameters:
    ///   - failures: How often it has failed before.
    ///   - kept: What a later run can go on with, should this one be interrupted while it waits.
    ///   - decide: What to do about a failure, given which one it is; throws what is not tried again.
    ///   - again: Done before each further try.
    func attempt<Answer>(
        after failures: Int = 0, kept: @autoclosure () -> KeptChunks? = nil,
        _ body: () throws -> Answer, decide: (Failure, Int) throws -> RetryPolicy.Decision,
        again: () throws -> Void = {}
    ) throws -> Outcome<Answer> {
        var failures = failures
        while true {
            do {
                return .done(try body())
            } catch let failure as Failure {
                failures += 1
                switch try decide(failure, failures) {
                case .giveUp: throw failure
                case .halve(let reconnects):
                    if reconnects { source.disconnect() }
                    return .halved(failure)
                case .retry(let seconds, let reconnects):
                    if reconnects { source.disconnect() }
                    try Pause(extract: extract, context: context)(after: failure, seconds: seconds, kept: kept())
                }
            }
            try again()
        }
    }

    /// Decides by the policy, with a jitter of its own.
    ///
    /// - Parameter total: Which failure of the run it is; nil where nothing else of the run can have failed.
    func decide(
        _ failure: Failure, attempt: Int, total: Int? = nil, canHalve: Bool = false
    ) -> RetryPolicy.Decision {
        context.settings.retry.decide(
            failure.kind, attempt: attempt, total: total ?? attempt, canHalve: canHalve, jitter: .random(in: 0...1))
    }

    /// Logs in, again where the service was surely not reached. Whether a login may be repeated is for the service to say: the
    /// account could be locked.
    @discardableResult func connect() throws -> SourceFacts {
        try answer {
            try attempt {
                try source.connect()
            } decide: { failure, count in
                guard source.mayLogInAgain else { throw failure }
                return decide(failure, attempt: count)
            }
        }
    }

    /// Asks the source a small question, again on a fresh connection where the one at hand is lost meanwhile.
    func ask<Answer>(_ question: () throws -> Answer) throws -> Answer {
        try answer {
            try attempt(question) { failure, count in
                guard failure.kind == .sessionGone || failure.kind == .timeout else { throw failure }
                return decide(failure, attempt: count)
            } again: {
                try connect()
            }
        }
    }

    /// The answer to what can't be halved.
    private func answer<Answer>(_ attempt: () throws -> Outcome<Answer>) throws -> Answer {
        switch try attempt() {
        case .done(let answer): answer
        case .halved(let failure): throw failure
        }
    }
}
