import ArgumentParser
import Extraction
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

extension ListingFormat: ExpressibleByArgument {}
extension LogFormat: ExpressibleByArgument {}
extension LogLevel: ExpressibleByArgument {}
extension LoadMethod: ExpressibleByArgument {}
extension ExtractType: ExpressibleByArgument {}
extension NullKeys: ExpressibleByArgument {}

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
extension DecimalStorage: ExpressibleByArgument {}
extension OddTimeValues: ExpressibleByArgument {}
