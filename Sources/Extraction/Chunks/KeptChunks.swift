import Text

/// What of a run's read is there when it ends early: chunks that were read whole, of all that it has.
package struct KeptChunks: Codable, Hashable, Sendable {
    /// Chunks whose rows are on the disk whole, those of earlier runs included.
    package var complete: Int
    /// All chunks of the read, as far as it has been cut.
    package var total: Int

    package init(complete: Int, total: Int) {
        self.complete = complete
        self.total = total
    }

    /// What is kept, for a sentence's end; nil where nothing is.
    package var words: String? {
        guard complete > 0, total > 1 else { return nil }
        return "\(complete) of \(Sentence.count(total, "chunk")) \(complete == 1 ? "is" : "are") complete and kept"
    }
}
