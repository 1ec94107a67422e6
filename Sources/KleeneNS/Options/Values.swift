import ArgumentParser
import Extraction
import FoundationEssentials
import Logging
import Text

/// How log entries are written.
enum LogFormat: String, CaseIterable, Sendable {
    case text, json
}

/// From which level on log entries are written.
enum LogLevel: String, CaseIterable, Sendable {
    case trace, debug, info, notice, warning, error

    var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}

extension ListingFormat: ArgumentWord {}
extension LogFormat: ArgumentWord {}
extension LogLevel: ArgumentWord {}
extension ColorChoice: ArgumentWord {}
extension LoadMethod: ArgumentWord {}
extension ExtractType: ArgumentWord {}
extension NullKeys: ArgumentWord {}

extension DriftPolicy: ExpressibleByArgument {
    /// `gone=ignore`, or several with commas between them.
    package init?(argument: String) {
        self.init()
        for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", omittingEmptySubsequences: false)
            guard sides.count == 2, let kind = Kind(rawValue: String(sides[0]).trimmingBlanks),
                let answer = Answer(rawValue: String(sides[1]).trimmingBlanks), answers[kind] == nil
            else { return nil }
            answers[kind] = answer
        }
    }
}

/// A span of time given on the command line, in whole seconds.
struct DurationArgument: ExpressibleByArgument, Sendable {
    let seconds: Int

    init?(argument: String) {
        guard let seconds = DurationText.seconds(argument) else { return nil }
        self.seconds = seconds
    }
}

/// A share given on the command line: `2%` or `0.02`.
struct ShareArgument: ExpressibleByArgument, Sendable, Equatable {
    /// Above 0 and at most 1.
    let share: Double

    init?(argument: String) {
        let isPercent = argument.hasSuffix("%")
        let digits = isPercent ? String(argument.dropLast()).trimmingBlanks : argument
        guard let number = Double(digits), number > 0 else { return nil }
        share = isPercent ? number / 100 : number
        guard share <= 1 else { return nil }
    }
}

/// A moment given on the command line: so long ago, or a date.
struct SinceArgument: ExpressibleByArgument, Sendable, Equatable {
    private enum Begin: Equatable {
        case ago(seconds: Int)
        case at(Timestamp)
    }

    private let value: Begin

    init?(argument: String) {
        if argument.contains("-"), let moment = Moment(argument.hasSuffix("Z") ? String(argument.dropLast()) : argument)
        {
            value = .at(Timestamp(Date(timeIntervalSince1970: Double(moment.seconds))))
        } else if let seconds = DurationText.seconds(argument) {
            value = .ago(seconds: seconds)
        } else {
            return nil
        }
    }

    /// The moment, in UTC.
    func begin(_ now: Date) -> Timestamp {
        switch value {
        case .ago(let seconds): Timestamp(now.addingTimeInterval(-Double(seconds)))
        case .at(let time): time
        }
    }
}

/// A time of the day on the command line: `02:30`.
struct TimeOfDayArgument: ExpressibleByArgument, Sendable, Equatable {
    let hour: Int
    let minute: Int

    init?(argument: String) {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ (1...2).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
        else { return nil }
        self.hour = hour
        self.minute = minute
    }
}

extension RunStatus: ArgumentWord {}
extension DecimalStorage: ArgumentWord {}
extension OddTimeValues: ArgumentWord {}
