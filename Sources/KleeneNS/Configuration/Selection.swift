import Extraction
import Rows
import Text

/// Which of the configured extracts a command is about.
struct Selection {
    /// Names and globs; none stands for all.
    var patterns: [String]
    /// Of these tags an extract must have one; none stands for any.
    var tags: [String]

    /// The extracts, in the configuration's order.
    ///
    /// A disabled extract runs only when it is named exactly.
    ///
    /// - Throws: a `Failure` of kind `configuration` for a name, glob or tag that chooses nothing.
    func choose(from extracts: [ExtractConfiguration]) throws -> [ExtractConfiguration] {
        let tagged = extracts.filter { extract in tags.isEmpty || tags.contains(where: extract.tags.contains) }
        for tag in tags where !extracts.contains(where: { $0.tags.contains(tag) }) {
            throw Failure(
                .configuration, "No extract has the tag \"\(tag)\".",
                advice: Self.suggestion(for: tag, among: extracts.flatMap(\.tags), what: "tags"))
        }
        for pattern in patterns where !extracts.contains(where: { Self.matches($0, pattern) }) {
            let disabled = extracts.contains { !$0.isEnabled && Glob(pattern).matches($0.name) }
            throw Failure(
                .configuration,
                Glob.isOne(pattern)
                    ? "No \(disabled ? "enabled " : "")extract has a name like \"\(pattern)\"."
                    : "There is no extract \"\(pattern)\".",
                advice: disabled
                    ? "Disabled extracts run when they are named exactly."
                    : Self.suggestion(for: pattern, among: extracts.map(\.name), what: "extracts"))
        }
        let chosen = tagged.filter { extract in
            patterns.isEmpty ? extract.isEnabled : patterns.contains { Self.matches(extract, $0) }
        }
        guard !chosen.isEmpty else {
            if let failure = disagreement(extracts) { throw failure }
            throw Failure(
                .configuration,
                extracts.isEmpty ? "The configuration has no extracts." : "No enabled extract is chosen.",
                advice: extracts.isEmpty
                    ? "Add one to \"extracts\", or give one by flags, such as --table." : "Name one, or enable one.")
        }
        return chosen
    }

    /// Names and tags that choose something each, and nothing together.
    private func disagreement(_ extracts: [ExtractConfiguration]) -> Failure? {
        guard !patterns.isEmpty, !tags.isEmpty else { return nil }
        func list(_ words: [String]) -> String { words.joined(separator: " or ") }
        let named = extracts.filter { extract in patterns.contains { Self.matches(extract, $0) } }
        let found = named.prefix(3).map { extract in
            "\(extract.name) has "
                + (extract.tags.isEmpty
                    ? "no tags"
                    : "the \(Sentence.noun(extract.tags.count, "tag")) \(extract.tags.joined(separator: ", "))")
        }
        let rest = named.count > 3 ? ", …" : ""
        return Failure(
            .configuration,
            "No extract has both a name like \(list(patterns.map { "\"\($0)\"" })) and the tag "
                + "\(list(tags.map { "\"\($0)\"" })): \(found.joined(separator: "; "))\(rest).",
            advice: "Leave out the name or --tag, or add the tag to \"tags\" of the extract.")
    }

    /// Whether an entry for several tables may be meant, so that it has to be known which they are.
    func mayChoose(_ entries: [ExtractConfiguration], beside plain: [ExtractConfiguration]) -> Bool {
        let tagged = entries.filter { entry in tags.isEmpty || tags.contains(where: entry.tags.contains) }
        guard !patterns.isEmpty else { return tagged.contains(where: \.isEnabled) }
        return !tagged.isEmpty
            && patterns.contains { pattern in
                Glob.isOne(pattern) || !plain.contains { $0.name.isExactly(pattern) }
            }
    }

    private static func matches(_ extract: ExtractConfiguration, _ pattern: String) -> Bool {
        extract.name == pattern || (extract.isEnabled && Glob.isOne(pattern) && Glob(pattern).matches(extract.name))
    }

    private static func suggestion(for word: String, among candidates: [String], what: String) -> String {
        if let nearest = NearestName.of(word, among: candidates) { return "Did you mean \"\(nearest)\"?" }
        let names = Set(candidates).sorted()
        guard !names.isEmpty else { return "There are no \(what)." }
        return "The \(what) are \(names.prefix(20).joined(separator: ", "))\(names.count > 20 ? ", …" : "")."
    }
}
