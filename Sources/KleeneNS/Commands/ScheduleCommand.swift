import ArgumentParser
import Extraction
import Files
import FoundationEssentials
import Glibc
import Logging

extension KleeneNSCommand {
    struct ScheduleCommand: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "schedule",
            abstract: "Have extracts run by themselves: lines of a crontab, or units of systemd.",
            discussion: """
                Prints what would be done; with --install it is done, with --remove it is taken out again. All paths are \
                absolute, and no machine asks at the full hour. Variables that are set here and by which drivers, libraries \
                and proxies are found (such as ODBCSYSINI, OASDK_ODBC_HOME, LD_LIBRARY_PATH) are written into it. A run that \
                meets the one before it waits, and then ends with code 5. Connects to nothing.

                EXAMPLES:
                  kleene-ns schedule --every 6h
                  kleene-ns schedule --every 1h --tag hourly --name hourly --max-age 3h --install
                  kleene-ns schedule --at 02:30 --systemd
                  kleene-ns schedule --remove --name hourly
                """)

        @OptionGroup var order: ScheduleOptions
        @OptionGroup(title: "Where") var place: SchedulePlaceOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws {
            try place.validate(with: order)
            try output.validateFields()
        }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            if place.remove { return try remove(context) }
            let file = Surroundings.absolute(
                ConfigurationFile.path(flag: order.config, environment: context.environment))
            let configuration = try ConfigurationFile.read(file)
            try order.checkChoice(of: configuration)
            try order.checkWords(file)
            let carried = try CarriedVariables(context.environment)
            var schedule = order.schedule(
                configuration: file, name: place.name,
                stateDirectory: place.stateDirectory(configuration, context), machine: Self.machine)
            schedule.variables = carried.variables
            let secrets = configuration.secrets
            // The mock server takes its own.
            let missed = ((order.mock == nil ? secrets : []) + [configuration.maskKey].compactMap(\.self)).filter {
                place.form.misses($0.place)
            }
            let advice = place.form.adviceForSecrets
            if place.install, !missed.isEmpty {
                throw Failure(
                    .configuration,
                    "\(place.form.words) would not find \(missed.map { "the secret \($0.origin), from \($0.place)" }.joined(separator: ", ")).",
                    advice: advice)
            }
            for secret in missed {
                context.log.entry(
                    .warning,
                    "\(place.form.words) will not find the secret \(secret.origin), from \(secret.place). \(advice)")
            }
            if let warning = carried.warning { context.log.entry(.warning, "\(warning)") }
            if let sentence = carried.sentence { context.log.entry(.notice, "\(sentence)") }
            switch place.form {
            case .cron: try settle(schedule, context)
            case .systemd:
                try settle(
                    SystemdUnits(
                        schedule, user: place.runAs, credentials: secrets.compactMap(\.credential),
                        keepsState: place.stateDir == nil && place.manager == .system), of: schedule, context)
            }
            return .done
        }

        /// Another on each machine, and the same each time.
        private static var machine: String {
            (try? SettingsFile.contents(of: "/etc/machine-id")) ?? ProcessInfo.processInfo.hostName
        }

        private func settle(_ schedule: Schedule, _ context: CommandContext) throws {
            guard place.install else {
                return try show([("crontab", Crontab.lines(schedule))], context)
            }
            try CrontabProgram(environment: context.environment).install(schedule)
            try tell(
                "Your crontab has the schedule \(schedule.name): \(schedule.timetable.words). Check what cron will find with "
                    + "`kleene-ns doctor --as-cron --config \(ShellWord.quoted(schedule.configuration))`.", context)
        }

        private func settle(_ units: SystemdUnits, of schedule: Schedule, _ context: CommandContext) throws {
            guard place.install else { return try show(units.units.map { ($0.name, $0.text) }, context) }
            let program = try SystemdProgram(place.manager, environment: context.environment)
            try program.install(units, of: schedule.name)
            let isUsers = place.manager == .user
            try tell(
                "\(program.directory) has the units of the schedule \(schedule.name): \(schedule.timetable.words). "
                    + "`systemctl \(isUsers ? "--user " : "")list-timers` shows when they run next"
                    + (isUsers ? "; `loginctl enable-linger` lets them run while you are not logged in." : "."), context
            )
        }

        private func remove(_ context: CommandContext) throws -> ExitStatus {
            let name = place.name
            let isGone =
                switch place.form {
                case .cron: try CrontabProgram(environment: context.environment).remove(name)
                case .systemd: try SystemdProgram(place.manager, environment: context.environment).remove(name)
                }
            guard isGone else {
                throw Failure(
                    .configuration, "\(place.form.words) has no schedule \(name) of yours.",
                    advice: place.form == .cron
                        ? "`crontab -l` shows what it has; with --systemd, units are looked for."
                        : "`systemctl \(place.manager == .user ? "--user " : "")list-timers --all` shows what it has; without --systemd, your crontab is looked at."
                )
            }
            try tell("The schedule \(name) is removed.", context)
            return .done
        }

        private func tell(_ sentence: String, _ context: CommandContext) throws {
            guard !output.quiet else { return }
            try context.writeLines(
                sentence.wrapped(to: context.terminal.resultWidth ?? 100).joined(separator: "\n") + "\n")
        }

        /// Files as texts, for a person or a pipe; as data where that was asked for.
        private func show(_ files: [(name: String, text: String)], _ context: CommandContext) throws {
            guard output.format == .table else {
                return try context.show(
                    Listing(
                        columns: ["file", "text"], rows: files.map { [Listing.Cell($0.name), Listing.Cell($0.text)] }))
            }
            let text =
                files.count == 1
                ? files[0].text : files.map { "# \($0.name)\n\($0.text)" }.joined(separator: "\n")
            try context.terminal.write(text)
        }
    }
}
