import Extraction
import Glibc
import Text

/// The units of a system, or of a user, by systemctl(1).
struct SystemdProgram {
    /// Whose service manager.
    enum Manager: Equatable, Sendable {
        case system, user
    }

    let manager: Manager
    /// Where units of an administrator, or of the user, lie.
    let directory: String
    private let program: InstalledProgram

    /// - Throws: a `Failure` where it is not known where the user's units lie.
    init(_ manager: Manager, environment: [String: String]) throws {
        self.manager = manager
        program = InstalledProgram(
            name: "systemctl", environment: environment,
            cure: "Where systemd does not run, leave out --systemd: cron does the same.")
        switch manager {
        case .system: directory = "/etc/systemd/system"
        case .user:
            if let settings = environment["XDG_CONFIG_HOME"], settings.hasPrefix("/") {
                directory = settings + "/systemd/user"
            } else if let home = environment["HOME"], home.hasPrefix("/") {
                directory = home + "/.config/systemd/user"
            } else {
                throw Failure(
                    .environment, "It is not known where your units lie: HOME is not set.",
                    advice: "Set HOME, or use --system.")
            }
        }
    }

    private var scope: [String] { manager == .user ? ["--user"] : [] }

    /// Writes the units and starts their timers. What lies there and is not ours is not touched.
    func install(_ units: SystemdUnits, of schedule: String) throws {
        try refuseForeign(SystemdUnits.names(of: schedule))
        try makeDirectory()
        // A schedule that was there before keeps its units: only one that never was goes again.
        let isNew = try SystemdUnits.names(of: schedule).allSatisfy { try SettingsFile.contents(of: path($0)) == nil }
        do {
            try write(units, of: schedule)
        } catch var failure as Failure {
            failure.message +=
                isNew && isUndone(units)
                ? " The units that were written are removed again."
                : " The units lie in \(directory) all the same: `kleene-ns schedule --systemd "
                    + "\(manager == .user ? "--user" : "--system") --name \(ShellWord.quoted(schedule)) --remove` removes them."
            throw failure
        }
    }

    /// Whether all units that were written could be removed again.
    private func isUndone(_ units: SystemdUnits) -> Bool {
        for unit in units.units where (try? SettingsFile.remove(path(unit.name))) == nil { return false }
        return true
    }

    private func write(_ units: SystemdUnits, of schedule: String) throws {
        for unit in units.units { try SettingsFile.write(unit.text, to: path(unit.name)) }
        let gone = try SystemdUnits.names(of: schedule).filter { name in
            try !units.units.contains { $0.name == name } && SettingsFile.contents(of: path(name)) != nil
        }
        try stop(gone)
        for name in gone { _ = try SettingsFile.remove(path(name)) }
        try program.mustRun(scope + ["daemon-reload"])
        try program.mustRun(scope + ["enable", "--now"] + units.timers)
    }

    /// - Returns: Whether the schedule was there.
    func remove(_ schedule: String) throws -> Bool {
        let names = try SystemdUnits.names(of: schedule).filter { try SettingsFile.contents(of: path($0)) != nil }
        guard !names.isEmpty else { return false }
        try refuseForeign(names)
        var problem: Failure?
        do { try stop(names) } catch let failure as Failure { problem = failure }
        // Where systemd does not run, or not any more, what it would start must go all the same.
        for name in names { _ = try SettingsFile.remove(path(name)) }
        do {
            try program.mustRun(scope + ["daemon-reload"])
        } catch let failure as Failure {
            problem = problem ?? failure
        }
        if var problem {
            problem.message += " The units of the schedule \(schedule) in \(directory) are removed all the same."
            let reload = (scope + ["daemon-reload"]).joined(separator: " ")
            problem.advice = "Where systemd runs, `systemctl \(reload)` has it forget them."
            throw problem
        }
        return true
    }

    private func stop(_ names: [String]) throws {
        let timers = names.filter { $0.hasSuffix(".timer") }
        guard !timers.isEmpty else { return }
        try program.mustRun(scope + ["disable", "--now"] + timers)
    }

    private func path(_ name: String) -> String { "\(directory)/\(name)" }

    private func refuseForeign(_ names: [String]) throws {
        for name in names {
            guard let text = try SettingsFile.contents(of: path(name)), !SystemdUnits.isOurs(text) else { continue }
            throw Failure(
                .environment, "The file \(path(name)) was not written by `kleene-ns schedule`, and is not touched.",
                advice: "Choose another name with --name, or remove it.")
        }
    }

    /// A user's directory may not be there yet.
    private func makeDirectory() throws {
        var path = ""
        for part in directory.split(separator: "/") {
            path += "/" + part
            guard unsafe mkdir(path, 0o755) != 0, errno != EEXIST else { continue }
            throw Failure(
                .environment, "The directory \(path) cannot be made: \(describeSystemError(errno)).",
                advice: "Give the user that runs kleene-ns permission to write there.")
        }
    }
}
