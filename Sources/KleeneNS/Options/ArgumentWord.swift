import ArgumentParser

/// A value of an option that is one of a few words, such as `--format json`.
///
/// argument-parser's own extension for such types makes a key path for each word of each option at each start of a command, which
/// took a twelfth of a command's processor time before it did anything (1.8.2).
protocol ArgumentWord: ExpressibleByArgument, CaseIterable, RawRepresentable where RawValue == String {}

extension ArgumentWord {
    init?(argument: String) { self.init(rawValue: argument) }

    var defaultValueDescription: String { rawValue }

    static var allValueStrings: [String] { allCases.map { $0.rawValue } }

    static var allValueDescriptions: [String: String] { [:] }
}
