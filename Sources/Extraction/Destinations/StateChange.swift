/// A watermark that moves with the rows it stands for.
package struct StateChange: Sendable, Equatable {
    /// Where the run began; nil where there was none.
    package var from: Watermark?
    package var to: ExtractState

    package init(from: Watermark?, to: ExtractState) {
        self.from = from
        self.to = to
    }

    /// Refuses the change where somebody has moved the watermark since, or taken away what it vouches for.
    package func check(_ now: Watermark?) throws {
        guard now != from else { return }
        throw Failure(
            .destination,
            "The watermark of \"\(to.extract)\" was \(from.map { "\($0)" } ?? "absent") when the run "
                + "began, and is \(now.map { "\($0)" } ?? "absent") now; nothing was loaded.",
            advice: "Run the same command again: it begins where the watermark is now.")
    }
}
