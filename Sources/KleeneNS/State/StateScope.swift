import Extraction
import Rows
import Text

/// The watermarks of a destination, beside what is configured.
struct StateScope {
    let configured: [ExtractConfiguration]
    let settings: RunSettings
    let book: WatermarkBook
    let history: RunHistory

    /// A configured extract; nil where there is none of this name.
    func extract(_ name: String) -> ExtractConfiguration? { configured.first { $0.name.isExactly(name) } }

    /// The names of extracts that have, or may have, a watermark: the configured ones in order, then others.
    func names() throws -> [String] {
        let states = try book.states().map(\.extract)
        let incremental = configured.filter {
            $0.tableExtract.watermarkKey != nil || states.containsExactly($0.name)
        }.map(\.name)
        return incremental + states.filter { !incremental.containsExactly($0) }
    }

    /// Refuses a name that nothing is known of.
    func check(_ name: String) throws {
        let names = try names()
        if names.containsExactly(name) || extract(name) != nil { return }
        throw Failure(
            .configuration, "There is no extract \"\(name)\", neither configured nor with a watermark.",
            advice: NearestName.of(name, among: names + configured.map(\.name)).map { "Did you mean \"\($0)\"?" }
                ?? "`kleene-ns state show` lists them.")
    }

    /// Refuses a name that has no run where nothing else is known of it either.
    func checkRuns(of name: String) throws {
        let names = try names() + configured.map(\.name)
        if names.containsExactly(name) { return }
        let ran = ((try? history.last()) ?? []).map(\.extract)
        throw Failure(
            .configuration, "There is no extract \"\(name)\", neither configured nor with a run.",
            advice: NearestName.of(name, among: names + ran).map { "Did you mean \"\($0)\"?" }
                ?? "`kleene-ns status` lists them.")
    }

    /// A configured incremental extract, with how it follows its key.
    func incremental(_ name: String) throws -> (extract: TableExtract, following: Incremental) {
        try check(name)
        guard let extract = extract(name)?.tableExtract else {
            throw Failure(
                .configuration, "The extract \"\(name)\" is not in the configuration, which says what its key is.",
                advice:
                    "Name the configuration with --config. What flags have loaded is in none: give the flags as they were, or "
                    + "forget its watermark with `state reset`.")
        }
        if let follows = extract.follows {
            throw Failure(
                .configuration,
                "The extract \"\(name)\" follows \"\(follows.extract)\", and has got as far as that.",
                advice:
                    "`kleene-ns state rewind \(name)` has it go back with its headers; `kleene-ns state reset \(name)` has all of its rows read."
            )
        }
        guard let following = extract.incremental else {
            throw Failure(
                .configuration, "The extract \"\(name)\" is full and has no watermark.",
                advice: "\"extract_type\": \"incremental\" makes it incremental.")
        }
        return (extract, following)
    }
}
