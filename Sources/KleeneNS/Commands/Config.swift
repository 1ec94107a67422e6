import ArgumentParser
import Extraction
import FoundationEssentials
import Logging
import Text

extension KleeneNSCommand {
    struct Config: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "config",
            abstract:
                "Check the configuration file, show what it comes to, print an example or the schema for editors.",
            subcommands: [Check.self, Show.self, Example.self, Schema.self])
    }
}

extension KleeneNSCommand.Config {
    struct Check: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Say every fault of the configuration file, with its line. Connects to nothing.",
            discussion: """
                Ends with 2 where there is one. `kleene-ns doctor` also asks whether the source agrees.

                EXAMPLES:
                  kleene-ns config check
                  kleene-ns config check --config /etc/kleene-ns.json --format json
                """)

        @OptionGroup var file: ConfigurationOptions
        @OptionGroup var idle: IgnoredMockOption
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws { try output.validateFields() }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let path = ConfigurationFile.path(flag: file.config, environment: context.environment)
            do {
                let configuration = try ConfigurationFile.read(path)
                for extract in configuration.extracts + configuration.patterns {
                    for word in ColumnChoice(extract.columns ?? []).idleWords {
                        context.log.entry(
                            .notice,
                            "\"\(word)\" in \"columns\" of the extract \"\(extract.name)\" leaves nothing out: the others are names"
                        )
                    }
                }
                if output.format == .table {
                    let text = "\(path) has no fault; it has \(configuration.counted)."
                    if !output.quiet { try context.terminal.write(text + "\n") }
                } else {
                    try context.show(Listing([Fault]()))
                }
                return .done
            } catch let invalid as InvalidConfiguration where output.format != .table {
                try context.show(Listing(invalid.faults))
                return .usage
            }
        }
    }

    struct Show: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract:
                "Print the configuration with what holds for each extract; secrets as the places they are taken from.",
            discussion: """
                What extracts take from "defaults", and the defaults of keys that nobody sets, stand in each of them; the rest is \
                as the file has it. The result is a configuration that means the same. Defaults that depend on the table, \
                the source or a flag, as those of "overlap" and "chunk_rows" do, are not filled in.

                EXAMPLES:
                  kleene-ns config show
                  kleene-ns config show --format jsonl
                """)

        @OptionGroup var file: ConfigurationOptions
        @OptionGroup var listing: KeptListingOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws { try output.validateDocument() }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let path = ConfigurationFile.path(flag: file.config, environment: context.environment)
            let configuration = try ConfigurationFile.read(path)
            // Valid, so what stands in it is JSON, and no secret does.
            let document = try JSONText(try Data(contentsOf: URL(fileURLWithPath: path))).value
            for entry in configuration.patterns { say(entry, of: configuration, context) }
            try context.terminal.write(context.rendered(document: configuration.effective(document).pretty + "\n"))
            return .done
        }

        /// Which tables an entry for several stands for, as far as that is known without asking the source.
        private func say(
            _ entry: ExtractConfiguration, of configuration: Configuration, _ context: CommandContext
        ) {
            guard let pattern = entry.pattern else { return }
            let listing = configuration.keptListing(
                mock: listing.mock,
                stateDirectory: StateDirectory.path(
                    flag: nil, environment: context.environment, configuration: configuration.directory))
            let text: String
            if let listing {
                let tables = listing.value.map(\.table).filter(pattern.takes).map { $0.lowercased() }.sorted()
                let age = CatalogReader.ago(Int(Date().timeIntervalSince1970) - listing.readAt)
                text =
                    "\"\(pattern)\" fits \(Sentence.count(tables.count, "table")) of those listed \(age): "
                    + tables.prefix(20).joined(separator: ", ") + (tables.count > 20 ? ", …" : "")
            } else {
                text = "which tables fit \"\(pattern)\" is known when the source is asked: `kleene-ns plan` shows them"
            }
            context.log.entry(.info, "\(text)")
        }
    }

    struct Example: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "example",
            abstract: "Print a configuration to begin with.",
            discussion: """
                `kleene-ns init` asks for your own values and writes them; this one has invented ones.

                EXAMPLES:
                  kleene-ns config example > kleene-ns.json
                  kleene-ns config example --login oauth2 > kleene-ns.json
                """)

        @Option(help: "How it logs in: with the tokens of an integration, or with a certificate (OAuth 2.0).")
        var login = ExampleConfiguration.Login.tba

        @OptionGroup var idle: IgnoredMockOption
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws { try output.validateDocument() }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            try context.terminal.write(context.rendered(document: ExampleConfiguration.text(login) + "\n"))
            return .done
        }
    }

    struct Schema: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "schema",
            abstract: "Print the JSON Schema of configuration files.",
            discussion: """
                With "$schema": "kleene-ns.schema.json" at its top, an editor completes the keys of a configuration and \
                marks its faults.

                EXAMPLES:
                  kleene-ns config schema > kleene-ns.schema.json
                """)

        @OptionGroup var idle: IgnoredMockOption
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws { try output.validateDocument() }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            try context.terminal.write(context.rendered(document: ConfigurationSchema.value.pretty + "\n"))
            return .done
        }
    }
}

extension Listing {
    init(_ faults: [Fault]) {
        self.init(
            columns: ["place", "extract", "path", "message"],
            rows: faults.map { [Cell($0.place), Cell($0.extract), Cell($0.path), Cell($0.message)] },
            endsInSentences: true)
    }
}

extension Configuration {
    /// What it has, for a sentence.
    var counted: String {
        let rest = patterns.isEmpty ? "" : " and \(Sentence.count(patterns.count, "pattern")) for tables"
        return Sentence.count(extracts.count, "extract") + rest
    }
}
