/// The columns that kleene-ns adds to each row.
package enum MetadataColumn {
    /// The id of the run that read the row.
    package static let runID = "_kleene_run_id"
    /// When that run began, UTC.
    package static let extractedAt = "_kleene_extracted_at"
    package static let names = [runID, extractedAt]
    /// Since when a row is gone at the source, UTC: when the run began that found it gone. Only in tables of extracts that mark
    /// such rows; no row brings it.
    package static let deletedAt = "_kleene_deleted_at"
    /// Tables and columns that begin like this are ours.
    package static let prefix = "_kleene_"
}
