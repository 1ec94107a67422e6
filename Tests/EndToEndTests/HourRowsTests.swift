import Foundation
import Testing

/// All 42 rows of what a data engineer met in the first two hours, each with what it is about, and a check that it is played: on
/// screens of 50, 80 and 120 columns and where no terminal is, with and without colors.
@Suite struct HourRowsTests {
    /// By number.
    static let subjects = [
        "a refused login, once", "a service that is away", "no answer is no refusal", "what is kept is said",
        "names and tags that choose nothing", "cron hears nothing", "a configuration without the clone",
        "doctor reads the extracts", "one line an extract", "a tick of its own", "cut to the screen", "a wide row",
        "the best key", "a first sign", "Ctrl-C", "what holds for all", "one typo is one fault", "near names",
        "a schema in any case", "objects and numbers for programs", "comments and $schema", "what changed", "help",
        "installation and completion", "how logins stand", "a mock of another account", "SIGHUP and SIGUSR1",
        "an empty range", "all missing secrets", "a condition first", "things found by their parts",
        "advice names what exists", "another file as it is", "a reset asks", "bytes have a unit",
        "CSV ends lines with LF",
        "a terminal that can do little", "a fresh listing", "digits and words", "the mock speaks plainly",
        "no promise of two minutes", "a file for its owner alone",
    ]

    /// Screens on which a row is not to be seen, and why.
    static let absent: [Int: (screens: Set<String>, reason: String)] = [
        15: (["no terminal"], "nobody presses Ctrl-C there; SignalTests send the signal"),
        24: (Set(screens), "no screen: CompletionHookTests complete names, LibrariesTests look into packages"),
        36: (["50 columns"], "CSV is not cut, and its lines are longer"),
        41: (Set(screens), "a page, which the test of the row reads"),
        42: (Set(screens), "the mode of a file, which the test of the row reads"),
    ]

    static let screens = ["50 columns", "80 columns", "120 columns", "no terminal"]

    /// The names of all tests of rows, as their sources have them.
    private static func tests() throws -> [String] {
        try ["FirstHourTests", "SecondHourTests"].flatMap { name in
            let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "\(name).swift")
            return try String(contentsOf: path, encoding: .utf8).matches(of: /func (u[0-9]{2}\w*)\(/)
                .map { String($0.output.1) }
        }
    }

    @Test func all42RowsHaveATest() throws {
        let numbers = try Self.tests().flatMap { name in
            KeptScreens.row(name)?.split(separator: "_").compactMap { Int($0.dropFirst()) } ?? []
        }
        #expect(Self.subjects.count == 42)
        #expect(numbers.sorted() == Array(1...42), "\(numbers)")
    }

    @Test func eachRowIsPlayedOnEachScreen() throws {
        var files = Set(
            try FileManager.default.contentsOfDirectory(
                atPath: URL(filePath: KeptScreens.path("x")).deletingLastPathComponent().path))
        for test in try Self.tests() {
            guard let row = KeptScreens.row(test) else { continue }
            let text = (try? String(contentsOfFile: KeptScreens.path(row), encoding: .utf8)) ?? ""
            files.remove("\(row).txt")
            let played = Set(text.matches(of: /\n-- (.+) \[[0-9]+\](?=\n)/).map { String($0.output.1) })
            for number in row.split(separator: "_").compactMap({ Int($0.dropFirst()) }) {
                let absent = Self.absent[number]?.screens ?? []
                #expect(
                    played == Set(Self.screens).subtracting(absent),
                    "U\(number) (\(Self.subjects[number - 1])) is played on \(played.sorted())")
            }
        }
        #expect(files.isEmpty, "screens of no row: \(files)")
    }
}
