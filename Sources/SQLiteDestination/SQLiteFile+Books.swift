package import Extraction
import Rows
import SQLite

/// What the file has written down.
extension SQLiteFile: Books {
    /// The latest runs first: of one extract or of all.
    package func runs(extract: String? = nil, limit: Int) throws -> [RunRecord] {
        guard isThere else {
            throw Failure(
                .destination, "There is no destination file \(path) yet, so there are no runs.",
                advice: "`kleene-ns extract` makes it; --destination names another file.")
        }
        guard let runs = try readRuns(extract: extract, id: nil, limit: limit) else {
            throw Failure(
                .destination, "\(path) has no record of any run: kleene-ns has not loaded anything there.",
                advice: "Check \"destination\" in the configuration.")
        }
        return runs
    }

    /// The record of a run; nil where there is none, for lack of books or of a file too.
    package func run(id: String) throws -> RunRecord? {
        isThere ? try readRuns(extract: nil, id: id, limit: 1)?.first : nil
    }

    package func lastRuns() throws -> [RunRecord] {
        guard isThere else { return [] }
        return try trying("Reading the runs") { try Bookkeeping.lastRuns(in: openForReading()) }
    }

    /// Nil where there are no books.
    private func readRuns(extract: String?, id: String?, limit: Int) throws -> [RunRecord]? {
        try trying("Reading the runs") {
            try Bookkeeping.runs(extract: extract, id: id, limit: limit, in: openForReading())
        }
    }

    package func lastFullRun(of extract: String, reading table: String) throws -> RunRecord? {
        guard isThere else { return nil }
        return try trying("Reading the runs") {
            try Bookkeeping.lastFullRun(of: extract, reading: table, in: openForReading())
        }
    }

    /// How far an incremental extract has got; nil where it has never run, or there is no file.
    package func state(of extract: String) throws -> ExtractState? {
        try states().first { $0.extract.isExactly(extract) }
    }

    package func states() throws -> [ExtractState] {
        guard isThere else { return [] }
        return try trying("Reading the watermarks") { try Bookkeeping.states(in: openForReading()) }
    }

    package func stateEdits(of extract: String?) throws -> [StateEdit] {
        guard isThere else { return [] }
        return try trying("Reading the edits of watermarks") {
            try Bookkeeping.edits(of: extract, in: openForReading())
        }
    }
}
