import ArgumentParser
import Extraction
import Glibc
import Text

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
            valueName: "directory"), completion: .directory)
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
        if !name.isPlainName {
            throw ValidationError(
                "'--name' takes letters, digits, '-' and '_', at most 64, and does not begin with '-'.")
        }
        if form == .cron, scope != nil || runAs != nil {
            throw ValidationError("'--system', '--user' and '--run-as' go with '--systemd'.")
        }
        if runAs != nil, manager == .user { throw ValidationError("'--run-as' goes with '--system'.") }
        guard remove else { return }
        let isSaidMore = [order.every, order.maxAge, order.maxRuntime, order.waitLock].contains { $0 != nil }
        if isSaidMore || !order.names.isEmpty || !order.tags.isEmpty || order.at != nil || order.onFailure != nil
            || runAs != nil
        {
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
