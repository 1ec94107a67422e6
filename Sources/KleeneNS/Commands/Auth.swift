import ArgumentParser
import Extraction
import FoundationEssentials
import SuiteAnalytics

extension KleeneNSCommand {
    struct Auth: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "auth",
            abstract: "Show or reset the login breaker, which keeps NetSuite from locking the user.",
            subcommands: [Status.self, Reset.self])
    }
}

/// Which login breakers are meant.
struct BreakerOptions: ParsableArguments {
    @Option(help: "Only this account's. (default: all accounts that were logged in to from here)")
    var account: String?

    @Option(
        help: ArgumentHelp("Only the users of the mock server there.", valueName: "host:port"),
        transform: MockServer.init(argument:))
    var mock: MockServer?

    /// Absent: see `StateDirectory`.
    @Option(
        help: ArgumentHelp(
            "Where the login breaker and cached listings are. (default: $XDG_STATE_HOME/kleene-ns, else ~/.local/state/kleene-ns)",
            valueName: "directory"))
    var stateDir: String?

    func validate() throws {
        if let account, AccountID(rawValue: account) == nil {
            throw ValidationError("'--account' takes an account id, such as 1234567_SB1.")
        }
    }

    var accountID: AccountID? { account.flatMap { AccountID(rawValue: $0) } }

    func store(_ context: CommandContext) -> LoginBreakerStore {
        LoginBreakerStore(
            directory: StateDirectory.path(flag: stateDir, environment: context.environment, configuration: "."))
    }
}

extension KleeneNSCommand.Auth {
    struct Status: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "status",
            abstract: "Show for each user of an account how its logins stand.")

        @OptionGroup var breaker: BreakerOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let all = try breaker.store(context).all(account: breaker.accountID, mock: breaker.mock)
            try context.show(Listing(all, at: Date()))
            return .done
        }
    }

    struct Reset: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "reset",
            abstract: "Let the next login through, once the cause of the refusals is mended.")

        @OptionGroup var breaker: BreakerOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let store = breaker.store(context)
            let names = try store.reset(account: breaker.accountID, mock: breaker.mock)
            guard !names.isEmpty else {
                throw Failure(
                    .configuration, "There is no login to reset in \(store.directory).",
                    advice: "`kleene-ns auth status` lists what is there; --state-dir names another directory.")
            }
            try context.show(Listing(try store.all(account: breaker.accountID, mock: breaker.mock), at: Date()))
            return .done
        }
    }
}

extension Listing {
    /// How the logins of each user stand, and what the next one may expect.
    init(_ breakers: [(name: String, breaker: LoginBreaker)], at now: Date) {
        self.init(
            columns: ["login", "state", "refusals", "locked_until", "last_attempt", "last_success"],
            rows: breakers.map { name, breaker in
                func time(_ date: Date?) -> Cell { Cell(date.map { Timestamp($0).text }) }
                let isLocked = breaker.lockEnd.map { now < $0 } ?? false
                let isOpen = breaker.countedRefusals >= LoginBreaker.limit
                return [
                    Cell(name), Cell(isLocked ? "locked" : isOpen ? "open" : "closed"),
                    Cell(breaker.countedRefusals), time(breaker.lockEnd), time(breaker.lastAttempt),
                    time(breaker.lastSuccess),
                ]
            })
    }
}
