import ArgumentParser
import Extraction
import FoundationEssentials
import Logging
import SuiteAnalytics

extension KleeneNSCommand {
    struct Auth: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "auth",
            abstract:
                "Show or reset the login breaker, which keeps NetSuite from locking the user; make keys for OAuth 2.0.",
            subcommands: [Status.self, Reset.self, Keygen.self])
    }
}

/// Which login breakers are meant.
struct BreakerOptions: ParsableArguments {
    @Option(help: "Only this account. (default: every account used from this machine)")
    var account: String?

    @Option(
        help: ArgumentHelp("Only the users of the mock server at this address.", valueName: "host:port"),
        transform: MockServer.init(argument:))
    var mock: MockServer?

    /// Absent: see `StateDirectory`.
    @Option(
        help: ArgumentHelp(
            "Where the login breaker and cached listings are. (default: kleene-ns in $XDG_STATE_HOME, else in ~/.local/state)",
            valueName: "directory"), completion: .directory)
    var stateDir: String?

    /// Absent: `KLEENE_NS_CONFIG`, else `kleene-ns.json`, where there is one.
    @Option(
        help: "The configuration file, for its destination. (default: $KLEENE_NS_CONFIG, else ./kleene-ns.json)",
        completion: .configurationFile)
    var config: String?

    /// Absent: what the configuration says.
    @Option(
        help: ArgumentHelp("The database file beside which logins are remembered too.", valueName: "file.db"),
        completion: .file())
    var destination: String?

    func validate() throws {
        if let account, AccountID(rawValue: account) == nil {
            throw ValidationError("'--account' takes an account id, such as 1234567_SB1.")
        }
    }

    var accountID: AccountID? { account.flatMap { AccountID(rawValue: $0) } }

    /// The memory in the state directory, and with the destination where one is named or configured.
    func store(_ context: CommandContext) throws -> LoginBreakerStore {
        try store(context, try configuration(context))
    }

    private func store(_ context: CommandContext, _ configured: Configuration?) throws -> LoginBreakerStore {
        let directory = stateDirectory(context, configured)
        guard let place = destination.map(DestinationConfiguration.init) ?? configured?.destination else {
            return LoginBreakerStore(directory: directory)
        }
        let reached = try context.reachable(
            place, directory: configured?.directory ?? ".", stateDirectory: directory)
        return LoginBreakerStore(
            directory: directory, workplace: Composition.directory(beside: reached),
            shelf: Composition.logins(in: reached, isNeeded: true))
    }

    /// How logins stand. Where the books of a server cannot be looked into, a person is told, and sees the rest.
    func all(_ context: CommandContext) throws -> [(name: String, breaker: LoginBreaker)] {
        let configured = try configuration(context)
        do {
            return try store(context, configured).all(account: accountID, mock: mock)
        } catch let failure as Failure {
            guard let place = configured?.destination, destination == nil, !place.isFile else { throw failure }
            context.log.entry(
                .warning, "only what lies in the state directory is shown, because of \(place.words): \(failure)", [:])
            return try LoginBreakerStore(directory: stateDirectory(context, configured)).all(
                account: accountID, mock: mock)
        }
    }

    private func configuration(_ context: CommandContext) throws -> Configuration? {
        guard config != nil || (destination == nil && ConfigurationFile.isThere(environment: context.environment))
        else { return nil }
        do {
            return try ConfigurationFile.read(ConfigurationFile.path(flag: config, environment: context.environment))
        } catch {
            // Who names a file means it; one that only lies there may be for later.
            if config != nil { throw error }
            let text =
                "The configuration is not valid, so only what lies in the state directory is looked at; name the "
                + "destination with --destination."
            context.log.entry(.warning, "\(text)", [:])
            return nil
        }
    }

    private func stateDirectory(_ context: CommandContext, _ configured: Configuration?) -> String {
        StateDirectory.path(
            flag: stateDir, environment: context.environment, configuration: configured?.directory ?? ".")
    }
}

extension KleeneNSCommand.Auth {
    struct Status: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "status",
            abstract: "Show the state of each user's logins: whether the next one is tried, and what to do.",
            discussion: """
                EXAMPLES:
                  kleene-ns auth status
                """)

        @OptionGroup var breaker: BreakerOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func perform(_ context: CommandContext) throws -> ExitStatus {
            try context.show(Listing(try breaker.all(context), at: Date()))
            return .done
        }
    }

    struct Reset: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "reset",
            abstract: "Let the next login through, once the cause of the refusals is fixed.",
            discussion: """
                EXAMPLES:
                  kleene-ns auth reset --account 1234567_SB1
                """)

        @OptionGroup var breaker: BreakerOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let store = try breaker.store(context)
            let names = try store.reset(account: breaker.accountID, mock: breaker.mock)
            guard !names.isEmpty else {
                throw Failure(
                    .configuration, "There is no login to reset in \(store.directory).",
                    advice: "`kleene-ns auth status` lists what is there; --state-dir names another directory.")
            }
            let all = try store.all(account: breaker.accountID, mock: breaker.mock)
            do {
                try context.show(Listing(all, at: Date()))
            } catch var failure as Failure {
                failure.advice = "The reset was made; only this result is missing. `kleene-ns auth status` shows it."
                throw failure
            }
            return .done
        }
    }
}

extension Listing {
    /// How the logins of each user stand, and what the next one may expect.
    init(_ breakers: [(name: String, breaker: LoginBreaker)], at now: Date) {
        self.init(
            columns: [
                "login", "state", "refusals", "locked_until", "last_attempt", "last_success", "unanswered",
                "waits_until", "account", "user", "last_refusal", "advice",
            ],
            rows: zip(breakers, Self.words(of: breakers)).map { login, words in
                let (name, breaker) = login
                func time(_ date: Date?) -> Cell { Cell(time: date.map { Timestamp($0) }) }
                var (state, wait): (String, Date?) = ("closed", nil)
                switch breaker.outlook(at: now) {
                case .attempt, .crowded: break
                case .open, .silent, .unproven: state = "open"
                case .waiting(let until): (state, wait) = ("waiting", until)
                case .locked: state = "locked"
                }
                return [
                    Cell(.string(name), words: words),
                    Cell(
                        .string(state),
                        words: breaker.isUntried
                            ? "none tried yet" : Self.words(state, until: breaker.lockEnd ?? wait)),
                    Self.few(breaker.countedRefusals), time(breaker.lockEnd),
                    time(breaker.lastAttempt), time(breaker.lastSuccess), Self.few(breaker.countedSilences), time(wait),
                    Cell(Self.account(name)), Cell(breaker.user), Cell(breaker.lastRefusal),
                    Cell(
                        Self.advice(state).map { .string($0) } ?? .null,
                        words: [breaker.lastRefusal?.sentence, Self.advice(state)].compactMap(\.self)
                            .joined(separator: " ")),
                ]
            }, untold: ["account", "user", "last_refusal"], endsInSentences: true,
            spare: ["unanswered", "last_success", "refusals", "last_attempt"])
    }

    /// A number that is worth a column where it is none in no row.
    private static func few(_ count: Int) -> Cell { Cell(.integer(count), words: count == 0 ? "" : "\(count)") }

    /// The account of a login's file, whose name ends in what stands for its user.
    private static func account(_ name: String) -> String {
        name.lastIndex(of: "-").map { String(name[..<$0]) } ?? name
    }

    /// Who logs in, for a person: `1234567_SB1, role 57 (tba)`. Users of whom no more than that is known are numbered.
    private static func words(of breakers: [(name: String, breaker: LoginBreaker)]) -> [String] {
        let words = breakers.map { ([account($0.name)] + [$0.breaker.user].compactMap(\.self)).joined(separator: ", ") }
        return words.enumerated().map { place, text in
            let before = words[..<place].count { $0 == text }
            return words.count { $0 == text } == 1 ? text : "\(text), user \(before + 1)"
        }
    }

    /// How logins stand, for a person: to whom a breaker that is closed says nothing.
    private static func words(_ state: String, until: Date?) -> String {
        let time = until.map { " until \(Timestamp($0).text.prefix(16).replacing("T", with: " "))Z" } ?? ""
        return switch state {
        case "closed": "ok"
        case "open": "stopped"
        default: state + time
        }
    }

    /// What to do next; nil where there is nothing to do.
    private static func advice(_ state: String) -> String? {
        switch state {
        case "open":
            "No login is tried. Fix the cause (`kleene-ns help logins` lists those of refusals; where logins went unanswered, check "
                + "host, port and firewall), then run `kleene-ns auth reset`."
        case "locked": "NetSuite has locked the user; one login is tried by itself once the time is over."
        case "waiting": "One login is tried by itself once the time is over; `kleene-ns auth reset` allows it now."
        default: nil
        }
    }
}

extension Listing.Cell {
    /// `{"kind", "at", "message", "sql_state", "native_code"}`.
    fileprivate init(_ refusal: LoginRefusal?) {
        guard let refusal else {
            self.init(.null)
            return
        }
        self.init(
            .object([
                "kind": .string(refusal.kind.rawValue), "at": .string(Timestamp(refusal.at).text),
                "message": .string(refusal.words), "sql_state": refusal.sqlState.map { .string($0) } ?? .null,
                "native_code": refusal.nativeCode.map { .integer($0) } ?? .null,
            ]), words: refusal.sentence)
    }
}

extension LoginRefusal {
    /// What was said, when, and with which codes.
    fileprivate var sentence: String {
        let time = Timestamp(at).text.prefix(19).replacing("T", with: " ") + "Z"
        let begin =
            switch kind {
            case .refused: "Refused at \(time)"
            case .locked: "Locked out at \(time)"
            case .unanswered: "No answer at \(time)"
            }
        let codes = Failure(.credentials, "", sqlState: sqlState, nativeCode: nativeCode).codes.map { " \($0)" } ?? ""
        return "\(begin): \(words.hasSuffix(".") ? String(words.dropLast()) : words)\(codes)."
    }
}
