import Extraction
import SuiteAnalytics

/// What `kleene-ns help TOPIC` explains beside the commands.
enum HelpTopic: String, CaseIterable {
    case firstSteps = "first-steps"
    case configuration
    case exitCodes = "exit-codes"
    case logins
    case spans

    var abstract: String {
        switch self {
        case .firstSteps: "From nothing to a schedule, with or without an account."
        case .configuration: "A configuration to begin with."
        case .exitCodes: "The codes with which kleene-ns ends."
        case .logins: "Why NetSuite refuses a login, and where to look."
        case .spans: "How spans of time are written."
        }
    }

    /// The page.
    ///
    /// - Parameter width: Columns of the screen; nil where there is none.
    func text(width: Int?) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line -> [String] in
            let width = width ?? Self.plainWidth
            return line.wrapped(to: width, hanging: Self.hanging(line, width))
        }.joined(separator: "\n")
    }

    /// Blanks in front of what is left of a line: below the words of a list's item, and below the second of two columns where
    /// there is room.
    private static func hanging(_ line: Substring, _ width: Int) -> Int {
        let blanks = line.prefix { $0 == " " }.count
        if line.dropFirst(blanks).hasPrefix("- ") { return blanks + 2 }
        guard blanks > 0, let gap = line.dropFirst(blanks).firstRange(of: "   ") else { return blanks }
        let second = line.count - line[gap.lowerBound...].drop { $0 == " " }.count
        return second + 20 <= width ? second : blanks + 4
    }

    /// Where there is no screen.
    private static let plainWidth = 130

    private var text: String {
        switch self {
        case .firstSteps:
            """
            FIRST STEPS. Without an account, a mock server stands in for NetSuite:

              kleene-ns-mock serve &                   prints the port that it listens on, and goes on
              kleene-ns init --mock 127.0.0.1:PORT     with that port

            With an account:

              kleene-ns init                           says where NetSuite shows each detail, and how to get the driver

            `kleene-ns init` asks for connection, table and destination, writes kleene-ns.json, and says what comes next: \
            `kleene-ns extract` loads the table, `kleene-ns extract` again loads what has changed since, and \
            `kleene-ns schedule` has that done by cron or systemd. Where there is no terminal, it names the flags that answer.

            Where something fails, `kleene-ns doctor` says what, and how to fix it; `kleene-ns status` shows how the tables stand.
            """
        case .configuration:
            "A CONFIGURATION to begin with, as kleene-ns.json; comments (//) are allowed:\n\n"
                + ExampleConfiguration.text
                + "\n\n`kleene-ns config check` says what is wrong with a file, `kleene-ns config schema` prints what an editor can "
                + "check it by, and `kleene-ns doctor` asks whether the source agrees."
        case .exitCodes:
            ExitStatus.help
                + "\n\nTake a code that is not listed for a failure: later versions may have more."
        case .logins:
            "WHY NETSUITE REFUSES A LOGIN, the likeliest first:\n"
                + Self.list(LoginText.documentedCauses)
                + "\nWith OAuth 2.0:\n" + Self.list(OAuthCredentials.documentedCauses)
                + "\nReports > Login Audit Trail says which it was, for each user. kleene-ns tries a refused login once more at "
                + "most, because NetSuite locks the user after five; `kleene-ns auth status` shows how the logins stand, and "
                + "`kleene-ns auth reset` lets the next one through once the cause is fixed."
        case .spans:
            """
            SPANS OF TIME are a number and a unit: 90s, 15m, 2h, 3d (seconds, minutes, hours, days). A number without a unit \
            is seconds.
            """
        }
    }

    private static func list(_ causes: [(cause: String, place: String)]) -> String {
        causes.map { "  - \($0.cause)\n    See: \($0.place)\n" }.joined()
    }

    static var list: String {
        allCases.reduce(into: "HELP TOPICS:") { $0 += "\n  " + $1.rawValue.padded(to: 24) + $1.abstract }
    }
}
