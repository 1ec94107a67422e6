import ArgumentParser
import CProcess
import Extraction
import FoundationEssentials
import Glibc

/// The command line: `kleene-ns COMMAND`.
@main struct KleeneNSCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kleene-ns",
        abstract: "Extract tables of NetSuite, or of any ODBC data source, into local tables.",
        discussion: "`kleene-ns help first-steps` leads from nothing to a schedule.\n\n"
            + "Exit code 0 means that all was done; `kleene-ns help exit-codes` lists the others.\n\n"
            + HelpTopic.list,
        version: Version.line,
        // Each says its own name: found out from its type, by reflection, a name takes 50 µs.
        groupedSubcommands: [
            CommandGroup(
                name: "Looking at the source:",
                subcommands: [
                    Schemas.self, Tables.self, Columns.self, Keys.self, PreviewRows.self, Doctor.self,
                ]),
            CommandGroup(name: "Setting up:", subcommands: [Init.self, Config.self]),
            CommandGroup(
                name: "Extracting:", subcommands: [Plan.self, Extract.self, Backfill.self, ScheduleCommand.self]),
            CommandGroup(
                name: "Looking at what was done:",
                subcommands: [
                    Verify.self, CheckCommand.self, Status.self, ReportCommand.self, Runs.self, State.self, Auth.self,
                ]),
        ])

    static func main() {
        Descriptor.occupyStandardStreams()
        // Before there is a secret in memory.
        let code = kns_forbid_core_files()
        kns_ignore_signal(SIGPIPE)
        // A file at its size limit is an error of the write, not the end of the process.
        kns_ignore_signal(SIGXFSZ)
        // A caller that ignores the ends of its children, as some supervisors do, leaves us that: then the system takes ours
        // away before we can ask how they ended.
        kns_default_signal(SIGCHLD)
        // Swift's library on Linux reads them from /proc: where it cannot, there would be a command without a word, and help for it
        // would end with 0.
        let line = CommandLine.arguments
        let arguments = Array(line.dropFirst())
        // Started by the program itself, never by a person: there is no command line to understand, which would take 2 ms.
        if code == 0, arguments == WorkerProgram.arguments { WorkerProcess.run() }
        let terminal = Terminal()
        guard code == 0 else {
            terminal.say("kleene-ns: Core files cannot be forbidden: \(SystemError(code)).")
            Glibc.exit(ExitStatus.failed.rawValue)
        }
        guard !line.isEmpty else {
            terminal.say(
                "kleene-ns: The command line cannot be read: /proc/self/cmdline is not there, or no file can be opened. Mount /proc "
                    + "(in a chroot or a container: `mount -t proc proc /proc`), or raise the limit of open files (`ulimit -n`)."
            )
            Glibc.exit(ExitStatus.failed.rawValue)
        }
        Glibc.exit(run(arguments, terminal).rawValue)
    }

    /// Parses and performs a command; whatever goes wrong is said, and is in the code.
    private static func run(_ arguments: [String], _ terminal: Terminal) -> ExitStatus {
        if arguments.count == 2, arguments[0] == "help", let topic = HelpTopic(rawValue: arguments[1]) {
            return tell(topic.text(width: terminal.resultWidth), terminal)
        }
        if let mistyped = MistypedCommand(arguments) {
            terminal.say("kleene-ns: \(mistyped.message)", wraps: true)
            return .usage
        }
        do {
            if let command = command(arguments) { return perform(command, terminal) }
            var command = try parseAsRoot(arguments)
            guard let reporting = command as? any ReportingCommand else {
                try command.run()
                return .done
            }
            return perform(reporting, terminal)
        } catch {
            return explain(error, terminal)
        }
    }

    /// The command that the first word names, parsed by itself; nil for help, and for what is wrong, of which the parser speaks from
    /// the root. From there it would make all options of the command twice more (swift-argument-parser 1.8), which takes 2 ms.
    private static func command(_ arguments: [String]) -> (any ReportingCommand)? {
        let type = configuration.subcommands.first { $0.configuration.commandName == arguments.first }
        return try? type?.parseAsRoot(Array(arguments.dropFirst())) as? any ReportingCommand
    }

    private static func perform(_ command: some ReportingCommand, _ terminal: Terminal) -> ExitStatus {
        do {
            let interruption = try Interruption()
            try interruption.takeSignals()
            let context: CommandContext
            do {
                context = try CommandContext(
                    terminal: terminal, output: command.output, environment: ProcessInfo.processInfo.environment,
                    interruption: interruption)
            } catch {
                terminal.say("kleene-ns: \(error)")
                return ExitStatus(Failure.wrapping(error).kind)
            }
            do {
                return try command.perform(context)
            } catch {
                context.report(error)
                return error is InvalidConfiguration ? .usage : ExitStatus(Failure.wrapping(error).kind)
            }
        } catch {
            terminal.say(
                "kleene-ns: Signals cannot be taken: \(error). Raise the limits of processes (`ulimit -u`), of memory "
                    + "(`ulimit -v`) and of open files (`ulimit -n`).")
            return .failed
        }
    }

    /// Help and version are results; everything else that the parser throws is a fault of usage.
    private static func explain(_ error: any Error, _ terminal: Terminal) -> ExitStatus {
        let text = fullMessage(for: error)
        guard exitCode(for: error).isSuccess else {
            terminal.say(text, wraps: true)
            return .usage
        }
        if text == Version.line {
            return tell(Version.text(commit: Version.commit, libraries: Version.libraries), terminal)
        }
        return tell(HelpPage(text, width: terminal.resultWidth).map { "\($0)" } ?? text, terminal)
    }

    private static func tell(_ text: String, _ terminal: Terminal) -> ExitStatus {
        do {
            try terminal.write(text + "\n")
            return .done
        } catch {
            return .failed
        }
    }
}
