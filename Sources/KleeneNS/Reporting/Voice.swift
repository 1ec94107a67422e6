import Logging

/// How a command speaks: to a person at a terminal, or to whatever reads standard error.
struct Voice: Sendable {
    /// Whether a person watches: sentences, and a line that lives; otherwise the machine's log.
    let isForPerson: Bool
    /// Whether there is a line that the next one replaces.
    let hasLivingLine: Bool
    let hasColor: Bool
    /// The same of results.
    let paintsResults: Bool
    /// Whether nothing is said as long as all goes well.
    let isQuiet: Bool

    init(
        _ output: OutputOptions, isTerminal: Bool, showsResults: Bool = false, environment: [String: String]
    ) {
        let isDumb = environment["TERM"] == "dumb"
        isQuiet = output.quiet
        isForPerson = isTerminal && !output.quiet && output.logFormat == .text && output.logLevel == nil
        hasLivingLine = isTerminal && !output.quiet && output.logFormat == .text && !isDumb
        paintsResults = output.color.isOn(isTerminal: showsResults && !isDumb, environment: environment)
        hasColor = output.color.isOn(isTerminal: isTerminal && !isDumb, environment: environment)
    }
}

/// When there are colors.
enum ColorChoice: String, CaseIterable, Sendable {
    case auto, always, never

    /// By itself as the environment says (`NO_COLOR`, then `FORCE_COLOR`), else where a terminal shows them.
    func isOn(isTerminal: Bool, environment: [String: String]) -> Bool {
        func isSet(_ name: String) -> Bool { !(environment[name] ?? "").isEmpty }
        switch self {
        case .always: return true
        case .never: return false
        case .auto:
            return isSet("NO_COLOR") ? false : isTerminal || (isSet("FORCE_COLOR") && environment["FORCE_COLOR"] != "0")
        }
    }
}
