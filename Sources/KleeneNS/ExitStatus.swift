import Extraction

/// The codes with which the program ends.
///
/// This file is the only place that knows them; `--help` prints them from here, and a test compares docs/commands.md.
enum ExitStatus: Int32, CaseIterable, Sendable {
    case done = 0
    case failed = 1
    case usage = 2
    case partlyFailed = 3
    case loginRefused = 4
    case busy = 5
    case drift = 6
    case checkFailed = 7
    case runtimeReached = 8
    case driverStopped = 9
    case guarded = 10
    case hungUp = 129
    case interrupted = 130
    case quit = 131
    case terminated = 143

    var meaning: String {
        switch self {
        case .done: "done"
        case .failed: "failed"
        case .usage: "usage or configuration"
        case .partlyFailed: "some extracts failed, others were done"
        case .loginRefused: "login refused, or the breaker is open"
        case .busy: "another run holds the extract's lock"
        case .drift: "schema drift that the policy forbids"
        case .checkFailed: "a check failed (`verify`, `check`, `doctor`, `status --max-age`)"
        case .runtimeReached: "`--max-runtime` reached; complete chunks are kept"
        case .driverStopped: "the driver crashed or stalled and was stopped"
        case .guarded: "a guard stopped the load: what was read contradicts what is known; nothing changed"
        case .hungUp: "interrupted by SIGHUP; complete chunks are kept"
        case .interrupted: "interrupted by SIGINT; complete chunks are kept"
        case .quit: "stopped at once by SIGQUIT; complete chunks are kept"
        case .terminated: "interrupted by SIGTERM; complete chunks are kept"
        }
    }

    /// The code of one failure.
    init(_ kind: FailureClass) {
        switch kind {
        case .credentials: self = .loginRefused
        case .configuration: self = .usage
        case .busy: self = .busy
        case .drift: self = .drift
        case .driverCrashed, .driverStalled: self = .driverStopped
        case .interrupted: self = .interrupted
        case .guarded: self = .guarded
        case .connection, .sessionGone, .data, .timeout, .statement, .environment, .destination, .internal:
            self = .failed
        }
    }

    /// The code of a signal that asked us to stop.
    init(signal: Int32) {
        self = ExitStatus(rawValue: 128 + signal) ?? .interrupted
    }

    /// The code of several extracts: a refused login before all, then an interruption, then the end of the time where
    /// something is left to do, then "some failed", and where all failed the code they share, or 1.
    init(_ results: [ExtractResult], signal: Int32?, isOutOfTime: Bool = false) {
        let failures = results.compactMap(\.failure)
        if failures.contains(where: { $0.kind == .credentials }) {
            self = .loginRefused
        } else if let signal, results.contains(where: { $0.status != .succeeded }) {
            // A signal that came when all was done has stopped nothing: who runs again on 143 would add rows twice.
            self = ExitStatus(signal: signal)
        } else if isOutOfTime, results.contains(where: { $0.status == .interrupted || $0.status == .notRun }) {
            self = .runtimeReached
        } else {
            self.init(failures, successes: results.count { $0.status == .succeeded }, of: results.count)
        }
    }

    /// The code of several things of which some failed.
    init(_ failures: [Failure], successes: Int, of count: Int) {
        if failures.contains(where: { $0.kind == .credentials }) {
            self = .loginRefused
        } else if successes == count {
            self = .done
        } else if successes > 0 {
            self = .partlyFailed
        } else {
            let codes = Set(failures.map { ExitStatus($0.kind) })
            self = codes.count == 1 ? codes.first ?? .failed : .failed
        }
    }

    /// The list for `--help`.
    static var help: String {
        "EXIT CODES:\n"
            + allCases.map { status in
                let code = String(status.rawValue)
                return "  " + code + String(repeating: " ", count: 24 - code.count) + status.meaning
            }.joined(separator: "\n")
    }
}
