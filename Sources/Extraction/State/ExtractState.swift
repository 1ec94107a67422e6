/// How far an incremental extract has got, as its destination keeps it.
package struct ExtractState: Codable, Sendable, Equatable {
    package var extract: String
    /// What the watermark depends on: under another key, filter or list of columns it would be wrong.
    package var basis: Basis
    package var watermark: Watermark
    /// The source's clock when the watermark was last moved; nil where it was moved by a person, or by an older kleene-ns.
    package var clock: ClockMark?
    /// The run that moved it last; nil where a person did.
    package var runID: String?
    package var updatedAt: Timestamp
    /// Whose rows it stands for, in words; nil where nobody knows, or a person vouches for them.
    package var source: String?
    /// What the source declared as the table's key, where the extract names no unique columns: not asked for again, so that
    /// a run without changes costs a statement less. Nil where nobody has asked since a person set the watermark.
    package var declaredKey: [String]?
    /// How far the extract has got with what the source has deleted; nil where that was never looked at.
    package var deletes: DeletesState?

    package struct Basis: Codable, Hashable, Sendable {
        package var table: String
        package var key: String
        package var kind: KeyKind
        package var filter: String?
        /// Nil where all columns are read.
        package var columns: [String]?
        /// The `start_date`; nil where rows were read from the beginning.
        package var start: String?

        package init(table: String, key: String, kind: KeyKind, filter: String?, columns: [String]?) {
            self.table = table
            self.key = key
            self.kind = kind
            self.filter = filter
            self.columns = columns
        }
    }

    package init(extract: String, basis: Basis, watermark: Watermark, runID: String?, updatedAt: Timestamp) {
        self.extract = extract
        self.basis = basis
        self.watermark = watermark
        self.runID = runID
        self.updatedAt = updatedAt
    }
}
