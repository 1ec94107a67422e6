import ArgumentParser
import Extraction
import FoundationEssentials
import Logging
import Rows

extension KeyKind: ArgumentWord {}

/// The commands that edit a watermark: each shows what was there and what is there now.
extension KleeneNSCommand.State {
    struct Rewind: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "rewind",
            abstract: "Set an extract's watermark back, so that the next run reads again from there on.",
            discussion: """
                EXAMPLES:
                  kleene-ns state rewind transactions --to 2026-11-01
                  kleene-ns state rewind transactions --by 2d
                """)

        @Argument(help: "The extract.", completion: .extractName)
        var name: String

        // A number below zero is a value, and no flag.
        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("The key's value from which the next run reads.", valueName: "value"))
        var to: String?

        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("A span such as 2d; a number for keys of whole numbers.", valueName: "span"))
        var by: String?

        @OptionGroup var books: BooksOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws {
            try to.map { try OptionValue.check($0, of: "--to") }
            try by.map { try OptionValue.check($0, of: "--by") }
            guard (to == nil) != (by == nil) else { throw ValidationError("Give either '--to' or '--by'.") }
        }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let scope = try books.scope(context)
            let status = try context.edit(scope, name, "rewind") { before in
                guard var after = before else {
                    throw Failure(
                        .configuration,
                        "The extract \"\(name)\" has no watermark to rewind: its next run reads everything."
                    )
                }
                after.watermark =
                    try to.map { try WatermarkMove.rewind(after, to: $0) }
                    ?? WatermarkMove.rewind(after, by: by ?? "")
                // Who sets it back says by that where rows are to be read from, whatever the clock has shown before.
                after.clock = nil
                return after
            }
            if let extract = scope.extract(name)?.tableExtract,
                let warning = WatermarkMove.doubling(
                    extract, vouched: try scope.book.standing(extract).vouched?.uniqueColumns)
            {
                context.log.entry(.warning, "\(warning)")
            }
            return status
        }
    }

    struct Reset: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "reset",
            abstract: "Forget an extract's watermark and what its runs have staged: the next run reads everything.",
            discussion: """
                EXAMPLES:
                  kleene-ns state reset transactions
                """)

        @Argument(help: "The extract.", completion: .extractName)
        var name: String

        @Flag(name: .shortAndLong, help: "Do not ask, also on a terminal.")
        var yes = false

        @OptionGroup var books: BooksOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let scope = try books.scope(context)
            try scope.check(name)
            guard
                yes
                    || context.terminal.confirms(
                        "The next run of \"\(name)\" will read everything again, which may take long. Forget its watermark? [y/N] "
                    )
            else {
                context.terminal.say("Nothing was changed.")
                return .failed
            }
            return try context.edit(scope, name, "reset", discardsStaging: true) { _ in nil }
        }
    }

    struct Accept: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "accept",
            abstract: "Keep an extract's watermark and rows although its key, filter, columns or source changed.",
            discussion: """
                EXAMPLES:
                  kleene-ns state accept transactions
                  kleene-ns state accept customers --other-source
                """)

        @Argument(help: "The extract.", completion: .extractName)
        var name: String

        @Flag(
            help: """
                Take the rows of its destination table for its own, although they came from another source, source table or \
                extract, or the table was made again.
                """)
        var otherSource = false

        @OptionGroup var books: BooksOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let scope = try books.scope(context, or: .nothing)
            try scope.check(name)
            if otherSource, let full = scope.extract(name)?.tableExtract, full.incremental == nil {
                guard try scope.book.standing(full).holding != nil else { throw Self.noRows(full) }
                return try context.edit(scope, name, "accept", vouching: .ownRows(full)) { $0 }
            }
            let (extract, following) = try scope.incremental(name)
            let standing = try scope.book.standing(extract)
            if otherSource, standing.holding == nil { throw Self.noRows(extract) }
            let vouching = otherSource ? EditVouching.ownRows(extract) : .present(extract)
            return try context.edit(scope, name, "accept", vouching: vouching) { before in
                if before == nil, otherSource { return nil }
                guard var after = before else {
                    throw Failure(
                        .configuration,
                        "The extract \"\(name)\" has no watermark to keep: its next run reads everything.")
                }
                let basis = ExtractState.Basis(extract, key: following.key, kind: after.basis.kind)
                guard otherSource || !standing.holds(for: extract) else {
                    throw Failure(
                        .configuration,
                        "The watermark of \"\(name)\" fits the extract as it is; there is nothing to accept.",
                        advice:
                            "Where a run says that the kind of its key changed, `state recover` or `state reset` fixes it."
                    )
                }
                after.basis = basis
                // The next run says again whose they are.
                if otherSource { after.source = nil }
                return after
            }
        }

        private static func noRows(_ extract: TableExtract) -> Failure {
            Failure(
                .configuration,
                "kleene-ns has not loaded the table \"\(extract.destinationTable)\", so there are no rows of another source to accept.",
                advice: "\"adopt_table\": true takes over a table that kleene-ns did not make.")
        }
    }

    struct Recover: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "recover",
            abstract: "Take an extract's watermark from the largest key in its destination table.",
            discussion: """
                EXAMPLES:
                  kleene-ns state recover transactions
                """)

        @Argument(help: "The extract.", completion: .extractName)
        var name: String

        /// Absent: as the watermark has it that is there, else as the table's values look.
        @Option(
            help:
                "What the key is. (default: as the watermark that is there has it, else as the values of the table look)"
        )
        var kind: KeyKind?

        @OptionGroup var books: BooksOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let scope = try books.scope(context, or: .nothing)
            let (extract, following) = try scope.incremental(name)
            return try context.edit(scope, name, "recover", vouching: .present(extract)) { before in
                // Under the lock: no run can load in between.
                guard
                    let largest = try scope.book.largest(
                        extract.destinationName(of: following.key), extract.destinationTable)
                else {
                    throw Failure(
                        .configuration,
                        "The destination table \"\(extract.destinationTable)\" has no rows with a \(following.key).",
                        advice: "Without a watermark the next run reads everything.")
                }
                let isSameKey = before.map { NameCase.unicode.areSame($0.basis.key, following.key) } == true
                let watermark = try WatermarkMove.recover(
                    name, largest: largest, kind: kind ?? (isSameKey ? before?.basis.kind : nil), at: Date())
                return ExtractState(
                    extract: name, basis: .init(extract, key: following.key, kind: watermark.value.kind),
                    watermark: watermark, runID: nil, updatedAt: Timestamp(Date()))
            }
        }
    }

    struct Import: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "import",
            abstract: "Set watermarks from a file that `state export` has written: all of them, or none.",
            discussion: """
                EXAMPLES:
                  kleene-ns state import watermarks.json
                """)

        @Argument(help: "The file.", completion: .configurationFile)
        var file: String

        @Flag(
            help: """
                Take watermarks of extracts that are not configured as incremental, and those that lie above what the table \
                has, as well.
                """)
        var force = false

        @OptionGroup var books: BooksOptions
        @OptionGroup(title: "Output") var output: OutputOptions

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let scope = try books.scope(context)
            let document = try WatermarkDocument(file: file, at: Timestamp(Date()))
            let unknown = document.states.map(\.extract).filter { scope.extract($0)?.tableExtract.watermarkKey == nil }
            guard force || unknown.isEmpty else {
                throw Failure(
                    .configuration,
                    "The configuration has no incremental extract \(unknown.map { "\"\($0)\"" }.joined(separator: ", ")).",
                    advice: "Check --config; --force takes the watermarks all the same.")
            }
            let states = Dictionary(
                document.states.map { (Exact($0.extract), $0) }, uniquingKeysWith: { first, _ in first })
            let edits = try scope.book.edit(
                document.states.map(\.extract), "import", { .present(scope.extract($0)?.tableExtract) }, false
            ) { name, before in
                guard let state = states[Exact(name)] else { return nil }
                if !force { try check(state, over: before, scope) }
                return state
            }
            try context.show(edits)
            return .done
        }

        /// Under the lock: no run can load in between.
        private func check(_ state: ExtractState, over before: ExtractState?, _ scope: StateScope) throws {
            guard let extract = scope.extract(state.extract)?.tableExtract, extract.incremental != nil else { return }
            let (table, key) = (extract.destinationTable, extract.destinationName(of: state.basis.key))
            // A table that does not have the key yet says nothing; the next run says what is wrong with it.
            let largest = try? scope.book.largest(key, table)
            try WatermarkMove.checkImport(state, from: file, over: before, largest: largest, table: table)
        }
    }
}

extension CommandContext {
    /// Edits one watermark, and shows what was there and what is there now.
    fileprivate func edit(
        _ scope: StateScope, _ name: String, _ action: String, vouching: EditVouching = .asBefore,
        discardsStaging: Bool = false,
        change: (ExtractState?) throws -> ExtractState?
    ) throws -> ExitStatus {
        try scope.check(name)
        let edits = try scope.book.edit([name], action, { _ in vouching }, discardsStaging) { _, before in
            guard var after = try change(before) else { return nil }
            after.runID = nil
            after.updatedAt = Timestamp(Date())
            return after
        }
        try show(edits)
        return .done
    }

    /// Shows edits, which are made whether or not that can be printed: one that is made again for its sake goes further.
    fileprivate func show(_ edits: [StateEdit]) throws {
        do {
            try show(Listing(edits))
        } catch var failure as Failure {
            let name = edits.count == 1 ? edits.first.map { " \($0.extract)" } ?? "" : ""
            failure.advice =
                "The change was made; only this result is missing. `kleene-ns state show\(name)` shows how it stands."
            throw failure
        }
    }
}
