import Extraction
import Glibc
import Text

/// How a worker's session ended, and what a person is told of it.
///
/// The one place for these sentences; they depend on nothing else.
struct SessionEnding: Equatable {
    let outcome: WorkerSession.Outcome
    /// What the source's driver is called in a sentence.
    let driverName: String
    /// Whether the worker had understood its order.
    var hasBegun = false
    /// What the worker was about: `while reading public.t`; empty where nobody knows.
    var during = ""
    /// The limit of memory in words, where it is so low that a process may have ended for it.
    var shortMemory: String?

    private static let untouched = "The destination is as it was."

    /// The ending as a failure, also one that was meant to be good.
    var failure: Failure {
        switch outcome {
        case .done:
            Failure(.internal, "The worker process gave no answer.", advice: "Please report this.")
        case .interrupted: Failure(.interrupted, "The command was interrupted.")
        case .notStarted(let reason):
            Failure(
                .environment, "The worker process could not be started: \(reason).",
                advice:
                    "Check that /proc is mounted, that memory is free, and that the limits of processes (`ulimit -u`) and of "
                    + "open files (`ulimit -n`) are not reached.")
        case .died(let ending): Self.death(ending, self)
        case .stalled(let seconds):
            Failure(
                .driverStalled,
                "\(driverName) did nothing for \(Sentence.count(seconds, "second")) \(during) and was stopped.",
                advice: "\(Self.untouched) If the source only needs longer, raise \"stall_timeout\" or --stall-timeout."
            )
        case .stuck(let seconds):
            Failure(
                .driverStalled,
                "\(driverName) held on to a statement past its limit of \(Sentence.count(seconds, "second")) "
                    + "\(during), did not give way to "
                    + "SQLCancel, and was stopped.",
                advice: "\(Self.untouched) If the source only needs longer, raise \"statement_timeout\".")
        case .spokeNonsense:
            Failure(
                .driverCrashed,
                "The worker process sent something that is not an event \(during), so it was stopped.",
                advice:
                    "\(Self.untouched) A driver that writes to files which are not its own does this; please report it."
            )
        }
    }

    private static func death(_ ending: ProcessEnding, _ session: SessionEnding) -> Failure {
        let during = session.during
        switch ending {
        case .signalled(let number) where [SIGTERM, SIGINT, SIGHUP, SIGQUIT].contains(number):
            return Failure(
                .environment,
                "The worker process was ended by \(ProcessEnding.name(number)), which kleene-ns did not send"
                    + (during.isEmpty ? "." : ", \(during)."),
                advice:
                    "\(untouched) Somebody, or what watches over services here, ended it; run the same command again.")
        case .signalled(let number) where number != SIGKILL && session.shortMemory != nil:
            return Failure(
                .environment,
                "The worker process was ended by \(ProcessEnding.name(number)) "
                    + (session.hasBegun ? "\(during)" : "before it could begin")
                    + ": memory is limited to \(session.shortMemory ?? "little"), which may be too little for it.",
                advice: "\(untouched) Raise the limit, and run again.")
        case _ where !session.hasBegun:
            return Failure(
                .environment, "The worker process \(ending) before it could begin.",
                advice: "Run again with --log-level debug to see what it printed.")
        case .signalled(SIGKILL):
            return Failure(
                .driverCrashed, "The worker process \(ending) \(during). kleene-ns did not send it.",
                advice:
                    "The system does so when memory runs out: look into the kernel's log, and lower \"batch_bytes\". "
                    + untouched)
        default:
            return Failure(
                .driverCrashed, "\(session.driverName) took the worker process down: it \(ending) \(during).",
                advice:
                    "\(untouched) Try another version of the driver, or fewer columns; --log-level debug shows what "
                    + "the driver printed.")
        }
    }

    /// A question whose asker was told to stop: what was cut short may look like a whole answer.
    static let interruptedQuestion = Failure(
        .interrupted, "The command was interrupted; what the source had said by then is not shown.")

    /// A run whose worker had to be stopped.
    ///
    /// - Parameter chunks: What it was to read, where that is known.
    static func interruptedRun(chunks: Int) -> Failure {
        chunks > 1
            ? Failure(
                .interrupted, "The run was interrupted and stopped at once. Nothing of it was loaded.",
                advice: "If chunks of it were complete, the same command goes on with them.")
            : Failure(.interrupted, "The run was interrupted.", advice: "Nothing of it was loaded.")
    }

    /// A worker that ended well with extracts left to do.
    static let leftExtracts = Failure(
        .internal, "The worker process ended without having run all extracts.", advice: "Please report this.")

    /// What to do about a run that may have loaded its rows, where its record cannot be read.
    static func advice(_ runID: String, unread reason: String) -> String {
        "Its rows may be loaded all the same: the record of the run could not be read (\(reason)). Before you run it again, see "
            + "`kleene-ns runs show \(runID)`: \"succeeded\" says that they are."
    }
}
