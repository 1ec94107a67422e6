import Text

/// A crontab with the lines of schedules in it, each between two comments by which it is found again.
///
/// Values to values: who reads and writes crontabs is `CrontabProgram`. As in crontab(5) of Debian's cron and of cronie: `%` is a line
/// break unless `\` stands before it, and a comment is a line of its own.
enum Crontab {
    /// The lines of a schedule, with its comments and a line break at the end.
    static func lines(_ schedule: Schedule) -> String {
        var lines = [begin(schedule.name), "\(schedule.timetable.cron) \(command(schedule.extraction))"]
        if let examination = schedule.examination {
            lines.append("\(schedule.morningTimetable.cron) \(command(examination))")
        }
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
        let lines = crontab.split(separator: "\n")
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

    private static func command(_ words: [String]) -> String {
        words.map(ShellWord.quoted).joined(separator: " ").replacingScalars(["%": "\\%"])
    }
}
