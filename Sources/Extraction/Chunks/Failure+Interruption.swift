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
                ? "The same command reads it from the start. With a smaller \"chunk_rows\" or --chunk-rows, chunks are complete sooner."
                : "The same command reads it from the start. `kleene-ns plan` says whether the read can be cut into chunks."
        )
    }
}
