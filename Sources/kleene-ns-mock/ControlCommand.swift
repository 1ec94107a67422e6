import ArgumentParser
import Foundation
import MockSuiteAnalytics

/// Sends one line to a running mock's control channel.
struct ControlCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "control", abstract: "Steer a running mock: faults, counters, clock, lock, data.",
        discussion: """
            fault POINT KIND [times=N|times=always] [matching=TEXT] [after_rows=N] [milliseconds=N]
                  [row_microseconds=N] [sql_state=S] [text=…]
                  (once where times= is not given; always until clear)
            faults · clear · counters · logins · statements · notes · reset
            tokens · tokens spelling tolerant|connect|request_token · tokens lifetime SECONDS · tokens clock SECONDS ·
                  tokens role ID · tokens certificate ID FILE · tokens forget ID · tokens granted|revoke|expire
            lock · unlock · age-lock SECONDS · clock · advance SECONDS · freeze [TIME] · thaw · change SQL
            evolve STEPS [NAME=VALUE …] · evolve start every=ROWS|every=SECONDSs [NAME=VALUE …] · evolve stop · evolve
            columns hide|show TABLE COLUMN · columns widen TABLE COLUMN LENGTH · role subsidiary ID|all
            log [table=NAME] [since=SEQUENCE] [limit=N] · snapshot FILE

            An evolution's names: tables=A,B, seed=N, advance=FROM..TO (seconds a step moves the clock), changes=FROM..TO \
            (in a step), insert=N update=N delete=N void=N (proportions), late=RATE, delay=SECONDS (the most by which a late \
            change becomes visible after its date), null=RATE, future=RATE (dates), touch=RATE (changes of a line that move its \
            header's date), spread=RATE (changes of a header that move its lines' dates), untraced=RATE (deleted records \
            that leave no row in deletedrecord), bulk=RATE, bulk_rows=N (many rows \
            with one date), columns=RATE (steps in which a custom column goes, comes back or gets more room).

            POINT: login, statement, fetch, token. KIND: refused, locked, session-limit, expired, reset, close, stall, \
            ticket, error, slow, html. At the token endpoint refused answers the code in text=, error HTTP 500, ticket 503, \
            session-limit 429, html a proxy's page. tokens says how that endpoint stands: which spelling of scope and aud it \
            takes, how far its clock is ahead, which certificates are mapped. The answer is one line of JSON.
            """)

    @Argument(help: "The control_port that serve printed.")
    var port: Int

    /// Absent: see `ControlTokenFile`.
    @Option(
        help: """
            The control_token that serve printed. (default: $KLEENE_NS_MOCK_TOKEN, else what serve of the same user has left)
            """)
    var token: String?

    @Argument(parsing: .captureForPassthrough, help: "The command.")
    var command: [String]

    func validate() throws {
        guard (1...65535).contains(port) else { throw ValidationError("A port is from 1 to 65535, and not \(port).") }
    }

    func run() async throws {
        let given = token ?? ProcessInfo.processInfo.environment["KLEENE_NS_MOCK_TOKEN"]
        let answer: String
        do {
            // Without a token the server says what is missing.
            answer = try await ControlClient.send(
                command.joined(separator: " "), to: port, token: given ?? ControlTokenFile(port: port).read() ?? "")
        } catch {
            throw NotReached(port: port)
        }
        print(answer)
        if answer.contains("\"ok\":false") { throw ExitCode.failure }
    }
}

/// A port at which no mock answers.
struct NotReached: PlainFailure {
    let port: Int

    var description: String {
        "No mock was reached at port \(port) of 127.0.0.1; serve prints its control_port when it is ready."
    }
}
