import ArgumentParser
import Extraction
import SuiteAnalytics

/// What is done by itself, and when.
struct ScheduleOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp("Names or globs of configured extracts. (default: all enabled ones)", valueName: "name"),
        completion: .extractName)
    var names: [String] = []

    @Option(
        name: .customLong("tag"), parsing: .singleValue, help: "Only extracts with this tag; repeatable.",
        completion: .tag)
    var tags: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Run so often: a part of an hour or of a day, such as 15m or 6h. (default: 1d)", valueName: "span"))
    var every: DurationArgument?

    @Option(help: ArgumentHelp("Run once a day at this time of the machine's clock.", valueName: "HH:MM"))
    var at: TimeOfDayArgument?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Say each morning, by `status`, which extract was last done longer ago, such as 26h.", valueName: "span"))
    var maxAge: DurationArgument?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Stop a run after so long, such as 2h; the next goes on from there.", valueName: "span"))
    var maxRuntime: DurationArgument?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Wait so long for a run before this one that is not done yet. (default: 5m)", valueName: "span"))
    var waitLock: DurationArgument?

    @Option(help: ArgumentHelp("Have /bin/sh run this where an extract was not done.", valueName: "command"))
    var onFailure: String?

    @Option(
        help: "The configuration file. (default: $KLEENE_NS_CONFIG, else ./kleene-ns.json)",
        completion: .configurationFile)
    var config: String?

    @Option(
        help: ArgumentHelp("Schedule runs against the mock server there, for a trial.", valueName: "host:port"),
        transform: MockServer.init(argument:))
    var mock: MockServer?

    func validate() throws {
        if every != nil, at != nil { throw ValidationError("'--every' and '--at' exclude each other.") }
        if let every, Timetable(every: every.seconds, minute: 0) == nil {
            throw ValidationError(
                "'--every' must be a part of an hour or of a day, which cron can keep, such as 15m, 1h, 6h or 1d.")
        }
        if maxRuntime?.seconds == 0 {
            throw ValidationError("'--max-runtime' must be a span from one second, such as 2h.")
        }
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
