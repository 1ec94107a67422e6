import ArgumentParser
import Extraction

/// Commands that are run when all is over, for whoever wants to be told.
struct HookOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Run this with /bin/sh when an extract was not done, with the result as JSON on its standard input.",
            valueName: "command"))
    var onFailure: String?

    @Option(
        help: ArgumentHelp(
            "Run this with /bin/sh when all extracts were done, with the result as JSON on its standard input.",
            valueName: "command"))
    var onSuccess: String?

    /// Absent: `defaultTimeout`.
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "End that command when it takes longer than this, such as 90s or 1h. (default: 10m)", valueName: "span"))
    var hookTimeout: DurationArgument?

    /// Seconds.
    private static let defaultTimeout = 600

    /// Variables that hold no secret, whatever a configuration says.
    static let plainVariables: Set<String> = [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "MAILTO",
        "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS",
    ]

    func validate() throws {
        if hookTimeout?.seconds == 0 {
            throw ValidationError("'--hook-timeout' must be a span from one second, such as 10m.")
        }
        if hookTimeout != nil, onFailure == nil, onSuccess == nil {
            throw ValidationError("'--hook-timeout' is for the command of '--on-failure' or '--on-success'.")
        }
    }

    /// Runs the command that fits, and waits for it.
    ///
    /// - Throws: a `Failure` where it could not be run, or did not end with 0.
    func run(_ json: String, isDone: Bool, environment: [String: String], interruption: Interruption) throws {
        guard let command = isDone ? onSuccess : onFailure else { return }
        let flag = isDone ? "--on-success" : "--on-failure"
        let seconds = hookTimeout?.seconds ?? Self.defaultTimeout
        let outcome: HookProcess.Outcome
        do {
            outcome = try HookProcess(command: command, environment: environment, limit: .seconds(seconds))
                .run(json, interruption: interruption)
        } catch {
            throw Failure(
                .environment, "The command of \(flag) could not be run: \(error).",
                advice: "The run is as its result says.")
        }
        switch outcome {
        case .ended(.exited(0)): return
        case .ended(let ending):
            throw Failure(
                .environment, "The command of \(flag) \(ending).",
                advice: "The run is as its result says; run the command by hand to see what is wrong with it.")
        case .tookTooLong:
            throw Failure(
                .environment,
                "The command of \(flag) took longer than \(Span.exactWords(seconds)) and was ended.",
                advice: "The run is as its result says; --hook-timeout gives the command more time.")
        case .stopped:
            throw Failure(
                .environment, "The command of \(flag) was ended, because kleene-ns was told to stop.",
                advice: "The run is as its result says.")
        }
    }
}
