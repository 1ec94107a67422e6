package import Extraction

/// What the server has written down.
extension PostgresDestination: Books {
    package func states() throws -> [ExtractState] {
        try connected("Reading the watermarks") { try bookTables($0).states() }
    }

    package func stateEdits(of extract: String?) throws -> [StateEdit] {
        try connected("Reading the edits of watermarks") { try bookTables($0).edits(of: extract) }
    }

    package func runs(extract: String?, limit: Int) throws -> [RunRecord] {
        let runs = try connected("Reading the runs") {
            try bookTables($0).runs(extract: extract, id: nil, limit: limit)
        }
        if let runs { return runs }
        throw Failure(
            .destination, "There is no record of any run in \(place): kleene-ns has not loaded anything there.",
            advice: "Check \"destination\" in the configuration.")
    }

    package func lastRuns() throws -> [RunRecord] {
        try connected("Reading the runs") { try bookTables($0).lastRuns() }
    }

    package func run(id: String) throws -> RunRecord? {
        try connected("Reading the runs") { try bookTables($0).runs(extract: nil, id: id, limit: 1)?.first }
    }

    package func lastFullRun(of extract: String, reading table: String) throws -> RunRecord? {
        try connected("Reading the runs") { try bookTables($0).lastFullRun(of: extract, reading: table) }
    }
}
