import Extraction

/// The login of a sitting: one worker answers what the source is asked, as long as it is the same source.
final class SetupLogin {
    private let keeper = WorkerSession.Keeper()
    private var coordinator: Coordinator?
    /// The configuration's source, which says where the worker is logged in.
    private var source = ""

    /// Has the worker log out. It is done before anything else logs in: an account has few sessions.
    func end() {
        keeper.end()
        coordinator = nil
    }

    /// Asks by the worker that is there, or by a new one. Where the login that was there has come to its end while a person thought,
    /// it is asked once more on a new one.
    ///
    /// - Parameters:
    ///   - source: As the configuration has it.
    ///   - make: A coordinator for it; fetches the secrets.
    func ask<Answer>(
        _ source: String, make: () throws -> Coordinator, _ ask: (Coordinator) throws -> Answer
    ) throws -> Answer {
        if source != self.source { end() }
        self.source = source
        let wasThere = keeper.hasWorker
        do {
            return try ask(try present(make))
        } catch {
            end()
            let lost: [FailureClass] = [.connection, .sessionGone, .driverCrashed, .driverStalled]
            guard wasThere, let failure = error as? Failure, lost.contains(failure.kind) else { throw error }
            return try ask(try present(make))
        }
    }

    private func present(_ make: () throws -> Coordinator) throws -> Coordinator {
        if let coordinator { return coordinator }
        var new = try make()
        new.keeper = keeper
        coordinator = new
        return new
    }
}
