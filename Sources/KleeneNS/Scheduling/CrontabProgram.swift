import Extraction
import Glibc

/// The crontab of the user of this process, by crontab(1).
struct CrontabProgram {
    private let program: InstalledProgram
    private let scratch: String

    init(environment: [String: String]) {
        program = InstalledProgram(
            name: "crontab", environment: environment,
            cure:
                "Install cron, or use --systemd, or put the lines that `kleene-ns schedule` prints where yours reads them."
        )
        let directory = environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        scratch = "\(directory)/kleene-ns-crontab.\(getpid())"
    }

    func install(_ schedule: Schedule) throws {
        let crontab = try read()
        try refuseTorn(schedule.name, crontab)
        try write(Crontab.adding(schedule, to: crontab))
    }

    /// - Returns: Whether the schedule was there.
    func remove(_ name: String) throws -> Bool {
        let crontab = try read()
        try refuseTorn(name, crontab)
        guard let rest = Crontab.removing(name, from: crontab) else { return false }
        try write(rest)
        return true
    }

    /// The crontab as it is; nil where it cannot be had, as on a machine without cron.
    var contents: String? { try? read() }

    private func refuseTorn(_ name: String, _ crontab: String) throws {
        guard Crontab.isTorn(name, in: crontab) else { return }
        throw Failure(
            .environment,
            "The crontab has only one of the two comments between which the schedule \(name) stands, so it is not clear "
                + "which lines belong to it.",
            advice: "Take them out with `crontab -e`; then give this command again.")
    }

    /// The crontab; empty where there is none.
    ///
    /// `crontab -l` of Debian's cron (3.0pl1) and of cronie ends with 1 then, and with 1 as well where it cannot read one that is
    /// there: which it was is in its words. What cannot be read whole is not written again.
    private func read() throws -> String {
        let (ending, printed) = try program.output(["-l"])
        guard ending == .exited(0) else {
            let (again, said) = try program.words(["-l"])
            if again == .exited(1), said.contains("no crontab for") { return "" }
            throw program.failure(["-l"], ending, said)
        }
        guard let text = String(validating: printed, as: UTF8.self) else {
            throw Failure(
                .environment, "The crontab has letters that are not UTF-8, so its lines would not stay as they are.",
                advice: "Put the lines that `kleene-ns schedule` prints into it with `crontab -e`.")
        }
        return text
    }

    private func write(_ text: String) throws {
        try SettingsFile.write(text, to: scratch, mode: 0o600)
        defer { _ = try? SettingsFile.remove(scratch) }
        try program.mustRun([scratch])
    }
}
