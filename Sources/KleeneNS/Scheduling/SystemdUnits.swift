import Text

/// A schedule as units of systemd: a service and a timer, and two more where freshness is looked at.
///
/// Values to texts: who writes and enables them is `SystemdProgram`.
struct SystemdUnits: Equatable, Sendable {
    struct Unit: Equatable, Sendable {
        /// With its suffix, such as `kleene-ns.timer`.
        var name: String
        var text: String
    }

    var units: [Unit]

    /// The names of the timers, which are what is enabled.
    var timers: [String] { units.map(\.name).filter { $0.hasSuffix(".timer") } }

    /// - Parameters:
    ///   - user: As whom the service of a system manager runs; nil: the units are a user's own.
    ///   - credentials: Names that the configuration takes secrets from by `{"credential": …}`.
    ///   - keepsState: Whether systemd makes /var/lib/kleene-ns for the service.
    init(_ schedule: Schedule, user: String?, credentials: [String], keepsState: Bool) {
        let terms =
            schedule.variables.map { "Environment=\(Self.assignment($0))\n" }.joined()
            + "NoNewPrivileges=yes\n" + (user.map { "User=\(Self.escaped($0))\n" } ?? "")
            + (keepsState ? "StateDirectory=kleene-ns\n" : "") + credentials.map { "LoadCredential=\($0)\n" }.joined()
        var units = [
            Unit(
                name: "\(schedule.name).service",
                text: Self.service(
                    "kleene-ns extracts what \(schedule.configuration) says", schedule.extraction, terms)),
            Unit(
                name: "\(schedule.name).timer",
                text: Self.timer("kleene-ns \(schedule.timetable.words)", schedule.timetable)),
        ]
        if let examination = schedule.examination {
            units += [
                Unit(
                    name: "\(schedule.name)-status.service",
                    text: Self.service(
                        "kleene-ns asks whether the tables of \(schedule.configuration) are fresh", examination, terms)),
                Unit(
                    name: "\(schedule.name)-status.timer",
                    text: Self.timer("kleene-ns status \(schedule.morningTimetable.words)", schedule.morningTimetable)),
            ]
        }
        self.units = units
    }

    /// The names of the units that a schedule may have.
    static func names(of schedule: String) -> [String] {
        ["", "-status"].flatMap { ["\(schedule)\($0).timer", "\(schedule)\($0).service"] }
    }

    private static let origin = "# Written by `kleene-ns schedule --systemd`.\n"

    /// Whether we have written a unit, so that we may replace and remove it.
    static func isOurs(_ text: String) -> Bool { text.hasPrefix(origin) }

    private static func service(_ description: String, _ words: [String], _ terms: String) -> String {
        origin
            + """
            [Unit]
            Description=\(escaped(description))
            Wants=network-online.target
            After=network-online.target

            [Service]
            Type=oneshot
            ExecStart=\(words.map(word).joined(separator: " "))

            """ + terms
    }

    private static func timer(_ description: String, _ timetable: Timetable) -> String {
        origin
            + """
            [Unit]
            Description=\(escaped(description))

            [Timer]
            OnCalendar=\(timetable.calendar)
            Persistent=yes

            [Install]
            WantedBy=timers.target

            """
    }

    /// `%` begins a specifier, and a line break would end the setting.
    private static func escaped(_ text: String) -> String {
        text.replacingScalars(["%": "%%", "\n": " ", "\r": " "])
    }

    /// A variable as in systemd.exec(5): `$` has no meaning there.
    private static func assignment(_ variable: CarriedVariables.Variable) -> String {
        quoted("\(variable.name)=\(variable.value)", [:])
    }

    /// A word of a command line as in systemd.service(5): `$` begins a variable.
    private static func word(_ word: String) -> String { quoted(word, ["$": "$$"]) }

    /// In quotes where they are needed, with C escapes, and `%` doubled.
    private static func quoted(_ word: String, _ more: [Unicode.Scalar: String]) -> String {
        let escapes: [Unicode.Scalar: String] = [
            "%": "%%", "\\": "\\\\", "\"": "\\\"", "\n": "\\n", "\r": "\\r", "\t": "\\t",
        ]
        let text = word.replacingScalars(escapes.merging(more) { $1 })
        let isPlain =
            !word.isEmpty
            && !word.unicodeScalars.contains { " \t\n\r'\";\\".unicodeScalars.contains($0) || $0.value > 0x7E }
        return isPlain ? text : "\"\(text)\""
    }
}
