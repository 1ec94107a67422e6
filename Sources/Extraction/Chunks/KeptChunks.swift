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
        return "\(complete) of \(total) chunks \(complete == 1 ? "is" : "are") complete and kept"
    }
}

extension Failure {
    /// A run that was asked to stop before its load.
    ///
    /// - Parameter kept: What a later run can go on with; nil where nothing had been read yet.
    static func interruption(_ kept: KeptChunks? = nil) -> Failure {
        let begin = "The run was interrupted. Nothing of it was loaded"
        guard let kept else { return Failure(.interrupted, begin + ".") }
        if let words = kept.words {
            return Failure(.interrupted, "\(begin); \(words).", advice: "The same command goes on from there.")
        }
        return Failure(
            .interrupted, "\(begin), and nothing is kept: no chunk was complete.",
            advice: kept.total > 1
                ? "The same command reads it from the start. With a smaller \"chunk_rows\", chunks are complete sooner."
                : "The same command reads it from the start. `kleene-ns plan` says whether the read can be cut into chunks."
        )
    }
}
