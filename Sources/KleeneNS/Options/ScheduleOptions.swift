import ArgumentParser
import Extraction
import Glibc
import SuiteAnalytics
import Text

/// What is done by itself, and when.
struct ScheduleOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp("Names or globs of configured extracts. (default: all enabled ones)", valueName: "name"))
    var names: [String] = []

    @Option(name: .customLong("tag"), parsing: .singleValue, help: "Only extracts with this tag; repeatable.")
    var tags: [String] = []

    @Option(
        help: ArgumentHelp(
            "Run so often: a part of an hour or of a day, such as 15m or 6h. (default: 1d)", valueName: "span"))
    var every: DurationArgument?

    @Option(help: ArgumentHelp("Run once a day at this time of the machine's clock.", valueName: "HH:MM"))
    var at: TimeOfDayArgument?

    @Option(
        help: ArgumentHelp(
            "Say each morning, by `status`, which extract was last done longer ago, such as 26h.", valueName: "span"))
    var maxAge: DurationArgument?

    @Option(help: ArgumentHelp("Stop a run after so long, such as 2h; the next goes on from there.", valueName: "span"))
    var maxRuntime: DurationArgument?

    @Option(
        help: ArgumentHelp(
            "Wait so long for a run before this one that is not done yet. (default: 5m)", valueName: "span"))
    var waitLock: DurationArgument?

    @Option(help: ArgumentHelp("Have /bin/sh run this where an extract was not done.", valueName: "command"))
    var onFailure: String?

    @Option(help: "The configuration file. (default: $KLEENE_NS_CONFIG, else ./kleene-ns.json)")
    var config: String?

    @Option(
        help: ArgumentHelp("Schedule runs against the mock server there, for a trial.", valueName: "host:port"),
        transform: MockServer.init(argument:))
    var mock: MockServer?

    func validate() throws {
        if every != nil, at != nil { throw ValidationError("'--every' and '--at' exclude each other.") }
        if let every, Timetable(every: every.seconds, minute: 0) == nil {
            throw ValidationError(
                "'--every' is a part of an hour or of a day, which cron can keep, such as 15m, 1h, 6h or 1d.")
        }
        if maxRuntime?.seconds == 0 { throw ValidationError("'--max-runtime' is a span from one second, such as 2h.") }
    }

    /// - Throws: a `Failure` for a name or a tag that chooses nothing. What an entry for several tables stands for is not known here.
    func checkChoice(of configuration: Configuration) throws {
        let selection = Selection(patterns: names, tags: tags)
        guard !selection.mayChoose(configuration.patterns, beside: configuration.extracts) else { return }
        _ = try selection.choose(from: configuration.extracts)
    }

    /// - Throws: a `Failure` for a text that no line of a crontab can hold.
    func checkWords(_ configuration: String) throws {
        let words = names + tags + [configuration, onFailure ?? ""]
        guard words.contains(where: { $0.unicodeScalars.contains { $0.properties.generalCategory == .control } }) else {
            return
        }
        throw Failure(
            .configuration, "A line break or another control character cannot stand in a schedule.",
            advice: "Rename the file or the extract; put a longer command into a script.")
    }

    /// - Parameters:
    ///   - configuration: The file's whole path.
    ///   - machine: What tells this machine from others.
    func schedule(configuration: String, name: String, stateDirectory: String, machine: String) -> Schedule {
        let minute = Timetable.minute(of: [machine, configuration, name])
        let timetable =
            at.map { Timetable(.daily(hour: $0.hour), minute: $0.minute) }
            ?? every.flatMap { Timetable(every: $0.seconds, minute: minute) }
            ?? Timetable(.daily(hour: Timetable.night), minute: minute)
        func span(_ argument: DurationArgument?) -> String? { argument.map { "\($0.seconds)s" } }
        return Schedule(
            name: name, program: CronSurroundings.program, configuration: configuration, stateDirectory: stateDirectory,
            names: names, tags: tags, timetable: timetable,
            limits: .init(
                waitLock: span(waitLock) ?? Schedule.Limits().waitLock, maxRuntime: span(maxRuntime),
                maxAge: span(maxAge)),
            onFailure: onFailure, mock: mock.map { "\($0.host):\($0.port)" })
    }
}

/// Who does it.
struct SchedulePlaceOptions: ParsableArguments {
    @Option(help: "What the schedule is called; one of the same name is replaced.")
    var name = "kleene-ns"

    @Flag(help: "Who starts the runs: a line of your crontab, or a timer of systemd.")
    var form = ScheduleForm.cron

    @Flag(help: "With --systemd: units of the system, or your own. (default: the system's for root)")
    var scope: UnitScope?

    @Option(
        help: ArgumentHelp(
            "With --systemd --system: the user as whom runs are done. (default: root)", valueName: "user"))
    var runAs: String?

    @Option(
        help: ArgumentHelp(
            "Where the login breaker keeps its state. (default: as `extract` has it here; with --system /var/lib/kleene-ns)",
            valueName: "directory"))
    var stateDir: String?

    @Flag(help: "Do it: change your crontab, or write units and start their timers.")
    var install = false

    @Flag(help: "Take the schedule of this name out again.")
    var remove = false

    var manager: SystemdProgram.Manager {
        switch scope {
        case .system: .system
        case .user: .user
        case nil: getuid() == 0 ? .system : .user
        }
    }

    func validate(with order: ScheduleOptions) throws {
        if install, remove { throw ValidationError("'--install' and '--remove' exclude each other.") }
        if !Schedule.isName(name) {
            throw ValidationError(
                "'--name' takes letters, digits, '-' and '_', at most 64, and does not begin with '-'.")
        }
        if form == .cron, scope != nil || runAs != nil {
            throw ValidationError("'--system', '--user' and '--run-as' go with '--systemd'.")
        }
        if runAs != nil, manager == .user { throw ValidationError("'--run-as' goes with '--system'.") }
        guard remove else { return }
        if !order.names.isEmpty || !order.tags.isEmpty || order.every != nil || order.at != nil {
            throw ValidationError("'--remove' takes the whole schedule out; name it with '--name'.")
        }
    }

    func stateDirectory(_ configuration: Configuration, _ context: CommandContext) -> String {
        if stateDir == nil, form == .systemd, manager == .system { return "/var/lib/kleene-ns" }
        return StateDirectory.path(
            flag: stateDir, environment: context.environment, configuration: configuration.directory)
    }
}

enum ScheduleForm: String, EnumerableFlag, Sendable {
    case cron, systemd

    /// The beginning of a sentence.
    var words: String { self == .cron ? "Cron" : "Systemd" }

    /// Whether a secret's place is not there when nobody is logged in.
    func misses(_ place: SecretReference.Place) -> Bool {
        switch place {
        case .environment: true
        case .credential: self == .cron
        case .file, .command: false
        }
    }

    var adviceForSecrets: String {
        switch self {
        case .cron: "Take it from a file, {\"file\": \"/path\"}."
        case .systemd:
            "Take it from a file, {\"file\": \"/path\"}, or from a credential of systemd, {\"credential\": \"NAME\"}, which lies as "
                + "/etc/credstore/NAME."
        }
    }
}

enum UnitScope: String, EnumerableFlag, Sendable {
    case system, user
}

/// A time of the day on the command line: `02:30`.
struct TimeOfDayArgument: ExpressibleByArgument, Sendable, Equatable {
    let hour: Int
    let minute: Int

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ (1...2).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return nil }
        self.hour = hour
        self.minute = minute
    }
}
