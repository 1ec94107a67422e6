package import Extraction

/// On which terms a destination takes the rows of an extract that is to be staged for it.
package struct StagingTerms: Sendable {
    package var shape: StagedShape
    /// How the columns differ from those that the table was filled with; nil where they do not.
    package var drift: Drift?
    /// Lowers the largest value or row, in bytes.
    package var lengthLimit: Int?
    /// Whether the destination takes the rows only by batches, so that they wait packed.
    package var isPacked = false
    /// How the rows lie where they do not wait in chunks: the direct way of a destination that is not there yet.
    package var direct: (any StagingForm)?
    /// Makes what loads rows while more are read; nil where the destination waits for the last.
    package var makeFollower: (@Sendable () -> any StagingFollower)?

    package init(shape: StagedShape, drift: Drift? = nil) {
        self.shape = shape
        self.drift = drift
    }
}
