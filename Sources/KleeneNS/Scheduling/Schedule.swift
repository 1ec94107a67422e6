/// What is done by itself on a machine, and when: a run of extracts and, where that is wanted, the question whether they are fresh.
///
/// All paths in it are absolute: neither cron nor systemd starts where a person does.
struct Schedule: Equatable, Sendable {
    /// Tells schedules of one machine apart; letters, digits, `-` and `_`, for it is part of the names of files.
    var name: String
    var program: String
    var configuration: String
    var stateDirectory: String
    /// Names or globs of extracts; none: all that are enabled.
    var names: [String] = []
    var tags: [String] = []
    var timetable: Timetable
    /// Spans as the command line takes them.
    var limits = Limits()
    /// A command of a shell for a run that was not done.
    var onFailure: String?
    /// The address of a mock server in place of the service.
    var mock: String?
    /// What each run finds in its environment besides.
    var variables: [CarriedVariables.Variable] = []

    struct Limits: Equatable, Sendable {
        var waitLock = "5m"
        var maxRuntime: String?
        /// How old a table may be before it is said, once a day; nil: never.
        var maxAge: String?
    }

    /// The hour in which freshness is looked at, before people come.
    static let morning = 6

    /// The words of the command that extracts.
    var extraction: [String] {
        [program, "extract"] + names + tags.flatMap { ["--tag", $0] } + place
            + ["--quiet", "--wait-lock", limits.waitLock]
            + (limits.maxRuntime.map { ["--max-runtime", $0] } ?? []) + (onFailure.map { ["--on-failure", $0] } ?? [])
            + trial
    }

    /// The words of the command that asks whether tables are fresh; nil where nobody wants to know.
    var examination: [String]? {
        limits.maxAge.map {
            [program, "status", "--config", configuration, "--max-age", $0, "--quiet"] + trial
        }
    }

    private var trial: [String] { mock.map { ["--mock", $0] } ?? [] }

    private var place: [String] { ["--config", configuration, "--state-dir", stateDirectory] }

    /// When freshness is looked at.
    var morningTimetable: Timetable { Timetable(.daily(hour: Self.morning), minute: timetable.minute % 60) }
}
