package import Extraction

/// The run records of the destination.
extension SQLiteFile {
    /// The latest runs first: of one extract or of all.
    package func runs(extract: String? = nil, limit: Int) throws -> [RunRecord] {
        guard isThere else {
            throw Failure(
                .destination, "There is no destination file \(path) yet, so there are no runs.",
                advice: "`kleene-ns extract` makes it; --config or \"destination\" says where it lies.")
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

    /// Nil where there are no books.
    private func readRuns(extract: String?, id: String?, limit: Int) throws -> [RunRecord]? {
        try trying("Reading the runs") {
            let database = try SQLiteDatabase(path: path, access: .readOnly, busySeconds: settings.busySeconds)
            if let version = try Bookkeeping.version(in: database) { try Admission.checkVersion(version, path: path) }
            return try Bookkeeping.runs(extract: extract, id: id, limit: limit, in: database)
        }
    }
}
