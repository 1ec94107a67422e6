extension Source {
    /// Executes a read, whose masked columns come masked or not at all.
    ///
    /// - Parameter hint: As of `open`.
    package func read(_ query: TableQuery, hint: Hint?) throws -> Reader {
        let reader = try open(query, hint: hint)
        guard reader.masked == query.masks else {
            throw Failure(
                .internal, "Columns of \(query.table) that are to be masked came in clear; nothing of them was kept.",
                advice: "Please report this.")
        }
        return reader
    }
}
