import Text

/// When something is done that nobody starts: each so many minutes or hours, or once a day.
struct Timetable: Equatable, Sendable {
    enum Rhythm: Equatable, Sendable {
        /// From 1 to 30, and a part of an hour.
        case minutes(Int)
        /// From 1 to 12, and a part of a day.
        case hours(Int)
        /// Once a day, in this hour of the machine's clock.
        case daily(hour: Int)
    }

    let rhythm: Rhythm
    /// From 0 to 59: no machine asks at the full hour, where all others do.
    let minute: Int

    /// The hour of what is done once a day and has no time of its own.
    static let night = 3

    init(_ rhythm: Rhythm, minute: Int) {
        self.rhythm = rhythm
        self.minute = minute
    }

    /// Each span; nil for one that cron cannot keep, because no hour or day is a multiple of it.
    ///
    /// - Parameters:
    ///   - seconds: The span.
    ///   - minute: Of the hour, from 0 to 59, at which one of them begins.
    init?(every seconds: Int, minute: Int) {
        switch seconds {
        case 86_400: self.init(.daily(hour: Self.night), minute: minute)
        case 60...1800 where 3600 % seconds == 0 && seconds % 60 == 0:
            self.init(.minutes(seconds / 60), minute: minute % (seconds / 60))
        case 3600...43_200 where 86_400 % seconds == 0 && seconds % 3600 == 0:
            self.init(.hours(seconds / 3600), minute: minute)
        default: return nil
        }
    }

    /// A minute of the hour for a schedule: the same each time that it is asked for, another on each machine and for each text.
    static func minute(of texts: [String]) -> Int {
        Int(UInt64(Fingerprint.of(texts.joined(separator: "\n")), radix: 16).map { $0 % 60 } ?? 0)
    }

    private var minutes: [Int] {
        guard case .minutes(let step) = rhythm else { return [minute] }
        return Array(stride(from: minute, to: 60, by: step))
    }

    /// Nil for each hour.
    private var hours: [Int]? {
        switch rhythm {
        case .minutes, .hours(1): nil
        case .hours(let step): Array(stride(from: 0, to: 24, by: step))
        case .daily(let hour): [hour]
        }
    }

    /// The five fields of crontab(5).
    var cron: String {
        if rhythm == .minutes(1) { return "* * * * *" }
        func list(_ numbers: [Int]) -> String { numbers.map(String.init).joined(separator: ",") }
        return "\(list(minutes)) \(hours.map(list) ?? "*") * * *"
    }

    /// A calendar event of systemd.time(7).
    var calendar: String {
        if rhythm == .minutes(1) { return "*-*-* *:*:00" }
        func list(_ numbers: [Int]) -> String { numbers.map(Self.twoDigits).joined(separator: ",") }
        return "*-*-* \(hours.map(list) ?? "*"):\(list(minutes)):00"
    }

    /// The end of a sentence: `every 15 minutes`, `every day at 03:17`.
    var words: String {
        switch rhythm {
        case .minutes(1): "every minute"
        case .minutes(let step): "every \(Sentence.count(step, "minute"))"
        case .hours(1): "every hour, at minute \(minute)"
        case .hours(let step): "every \(Sentence.count(step, "hour")), at minute \(minute)"
        case .daily(let hour): "every day at \(Self.clock(hour, minute))"
        }
    }

    static func clock(_ hour: Int, _ minute: Int) -> String { "\(twoDigits(hour)):\(twoDigits(minute))" }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}
