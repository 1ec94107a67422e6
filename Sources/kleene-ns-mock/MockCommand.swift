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
        } catch let failure as CannotListen {
            FileHandle.standardError.write(Data("\(failure)\n".utf8))
            Foundation.exit(2)
        } catch {
            let code = exitCode(for: error)
            guard code == .validationFailure else { exit(withError: error) }
            FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
            Foundation.exit(2)
        }
    }
}
