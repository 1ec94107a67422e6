import Extraction

/// The watermarks of one destination, whichever kind it is.
///
/// Everything throws `Failure`.
struct WatermarkBook {
    var states: () throws -> [ExtractState]
    /// Edits by people, the latest first: of one extract or of all.
    var edits: (_ extract: String?) throws -> [StateEdit]
    /// What an interrupted run of an extract has staged; looks, and changes nothing.
    var staged: (TableExtract) -> StagedPlan?
    /// The largest value of a column of a destination table, as the destination writes it.
    var largest: (_ column: String, _ table: String) throws -> String?
    /// How an extract and its destination table stand; looks, and changes nothing.
    var standing: (TableExtract) throws -> Standing
    /// Refuses what a run would refuse before it asks the source; looks, and changes nothing.
    var admit: (TableExtract) throws -> Void
    /// Changes watermarks, under the extracts' locks and all together.
    var edit:
        (
            _ extracts: [String], _ action: String, _ vouching: (String) -> EditVouching, _ discardsStaging: Bool,
            _ change: (String, ExtractState?) throws -> ExtractState?
        ) throws -> [StateEdit]
}
