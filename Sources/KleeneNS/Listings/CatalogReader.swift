import Extraction
import FoundationEssentials
import Logging
import Text

/// Answers questions about a source's catalog, from the cache where that will do.
struct CatalogReader {
    let context: CommandContext
    let cache: CatalogCache
    /// Made where the source has to be read: until then no secret is fetched.
    let coordinator: () throws -> Coordinator
    var now: () -> Int = { Int(Date().timeIntervalSince1970) }

    /// Seconds from which on a listing's age is worth a word.
    private static let remarkable = 3600

    /// The answer by the cache, or by the source where the cache has not all of it.
    func answer(_ question: CatalogQuestion, refresh: Bool) throws -> CatalogAnswer {
        let time = now()
        let fresh = (refresh ? nil : kept())?.since(time - CatalogCache.lifetime, until: time) ?? CatalogSnapshot()
        if let found = fresh.answer(question) {
            try Self.refuseEmptySchema(question, found.answer, among: fresh.tables?.value ?? [])
            // Worth a remark where a person is spoken to once the source may have changed.
            let age = time - found.readAt
            context.log.entry(
                context.voice.isForPerson && age < Self.remarkable ? .debug : .info,
                "answered from the listing read \(Self.ago(time - found.readAt)); --refresh reads the source again")
            return found.answer
        }
        return try read(question)
    }

    /// What changed since the cached listing, however old that is.
    func difference(_ question: CatalogQuestion) throws -> CatalogDifference {
        let old = kept() ?? CatalogSnapshot()
        let new = try read(question, mayBeGone: old)
        guard let baseline = baseline(old, question, new) else {
            context.log.entry(
                .notice, "there is no cached listing to compare with; this one is kept for the next --diff")
            return CatalogDifference(from: new, to: new)
        }
        let difference = CatalogDifference(from: baseline.old, to: baseline.new)
        let comparison = difference.entries.isEmpty ? "nothing has changed since" : "compared with"
        context.log.entry(
            .info, "\(comparison) the listing read \(Self.ago(now() - baseline.readAt)); the new one is kept")
        return difference
    }

    /// What is on disk, if that is of use.
    private func kept() -> CatalogSnapshot? {
        let kept = cache.read()
        if case .unusable(let why) = kept {
            context.log.entry(
                .notice, "the cached listing \(cache.path) cannot be used, so the source is read: \(why)")
        }
        return kept.snapshot
    }

    /// Reads the source and keeps what it says; also what it says before it fails.
    private func read(_ question: CatalogQuestion, mayBeGone old: CatalogSnapshot? = nil) throws -> CatalogAnswer {
        let coordinator = try coordinator()
        var new = CatalogSnapshot()
        defer { keep(new) }
        // Schemas, and the tables of one, are parts of the listing of all tables, which is as cheap and answers more.
        let asked: CatalogQuestion =
            switch question {
            case .schemas, .tables: .tables(schema: nil)
            case .columns(let names, _):
                .columns(names, mayBeGone: names.filter { old?.columns(of: $0) != nil })
            case .allColumns: question
            }
        do {
            try context.ask(coordinator, asked) { new.take($0, at: now()) }
        } catch var failure as Failure {
            let seen = Set(new.columns.filter { !$0.value.columns.isEmpty }.map(\.value.name)).count
            if seen > 0 {
                let tables = Sentence.count(new.tables?.value.count ?? seen, "table")
                let some = new.tables == nil ? tables : "\(seen) of \(tables)"
                let kept = "The columns of \(some) were read and are kept: `kleene-ns columns TABLE` shows them."
                failure.advice = failure.advice.isEmpty ? kept : failure.advice + " " + kept
            }
            throw failure
        }
        // As they were asked for, whatever they are listed as.
        if case .columns = question { return .columns(new.columns.map(\.value)) }
        guard let found = new.answer(question) else {
            throw Failure(.internal, "The worker process answered another question.", advice: "Please report this.")
        }
        try Self.refuseEmptySchema(question, found.answer, among: new.tables?.value ?? [])
        return found.answer
    }

    /// A schema without tables is one that nobody has.
    private static func refuseEmptySchema(
        _ question: CatalogQuestion, _ answer: CatalogAnswer, among tables: [CatalogTable]
    ) throws {
        switch (question, answer) {
        case (.tables(let schema?), .tables(let found)) where found.isEmpty:
            throw Failure.noSuchSchema(schema, among: tables.map(\.name))
        case (.allColumns(let schema?), .columns(let found)) where found.isEmpty:
            throw Failure.noSuchSchema(schema, among: tables.map(\.name))
        default: break
        }
    }

    private func keep(_ new: CatalogSnapshot) {
        guard new != CatalogSnapshot() else { return }
        // What others have kept meanwhile stays.
        var all = cache.read().snapshot ?? CatalogSnapshot()
        all.adopt(new)
        do {
            try cache.write(all)
        } catch {
            context.log.entry(.warning, "the listing could not be kept in \(cache.path): \(error)")
        }
    }

    /// What was known of what was asked, and the part of the answer that can be compared with it; nil where that is none.
    private func baseline(
        _ old: CatalogSnapshot, _ question: CatalogQuestion, _ new: CatalogAnswer
    ) -> (old: CatalogAnswer, new: CatalogAnswer, readAt: Int)? {
        guard case .columns(let tables) = new else {
            return old.answer(question).map { ($0.answer, new, $0.readAt) }
        }
        var known: [CatalogSnapshot.Part<CatalogTableColumns>]
        switch question {
        case .columns(let names, _): known = names.compactMap { old.columns(of: $0) }
        case .allColumns(let schema):
            known = old.columns.filter { $0.value.name.isIn(schema: schema) }
        case .schemas, .tables: known = []
        }
        guard let oldest = known.map(\.readAt).min() else { return nil }
        let names = Set(known.map(\.value.name))
        // A table that was listed, but whose columns nobody has asked for, is not new.
        let listed = Set(old.tables?.value.map(\.name) ?? [])
        let isAll = if case .allColumns = question { true } else { false }
        let unknown = tables.filter {
            !names.contains($0.name) && !$0.columns.isEmpty && (!isAll || old.tables == nil || listed.contains($0.name))
        }
        if !unknown.isEmpty {
            let some = unknown.prefix(5).map(\.name.name).joined(separator: ", ")
            context.log.entry(
                .notice,
                """
                \(Sentence.count(unknown.count, "table", "has", "have")) no cached columns to compare with: \
                \(some)\(unknown.count > 5 ? ", …" : "")
                """
            )
        }
        let left = Set(unknown.map(\.name))
        known.removeAll { left.contains($0.value.name) }
        return (.columns(known.map(\.value)), .columns(tables.filter { !left.contains($0.name) }), oldest)
    }

    /// `7500` as `2 hours ago`.
    static func ago(_ seconds: Int) -> String {
        let (count, unit) =
            switch max(seconds, 0) {
            case ..<60: (max(seconds, 0), "second")
            case ..<3600: (seconds / 60, "minute")
            case ..<172_800: (seconds / 3600, "hour")
            default: (seconds / 86_400, "day")
            }
        return "\(Sentence.count(count, unit)) ago"
    }
}
