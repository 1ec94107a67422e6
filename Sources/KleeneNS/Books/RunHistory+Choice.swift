import Extraction
import FoundationEssentials
import Text

/// Which runs are meant.
struct RunChoice {
    var extract: String?
    var status: RunStatus?
    var since: SinceArgument?

    func takes(_ record: RunRecord, now: Date) -> Bool {
        if let status, record.status != status { return false }
        if let since, record.startedAt < since.begin(now) { return false }
        return true
    }
}

extension RunHistory {
    /// The latest runs first: those that are meant, so many at most.
    func select(_ choice: RunChoice, _ limit: Int, now: Date = Date()) throws -> [RunRecord] {
        let all = choice.status == nil && choice.since == nil
        let records = try list(choice.extract, all ? limit : .max)
        return Array(records.lazy.filter { choice.takes($0, now: now) }.prefix(limit))
    }

    /// The run that an id, its beginning, its end or `last` means.
    ///
    /// - Throws: a `Failure` where that is none, or several.
    func one(_ id: String, in place: String) throws -> RunRecord {
        if let record = try find(id) { return record }
        if id == "last" {
            if let record = try list(nil, 1).first { return record }
            throw Failure(
                .configuration, "\(place) has no record of any run.", advice: "`kleene-ns extract` makes one.")
        }
        let found =
            id.count < Self.shortest
            ? []
            : try list(nil, .max).filter {
                $0.runID.hasPrefix(id) || $0.runID.hasSuffix(id)
            }
        if found.count == 1 { return found[0] }
        guard found.isEmpty else {
            let some = found.prefix(5).map(\.runID).joined(separator: ", ")
            throw Failure(
                .configuration,
                "\"\(id)\" fits \(Sentence.count(found.count, "run")): \(some)\(found.count > 5 ? ", …" : "").",
                advice: "Give more of the id.")
        }
        throw Failure(
            .configuration, "\(place) has no record of a run \"\(id)\".",
            advice: "`kleene-ns runs list` lists the runs.")
    }

    /// Fewer letters of an id say nothing.
    private static let shortest = 4
}
