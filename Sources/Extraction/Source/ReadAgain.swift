import Text

/// Thrown by a reader that met a value for which it had made no room: the read has to begin again, with a hint.
///
/// What a hint is only its source knows.
package struct ReadAgain<Hint: Sendable>: Error {
    /// What the source has learned: to be given to the next try.
    package var hint: Hint
    /// The columns that the next try reads in another way, by their position in the query.
    package var columns: [Int]

    package init(hint: Hint, columns: [Int]) {
        self.hint = hint
        self.columns = columns
    }

    /// How often one read may begin again before it is given up.
    private static var maximum: Int { 16 }

    /// Reads from the beginning until there is room for every value.
    ///
    /// - Parameters:
    ///   - what: What is read, for the sentence of a driver that never comes to an end.
    ///   - hint: What was learned before; afterwards with what this read has taught.
    ///   - again: Told before each further try: the columns that are the reason for it.
    ///   - read: One try, from the beginning.
    package static func untilAllFits<Result>(
        _ what: String, hint: inout Hint?, again: ([Int]) -> Void = { _ in }, read: (Hint?) throws -> Result
    ) throws -> Result {
        for _ in 0...maximum {
            do {
                return try read(hint)
            } catch let more as ReadAgain {
                hint = more.hint
                again(more.columns)
            }
        }
        throw Failure(
            .internal,
            "Reading \(what) began again \(Sentence.count(maximum, "time")), because the driver kept delivering "
                + "values longer than it had said.",
            advice:
                "Leave the long columns out with \"columns\" or --columns, or report this with the driver's version.")
    }
}
