/// What a destination has written down: read only.
///
/// Everything throws `Failure`.
package protocol Books {
    /// How far all incremental extracts have got.
    func states() throws -> [ExtractState]
    /// Edits of watermarks by people, the latest first; of one extract or of all.
    func stateEdits(of extract: String?) throws -> [StateEdit]
    /// Records of runs, the latest first; of one extract or of all.
    ///
    /// - Throws: where nothing was ever written down there.
    func runs(extract: String?, limit: Int) throws -> [RunRecord]
    /// The last run of each extract that ever had one, in any order; none where nothing was ever written down there.
    func lastRuns() throws -> [RunRecord]
    /// The record of a run; nil where there is none.
    func run(id: String) throws -> RunRecord?
    /// The last full run of an extract that read a table and was loaded; nil where there is none.
    func lastFullRun(of extract: String, reading table: String) throws -> RunRecord?
    /// Comparisons with the source, the latest first; of one extract or of all.
    func comparisons(of extract: String?, limit: Int) throws -> [VerifyRecord]
}

extension Books {
    package func comparisons(of extract: String?, limit: Int) throws -> [VerifyRecord] { [] }
}

extension Books {
    /// Without an index: all records are looked at.
    package func lastRuns() throws -> [RunRecord] {
        var seen: Set<String> = []
        return try runs(extract: nil, limit: .max).filter { seen.insert($0.extract).inserted }
    }
}
