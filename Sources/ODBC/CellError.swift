import Text

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
        /// Only a part of a number's bytes was written, or none of them.
        case valueHalfWritten
        /// A bit that is neither 0 nor 1.
        case notABit(Int)
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

    /// Whether the source has failed at an expression, in the row that the driver marked.
    package var isDataException: Bool {
        guard case .rowFailed(let diagnostics) = problem else { return false }
        return diagnostics.contains { SQLState.dataException ~= $0.state }
    }

    package init(_ problem: Problem, column: Int?, row: Int) {
        self.problem = problem
        self.column = column
        self.row = row
    }
}

/// What is wrong, without the value. Behind "the value is" or by itself, in a report.
extension CellError.Problem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidUTF8: "not valid UTF-8"
        case .invalidUTF16: "not valid UTF-16"
        case .notAnInteger: "no integer of 64 bits, which its type declares"
        case .misfit(let declared, let found): "\(found), where \(declared) is declared"
        case .notADecimal: "no number as SQL writes it"
        case .indicatorUnwritten: "of a length that was not written"
        case .indicatorHalfWritten: "of a length of which half was written"
        case .valueHalfWritten: "a number of which a part was written"
        case .notABit(let value): "\(value), where 0 or 1 is declared"
        case .indicatorGarbage(let value): "of the length \(value)"
        case .rowFailed(let records): "marked as failed: \(records.map(\.description).joined(separator: "; "))"
        case .statusUnwritten: "in a row whose status was not written"
        case .noProgress: "the same piece again and again"
        case .tooLong(let bytes): "longer than \(Sentence.size(bytes))"
        }
    }
}
