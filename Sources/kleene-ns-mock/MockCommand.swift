import ArgumentParser
import Foundation

/// `kleene-ns-mock`: a SuiteAnalytics Connect service to try things on.
@main
struct MockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kleene-ns-mock",
        abstract: "A mock of NetSuite's SuiteAnalytics Connect, reached through the stock PostgreSQL ODBC driver.",
        // That of kleene-ns, which a test compares.
        version: "kleene-ns-mock 0.1.0",
        subcommands: [ServeCommand.self, DumpCommand.self, ControlCommand.self])

    /// As in `kleene-ns`, a wrong command line ends with 2, whatever the parser's own number is.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var running = command as? any AsyncParsableCommand {
                try await running.run()
            } else {
                try command.run()
            }
        } catch let failure as any PlainFailure {
            FileHandle.standardError.write(Data((failure.lines(width: screenWidth) + "\n").utf8))
            Foundation.exit(2)
        } catch {
            let code = exitCode(for: error)
            guard code == .validationFailure else { exit(withError: error) }
            FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
            Foundation.exit(2)
        }
    }

    /// Columns of the screen behind standard error; nil where there is none.
    private static var screenWidth: Int? {
        var size = winsize()
        guard isatty(2) == 1, unsafe ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }
}

/// What stops the mock and is no fault of the command line, which is not shown again.
protocol PlainFailure: Error, CustomStringConvertible {}

extension PlainFailure {
    /// The sentence, broken between words where a screen is narrower.
    func lines(width: Int?) -> String {
        let text = "kleene-ns-mock: \(self)"
        guard let width else { return text }
        return text.split(separator: " ").reduce(into: [String]()) { lines, word in
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }.joined(separator: "\n")
    }
}
