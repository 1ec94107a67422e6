import Text

/// A crontab with the lines of schedules in it, each between two comments by which it is found again.
///
/// Values to values: who reads and writes crontabs is `CrontabProgram`. As in crontab(5) of Debian's cron and of cronie: `%` is a line
/// break unless `\` stands before it, and a comment is a line of its own.
enum Crontab {
    /// The lines of a schedule, with its comments and a line break at the end.
    static func lines(_ schedule: Schedule) -> String {
        func line(_ timetable: Timetable, _ words: [String]) -> String {
            "\(timetable.cron) \(command(words, schedule.variables))"
        }
        var lines = [begin(schedule.name), line(schedule.timetable, schedule.extraction)]
        if let examination = schedule.examination { lines.append(line(schedule.morningTimetable, examination)) }
        lines.append(end(schedule.name))
        return lines.joined(separator: "\n") + "\n"
    }

    /// A crontab with a schedule in it: where it stood before, else at the end. All other lines stay as they are.
    static func adding(_ schedule: Schedule, to crontab: String) -> String {
        guard let range = range(of: schedule.name, in: crontab) else {
            let isWhole = crontab.isEmpty || crontab.utf8.last == UInt8(ascii: "\n")
            return crontab + (isWhole ? "" : "\n") + lines(schedule)
        }
        return crontab[..<range.lowerBound] + lines(schedule) + crontab[range.upperBound...]
    }

    /// A crontab without a schedule; nil where it is not there.
    static func removing(_ name: String, from crontab: String) -> String? {
        range(of: name, in: crontab).map { String(crontab[..<$0.lowerBound] + crontab[$0.upperBound...]) }
    }

    /// Whether a schedule was begun and its end has been taken out by hand: nobody knows then which lines are its.
    static func isTorn(_ name: String, in crontab: String) -> Bool {
        let lines = lines(of: crontab)
        return lines.contains { $0 == begin(name) } != lines.contains { $0 == end(name) }
    }

    private static func begin(_ name: String) -> String {
        "# kleene-ns schedule \(name): `kleene-ns schedule --remove --name \(name)` takes these lines out."
    }

    private static func end(_ name: String) -> String { "# end of kleene-ns schedule \(name)" }

    /// From the first comment to the line break behind the second.
    private static func range(of name: String, in crontab: String) -> Range<String.Index>? {
        var start: String.Index?
        var index = crontab.startIndex
        while index < crontab.endIndex {
            let stop = crontab[index...].unicodeScalars.firstIndex(of: "\n") ?? crontab.endIndex
            let line = crontab[index..<stop]
            let next = stop == crontab.endIndex ? stop : crontab.unicodeScalars.index(after: stop)
            if line == begin(name) { start = index }
            if line == end(name), let start { return start..<next }
            index = next
        }
        return nil
    }

    /// Whether a line has a variable with just this value: one of ours, or one of somebody's own that is written alike.
    static func holds(_ variable: CarriedVariables.Variable, _ crontab: String) -> Bool {
        let word = " \(assignment(variable)) "
        return lines(of: crontab).contains { !$0.hasPrefix("#") && " \($0) ".contains(word) }
    }

    /// By scalars: to a `Character`, CR LF is one, which is no line break.
    private static func lines(of crontab: String) -> [String] {
        crontab.unicodeScalars.split(separator: "\n").map { String($0) }
    }

    /// By env(1) in the command itself: a line of its own would give the variable to all lines of the crontab that come after.
    private static func command(_ words: [String], _ variables: [CarriedVariables.Variable]) -> String {
        let command = words.map(ShellWord.quoted).joined(separator: " ").replacingScalars(["%": "\\%"])
        return variables.isEmpty
            ? command : (["/usr/bin/env"] + variables.map(assignment) + [command]).joined(separator: " ")
    }

    private static func assignment(_ variable: CarriedVariables.Variable) -> String {
        ShellWord.quoted("\(variable.name)=\(variable.value)").replacingScalars(["%": "\\%"])
    }
}
