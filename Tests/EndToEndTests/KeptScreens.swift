import Foundation
import Synchronization
import TestSupport
import Testing

/// The screens of one row of the first hours, kept in `Screens/Hours/u01.txt`: each command, and what is on the screen in the end
/// at 50, 80 and 120 columns and where no terminal is. Colors change no word, so those screens are kept once.
///
/// `KLEENE_TEST_RECORD=1` writes them as they are now; the difference is then to be read.
final class KeptScreens: Sendable {
    /// What was looked at so far, as text.
    private let looks = Mutex([String]())

    static func path(_ row: String) -> String { ScreensOfFaultsTests.path("Hours/\(row)") }

    /// `u10_u11` of `u10_u11_theLineLivesAndFits()`; nil where a test is of no row.
    static func row(_ function: String) -> String? {
        function.prefixMatch(of: /(u[0-9]{2}(?:_u[0-9]{2})*)_/).map { String($0.output.1) }
    }

    /// Compares what was seen with what is kept.
    ///
    /// - Parameters:
    ///   - arguments: As a person has typed them.
    ///   - words: With all that is added where it is played.
    func compare(
        _ arguments: [String], _ sights: [Sight], _ bench: MockBench, _ words: [String], row: String,
        _ sourceLocation: SourceLocation
    ) throws {
        guard let row = Self.row(row) else { return }
        var screens: [String] = []
        var last: (columns: Int?, text: String)?
        for sight in sights {
            let name = sight.screen.columns.map { "\($0) columns" } ?? "no terminal"
            let lines = Self.anonymous(sight.lines, bench, words)
            let text = "-- \(name) [\(sight.code)]\n" + lines.map { $0 + "\n" }.joined()
            if let last, last.columns == sight.screen.columns {
                #expect(text == last.text, "\(sight.screen) has other words", sourceLocation: sourceLocation)
            } else {
                screens.append(text)
            }
            last = (sight.screen.columns, text)
        }
        let command = Self.anonymous([arguments.joined(separator: " ")], bench, words).joined()
        let look = "$ \(command)\n" + screens.joined()
        let text = looks.withLock {
            $0.append(look)
            return $0.joined(separator: "\n")
        }
        let path = Self.path(row)
        if ProcessInfo.processInfo.environment["KLEENE_TEST_RECORD"] != nil {
            try FileManager.default.createDirectory(
                atPath: URL(filePath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
            return try text.write(toFile: path, atomically: true, encoding: .utf8)
        }
        let known = try String(contentsOfFile: path, encoding: .utf8)
        guard !known.hasPrefix(text) else { return }
        let lines = (known.components(separatedBy: "\n"), text.components(separatedBy: "\n"))
        let other = zip(lines.0, lines.1).first { $0 != $1 }
        Issue.record(
            "\(row).txt: \(other.map { "\($0)" } ?? "a line too many")\n\(look)", sourceLocation: sourceLocation)
    }

    /// Parts of a record, and checks, whose lines are broken here and there by what a machine has.
    private static let machines = ["steps ", "PASS    free space", "peak_memory ", "PASS    driver manager"]

    /// Without what differs from run to run, from port to port and from machine to machine.
    private static func anonymous(_ lines: [String], _ bench: MockBench, _ words: [String]) -> [String] {
        var (kept, isLeftOut) = ([String](), false)
        for line in lines {
            isLeftOut = machines.contains { line.hasPrefix($0) } || isLeftOut && line.hasPrefix(" ")
            if !isLeftOut { kept.append(line) }
        }
        var text = kept.joined(separator: "\n").replacing(/\/tmp\/k[0-9a-f]{8}\/[0-9]/, with: "/home/me")
        for word in words {
            // A port of a few digits is one that a test has chosen.
            guard let port = word.prefixMatch(of: /127\.0\.0\.1:([0-9]{4,})$/)?.output.1 else { continue }
            text = text.replacing(port, with: "1708")
        }
        return Transcript.anonymous(text, bench.directory, bench).map { line in
            var line = line
            if line.contains(/succeeded|failed|interrupted|^seconds/) {
                line = line.replacing(/\ +[0-9]+\.[0-9]+(?=\ |$)/, with: "  N")
            }
            line = line.replacing(/[0-9]+(\.[0-9]+)? s\b/, with: "N s").replacing(/[0-9]+ seconds?/, with: "N seconds")
                .replacing(/seconds [0-9]+/, with: "seconds N")
                .replacing(/\b[0-9a-f]{8}\b/, with: "RUN").replacing(/[0-9]{2}\.[0-9]{2}\.[0-9]{4}/, with: "13.02.0000")
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
