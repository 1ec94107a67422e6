import ArgumentParser
import Extraction
import Logging

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
extension ConfiguredLoadMethod: ExpressibleByArgument {}
extension ConfiguredExtractType: ExpressibleByArgument {}
extension DecimalStorage: ExpressibleByArgument {}
