import Extraction

/// The run records of one destination, whichever kind it is.
///
/// Everything throws `Failure`.
struct RunHistory {
    /// The latest runs first: of one extract or of all, so many at most.
    var list: (_ extract: String?, _ limit: Int) throws -> [RunRecord]
    /// The last run of each extract that ever had one.
    var last: () throws -> [RunRecord] = { [] }
    /// The record of a run; nil where there is none.
    var find: (_ runID: String) throws -> RunRecord?
    /// Adds the record of a run that loaded nothing; waits this many seconds at most while others write.
    var add: (RunRecord, _ seconds: Int) throws -> Void
}
