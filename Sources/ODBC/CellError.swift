/// A value that a fetch delivered but that cannot be taken over exactly.
package struct CellError: Error, Hashable, Sendable {
    package enum Problem: Hashable, Sendable {
        case invalidUTF8
        case invalidUTF16
        /// The declared type is an integer; the text is not one, or exceeds 64 bits.
        case notAnInteger
        /// The value says itself that it is another thing than the type that is declared.
        case misfit(declared: String, found: String)
        /// The declared type is an exact number; this is none as SQL writes it.
        case notADecimal(String)
        /// The indicator was never written.
        case indicatorUnwritten
        /// Only half of the 64-bit indicator was written.
        case indicatorHalfWritten
        /// A negative indicator that means nothing.
        case indicatorGarbage(Int)
        /// The driver marked the row as failed.
        case rowFailed([Diagnostic])
        /// The driver's row status was not written, although it writes others.
        case statusUnwritten
        /// A value read in pieces that does not end, or does not go on.
        case noProgress
        /// A value beyond what one value may be.
        case tooLong(Int)
    }

    package var problem: Problem
    /// Position in the read's columns, from 0; nil where the whole row is meant.
    package var column: Int?
    /// Ordinal in the read, from 1.
    package var row: Int

    package init(_ problem: Problem, column: Int?, row: Int) {
        self.problem = problem
        self.column = column
        self.row = row
    }
}
