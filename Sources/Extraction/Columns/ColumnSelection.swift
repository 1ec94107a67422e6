import Rows
import Text

/// Which of the columns that a source lists an extract reads, and which of them are keys.
struct ColumnSelection {
    let extract: TableExtract
    let listing: CatalogTableColumns
    /// What is publicly known of the table: to propose, never to rely on.
    let known: TableKnowledge?

    init(_ extract: TableExtract, listing: CatalogTableColumns, known: TableKnowledge? = nil) {
        self.extract = extract
        self.listing = listing
        self.known = known
    }

    private var available: [String] { listing.columns.map(\.name) }

    /// The columns to read, what the words of `columns` come to, and how the columns differ from those that the table was filled
    /// with.
    struct Chosen {
        var read: [String]
        /// Nil where the extract names none.
        var words: [ChosenWord]?
        var drift = Drift()
    }

    /// - Parameter held: What the table was filled with; nil where there is no such table, or nobody knows.
    /// - Throws: where the extract says that a difference stops it, and for a word of `columns` that takes nothing.
    func columns(held: HeldChoice?) throws -> Chosen {
        var chosen = try chosen(held)
        guard let held else { return chosen }
        chosen.drift = Drift(
            held: held.columns, read: chosen.read, listed: available, isChosenAlike: held.isChosenAlike(by: extract))
        try chosen.drift.check(extract)
        guard extract.answer(to: .new) == .ignore else { return chosen }
        // A column that is named is wanted, whatever becomes of those that nobody has named.
        let named = chosen.words?.named ?? []
        let ignored = Set(chosen.drift.new.map { FoldedName($0) }).subtracting(named)
        chosen.drift.new.removeAll { ignored.contains(FoldedName($0)) }
        chosen.read.removeAll { ignored.contains(FoldedName($0)) }
        return chosen
    }

    /// The extract's own columns, checked against the catalog, or all of the catalog's.
    private func chosen(_ held: HeldChoice?) throws -> Chosen {
        guard let wanted = extract.columns else {
            // Calculated columns cost the source a computation a row, and it advises against them: only when asked for.
            return Chosen(read: listing.columns.filter { !$0.calculated }.map(\.name))
        }
        let words = ColumnChoice(wanted).meanings(in: listing, names: held?.names ?? [])
        try refuse(words.filter { !$0.isExcluded && $0.columns.isEmpty && !wasHeld($0, held?.columns ?? []) })
        let read = words.columns
        guard !read.isEmpty else {
            throw Failure(
                .configuration, "\"columns\" of the extract \"\(extract.name)\" leaves no column of \(extract.table).",
                advice: "\(extract.columnsCommand) lists the columns it has.")
        }
        return Chosen(read: read, words: words)
    }

    /// Whether a word without a column had one: what the table has had is a difference, for which there is a policy; of others
    /// nobody knows what is meant. A table that is made again must not lack by itself what the configuration names.
    private func wasHeld(_ word: ChosenWord, _ held: [HeldColumn]) -> Bool {
        guard extract.loadMethod != .dropCreateLoad || extract.drift?.answers[.gone] != nil else { return false }
        return switch word.meaning {
        case .name: held.contains { FoldedName($0.sourceName) == FoldedName(word.text) }
        case .glob: held.contains { Glob(word.text.lowercased()).matches($0.sourceName.lowercased()) }
        // Which columns were of a kind, nobody remembers.
        case .kind: false
        }
    }

    private func refuse(_ idle: [ChosenWord]) throws {
        let missing = idle.filter { $0.meaning == .name }.map(\.text)
        guard missing.isEmpty else {
            throw Failure.absent(
                "The table \(extract.table) has no column \(missing.map { "\"\($0)\"" }.joined(separator: ", ")).",
                advice: advice(missing: missing))
        }
        guard let word = idle.first else { return }
        throw Failure.absent(
            "\"\(word.word)\" in \"columns\" of the extract \"\(extract.name)\" takes no column of \(extract.table).",
            advice: "Leave it out, or correct it: \(extract.columnsCommand) lists the columns it has.")
    }

    /// A name exactly as written where that exists; otherwise by the source's rule for upper and lower case, where that is
    /// unambiguous.
    func find(_ name: String, among names: [String]) -> String? {
        (listing.nameCase ?? .unicode).find(name, among: names)
    }

    /// What to do about columns that are not there.
    private func advice(missing: [String]) -> String {
        if let unsaid = missing.lazy.compactMap({ ColumnChoice.unsaidKind($0, in: listing) }).first { return unsaid }
        // To Swift two spellings of one accent are the same text, and so they are to whoever reads the sentence.
        let twins = missing.filter { name in available.contains { $0 == name && !$0.isExactly(name) } }
        guard let twin = twins.first else {
            return [near(missing), "\(extract.columnsCommand) lists the columns it has."].compactMap(\.self)
                .joined(separator: " ")
        }
        return
            "It has a column that looks like \"\(twin)\" and is written with other characters (another Unicode normal form): "
            + "copy the name from \(extract.columnsCommand)."
    }

    /// The columns that were probably meant by names that are none.
    private func near(_ names: [String]) -> String? {
        let found = names.compactMap { NearestName.of($0, among: available + (listing.kinds ?? []).map(\.rawValue)) }
        return found.isEmpty ? nil : "Did you mean \(found.map { "\"\($0)\"" }.joined(separator: ", "))?"
    }

    /// The columns of the key that the source declares, in its order.
    var declaredKey: [String] {
        listing.columns.filter { $0.key != nil }.sorted { ($0.key ?? 0) < ($1.key ?? 0) }.map(\.name)
    }

    /// The columns that identify a row, and where that is known from.
    func uniqueColumns(among columns: [String]) throws -> (columns: [String], reason: String?) {
        let declared = declaredKey
        let wanted = extract.uniqueColumns.isEmpty ? declared : extract.uniqueColumns
        let found = wanted.compactMap { find($0, among: columns) }
        if found.count == wanted.count, !wanted.isEmpty {
            let names = found.joined(separator: ", ")
            return (
                found,
                extract.uniqueColumns.isEmpty
                    ? "Rows are identified by \(names), which the source declares as the key."
                    : "Rows are identified by \(names), as configured."
            )
        }
        if !extract.uniqueColumns.isEmpty {
            let missing = wanted.filter { find($0, among: columns) == nil }.map { "\"\($0)\"" }
            let sentence =
                "The unique column \(missing.joined(separator: ", ")) of the extract \"\(extract.name)\" is not among the "
                + "columns that it reads."
            guard wanted.allSatisfy({ find($0, among: available) != nil }) else {
                throw Failure.absent(
                    sentence,
                    advice:
                        "Correct \(extract.setting("unique_columns")): \(extract.columnsCommand) lists the columns it has."
                )
            }
            throw Failure(
                .configuration, sentence,
                advice: "Add it to \(extract.setting("columns")), or correct \(extract.setting("unique_columns")).")
        }
        guard extract.loadMethod == .upsert else { return ([], nil) }
        throw Failure(
            .configuration,
            declared.isEmpty
                ? "The extract \"\(extract.name)\" loads by \"upsert\", and the source declares no key for \(extract.table)."
                : "The extract \"\(extract.name)\" loads by \"upsert\" and does not read the key of \(extract.table): "
                    + "\(declared.joined(separator: ", ")).",
            advice: declared.isEmpty
                ? KeyProposal(extract, known).advice
                : "Add it to \(extract.setting("columns")), or name other columns that identify a row with "
                    + "\(extract.setting("unique_columns")).")
    }

    /// A column that the extract must read, as the source spells it.
    ///
    /// - Parameter purpose: What it is, for a sentence.
    func column(
        _ name: String, among columns: [String], of extract: TableExtract, as purpose: String
    ) throws -> String {
        if let found = find(name, among: columns) { return found }
        guard find(name, among: available) != nil else {
            throw Failure.absent(
                "The table \(extract.table) has no column \"\(name)\" to be \(purpose).",
                advice: "\(extract.columnsCommand) lists the columns it has.")
        }
        throw Failure(
            .configuration, "The extract \"\(extract.name)\" does not read \"\(name)\", \(purpose).",
            advice: "Add it to \(extract.setting("columns")).")
    }

    /// The incremental key and its kind.
    func key(_ name: String, among columns: [String]) throws -> (name: String, kind: KeyKind) {
        guard let found = find(name, among: available),
            let column = listing.columns.first(where: { $0.name.isExactly(found) })
        else {
            let candidates = listing.columns.filter(\.incrementalKeyCandidate).map(\.name)
            throw Failure.absent(
                "The table \(extract.table) has no column \"\(name)\" to be its incremental key.",
                advice: candidates.isEmpty
                    ? "\(extract.columnsCommand) lists the columns it has."
                    : [near([name]), "Candidates: \(candidates.prefix(8).joined(separator: ", "))."].compactMap(\.self)
                        .joined(separator: " "))
        }
        guard columns.containsExactly(found) else {
            throw Failure(
                .configuration,
                "The incremental key \"\(found)\" of the extract \"\(extract.name)\" is not among the columns that it reads.",
                advice: "Add it to \(extract.setting("columns")): the watermark comes from the rows that were read.")
        }
        guard let kind = column.keyKind else {
            throw Failure(
                .configuration,
                "The column \"\(found)\" of \(extract.table) cannot be an incremental key: its type is \(column.type).",
                advice: "Take a column of a type for dates and times, whole numbers or text.")
        }
        return (found, kind)
    }

    /// The first of the unique columns that holds whole numbers. What identifies a row, or is a part of that, does not change.
    func numericKey(_ plan: ReadPlan) -> String? {
        plan.uniqueColumns.first { name in
            listing.columns.first { $0.name.isExactly(name) }?.keyKind == .integer
        }
    }

    /// The key that the extract names to cut its reads by; nil where it names none.
    func namedChunkKey() throws -> (name: String, kind: KeyKind)? {
        guard let wanted = extract.chunking.key else { return nil }
        guard let found = find(wanted, among: available) else {
            throw Failure.absent(
                "The table \(extract.table) has no column \"\(wanted)\" to be its chunk key.",
                advice: [near([wanted]), "Correct \(extract.setting("chunk_key")), or leave it out."].compactMap(\.self)
                    .joined(separator: " "))
        }
        guard let kind = listing.columns.first(where: { $0.name.isExactly(found) })?.keyKind, kind != .text else {
            throw Failure(
                .configuration,
                "The chunk key \"\(wanted)\" of the extract \"\(extract.name)\" is no column of whole numbers or times of "
                    + "\(extract.table).", advice: "Correct \(extract.setting("chunk_key")), or leave it out.")
        }
        return (found, kind)
    }

    /// The key by whose ranges a read is cut; nil where there is none.
    func chunkKey(_ plan: ReadPlan) throws -> (name: String, kind: KeyKind)? {
        if let named = try namedChunkKey() { return named }
        if let key = numericKey(plan) { return (key, .integer) }
        // Only inside a window: its end is frozen, so a row cannot move from a slice that is unread to one that is read.
        guard let window = plan.window, let kind = plan.keyKind, kind != .text else { return nil }
        return (window.key, kind)
    }
}
