import ArgumentParser
import Extraction
import FoundationEssentials

extension KleeneNSCommand {
    struct State: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "state",
            abstract: "Show and edit how far incremental extracts have got: their watermarks.",
            discussion: """
                Edits hold the extract's lock, never touch the rows of a table, and are kept with what was there before.
                """,
            subcommands: [
                Show.self, Rewind.self, Reset.self, Accept.self, Recover.self, Export.self, Import.self,
            ])
    }
}

extension KleeneNSCommand.State {
    struct Show: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract:
                "Show watermarks, what is staged, and what the next run will read and why. Asks the source nothing.",
            discussion: """
                EXAMPLES:
                  kleene-ns state show
                  kleene-ns state show transactions --format json
                """)

        @Argument(help: "The extract. (default: all incremental ones)", completion: .extractName)
        var name: String?

        @OptionGroup var books: BooksOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let scope = try books.scope(context)
            guard let name else {
                try context.show(Listing(try scope.names().map { try scope.standing(of: $0) }))
                return .done
            }
            try scope.check(name)
            try context.show(Listing(try scope.standing(of: name), edits: try scope.book.edits(name)))
            return .done
        }
    }

    struct Export: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Write all watermarks as JSON.",
            discussion: """
                EXAMPLES:
                  kleene-ns state export watermarks.json
                """)

        @Argument(help: "The file to write. (default: standard output)", completion: .configurationFile)
        var file: String?

        @OptionGroup var books: BooksOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws { try output.validateDocument() }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let text = try context.rendered(document: WatermarkDocument(try books.scope(context).book.states()).text)
            guard let file else {
                try context.terminal.write(text)
                return .done
            }
            try SettingsFile.write(text, to: file, replacing: WatermarkDocument.beginning)
            return .done
        }
    }
}

/// How an extract stands.
struct ExtractStanding {
    var name: String
    var extract: ExtractConfiguration?
    var state: ExtractState?
    var staged: StagedPlan?
    var lastRun: RunRecord?
    /// What the next run does and why; nil for an extract that is not configured.
    var nextRun: NextRun?
    var next: String
}

extension StateScope {
    func standing(of name: String) throws -> ExtractStanding {
        let configured = extract(name)
        let state = try book.states().first { $0.extract == name }
        let staged = configured.flatMap { book.staged($0.tableExtract) }
        let next = try configured.map { configured in
            let extract = configured.tableExtract
            let run = NextRun(
                extract, knowing: try outlook(for: extract), staged: staged, settings: settings, at: Date())
            return (run, run.text(of: configured))
        }
        return ExtractStanding(
            name: name, extract: configured, state: state, staged: staged,
            // A destination that is not there yet has no runs.
            lastRun: lastRun(of: name),
            nextRun: next?.0, next: next?.1 ?? "No extract of this name is configured, so nothing is read.")
    }

    /// The last run of an extract; nil where it has none.
    func lastRun(of name: String) -> RunRecord? { runs(of: name) { _ in true } }

    /// The last run of an extract that read what had changed, or all there is: no backfill; nil where it has none.
    func lastExtract(of name: String) -> RunRecord? { runs(of: name) { $0.isBackfill != true } }

    /// The last of those that succeeded; one that lies ahead of the clock only where there is no other.
    func lastSuccess(of name: String, at now: Date) -> RunRecord? {
        func isDone(_ record: RunRecord) -> Bool { record.status == .succeeded && record.isBackfill != true }
        return runs(of: name) { isDone($0) && $0.age(at: now) != nil } ?? runs(of: name, isDone)
    }

    /// The last run of an extract that is meant; a repair and a sweep are none. Failures in a row are few; all records may be a thousand.
    private func runs(of name: String, _ isMeant: (RunRecord) -> Bool) -> RunRecord? {
        for limit in [1, 20, Int.max] {
            guard let records = try? history.list(name, limit) else { return nil }
            if let found = records.first(where: { $0.action == nil && isMeant($0) }) { return found }
            if records.count < limit { return nil }
        }
        return nil
    }

    /// What is known without asking the source: what the destination refuses, else how it stands.
    private func outlook(for extract: TableExtract) throws -> SourceOutlook {
        do {
            try book.admit(extract)
        } catch let failure as Failure {
            return .refused(failure)
        }
        return .unknown(try book.standing(extract))
    }
}

extension NextRun {
    /// In words, for a person.
    fileprivate func text(of extract: ExtractConfiguration) -> String {
        if case .refuse(let failure) = step { return "The next run is refused. \(failure)" }
        let end = extract.isEnabled ? [] : ["The extract is disabled: it runs only when it is named."]
        return (reasons + end).joined(separator: " ")
    }
}

extension Listing {
    init(_ standings: [ExtractStanding]) {
        self.init(
            columns: [
                "extract", "key", "watermark", "updated_at", "run_id", "last_run", "last_status", "chunks",
                "chunks_staged", "next_action", "next",
            ],
            rows: standings.map {
                [
                    Cell($0.name), Cell($0.state?.basis.key ?? $0.extract?.tableExtract.watermarkKey),
                    Cell($0.state?.watermark), Cell(time: $0.state?.updatedAt), Cell(run: $0.state?.runID),
                    Cell(run: $0.lastRun?.runID), Cell($0.lastRun?.status.rawValue), Cell($0.staged?.plan.chunks.count),
                    Cell($0.staged?.completed.count), Cell($0.nextRun.map { .string($0.action) } ?? .null, words: ""),
                    Cell($0.next),
                ]
            }, endsInSentences: true, spare: ["run_id", "last_run", "last_status", "updated_at"])
    }

    init(_ standing: ExtractStanding, edits: [StateEdit]) {
        let state = standing.state
        let members: [(String, Cell)] = [
            ("extract", Cell(standing.name)), ("source_table", Cell(state?.basis.table)),
            ("key", Cell(state?.basis.key ?? standing.extract?.tableExtract.watermarkKey)),
            ("kind", Cell(state?.basis.kind.rawValue)), ("watermark", Cell(state?.watermark)),
            ("watermark_value", Cell(state?.watermark.value.description)), ("updated_at", Cell(state?.updatedAt.text)),
            ("run_id", Cell(state?.runID)), ("last_run", Cell(standing.lastRun?.runID)),
            ("last_status", Cell(standing.lastRun?.status.rawValue)),
            ("last_window", Cell(standing.lastRun?.range, words: standing.lastRun?.window)),
            ("staged_run", Cell(standing.staged?.plan.run.id)),
            ("staged_window", Cell(standing.staged?.plan.window)),
            ("chunks", Cell(standing.staged?.plan.chunks.count)),
            ("chunks_staged", Cell(standing.staged?.completed.count)),
            ("rows_staged", Cell(standing.staged.map { $0.completed.values.reduce(0, +) })),
            ("next_action", Cell(standing.nextRun?.action)), ("next", Cell(standing.next)),
            (
                "edits",
                Cell(
                    .array(edits.map { .object($0.members) }),
                    lines: edits.map { "\($0.at) \($0.action): \($0.summary)" })
            ),
        ]
        self.init(columns: members.map(\.0), rows: [members.map(\.1)], isSingle: true)
    }

    /// What edits did.
    init(_ edits: [StateEdit]) {
        self.init(
            columns: ["extract", "action", "before", "after", "edited_at", "changes"],
            rows: edits.map {
                [
                    Cell($0.extract), Cell($0.action), Cell($0.before?.watermark, otherwise: "nothing"),
                    Cell($0.after?.watermark, otherwise: "nothing"), Cell(time: $0.at), Cell($0.changes),
                ]
            }, endsInSentences: true)
    }
}

extension Listing.Cell {
    /// A watermark, with a word for a person where there is none.
    fileprivate init(_ watermark: Watermark?, otherwise: String) {
        self.init(watermark)
        if watermark == nil { words = otherwise }
    }
}

extension StateEdit {
    /// What is new about what the watermark depends on, such as another key; nil where nothing is.
    fileprivate var changes: String? {
        guard let before, let after else { return nil }
        let changes = before.basis.changes(to: after.basis)
        return changes.isEmpty ? nil : changes
    }

    fileprivate var summary: String {
        let words = [before, after].map { $0?.watermark.description ?? "nothing" }
        return "\(words[0]), then \(words[1])" + (changes.map { " (\($0))" } ?? "")
    }

    fileprivate var members: [String: JSONValue] {
        func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
        return [
            "action": .string(action), "edited_at": .string(at.text),
            "before": Listing.Cell(before?.watermark).json, "after": Listing.Cell(after?.watermark).json,
            "changes": text(changes),
        ]
    }
}
