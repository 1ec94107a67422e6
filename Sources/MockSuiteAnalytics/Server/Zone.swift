import Foundation

/// The zone in which a clock's time is written: fixed, or by name with its summer time.
package struct Zone: Sendable, Equatable, CustomStringConvertible {
    private enum Rule: Equatable {
        case fixed(Int)
        case named(TimeZone)
    }

    private let rule: Rule
    package let description: String

    package static let utc = Zone(secondsEastOfUTC: 0)

    /// A zone without summer time; the seconds may just as well be a clock's error.
    package init(secondsEastOfUTC seconds: Int) {
        let parts = [abs(seconds) / 3600, abs(seconds) / 60 % 60, abs(seconds) % 60]
        let shown = parts.last == 0 ? Array(parts.dropLast()) : parts
        let text = shown.map { Moment.digits($0, 2) }.joined(separator: ":")
        self.init(.fixed(seconds), (seconds < 0 ? "-" : "+") + text)
    }

    private init(_ rule: Rule, _ description: String) {
        self.rule = rule
        self.description = description
    }

    /// A name such as `America/Los_Angeles`, or what is ahead of UTC as `+HH:MM` or `-HH:MM:SS`; nil for anything else.
    package init?(_ text: String) {
        if let sign = text.first, "+-".contains(sign) {
            let parts = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...3).contains(parts.count), parts.allSatisfy({ $0.map((0..<100).contains) ?? false }) else {
                return nil
            }
            let seconds = zip(parts, [3600, 60, 1]).reduce(0) { $0 + ($1.0 ?? 0) * $1.1 }
            self.init(secondsEastOfUTC: sign == "-" ? -seconds : seconds)
        } else {
            guard let zone = TimeZone(identifier: text) else { return nil }
            self.init(.named(zone), text)
        }
    }

    /// What a clock in the zone shows `seconds` after 1970 began in UTC.
    package func moment(at seconds: Int) -> Moment {
        switch rule {
        case .fixed(let offset): Moment(secondsSince1970: seconds + offset)
        case .named(let zone):
            Moment(
                secondsSince1970: seconds
                    + zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(seconds))))
        }
    }
}
