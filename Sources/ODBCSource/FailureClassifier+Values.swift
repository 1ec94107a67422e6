import Extraction
import ODBC
import Text

/// Values that cannot be taken over.
extension FailureClassifier {
    /// - Parameter columns: The names of the columns of the read.
    func failure(_ error: CellError, table: TableName, columns: [String]) -> Failure {
        let place =
            error.column.map { "column \"\(columns[$0])\" of \(table), row \(error.row) of the read" }
            ?? "row \(error.row) of the read of \(table)"
        let leaveOut = "Leave the column out with \"columns\" or --columns, or fix the value at the source."
        let other = "Try another version of the driver \"\(driver)\", and please report this one."
        switch error.problem {
        case .invalidUTF8:
            return Failure(
                .data, "The value in \(place), is not valid UTF-8; storing it would change it.", advice: leaveOut)
        case .invalidUTF16:
            return Failure(
                .data, "The value in \(place), is not valid UTF-16; storing it would change it.", advice: leaveOut)
        case .notAnInteger:
            return Failure(
                .data, "The source declares an integer, but the value in \(place), is none that fits 64 bits.",
                advice: leaveOut)
        case .misfit(let declared, let found):
            return Failure(
                .data, "The source declares \(declared), but the value in \(place), is \(found).",
                advice: leaveOut
                    + " Or read it through a view that has the column as an expression, such as `+column`: for an "
                    + "expression no type is declared, and each value arrives as what it is.")
        case .notADecimal(let text):
            return Failure(
                .data,
                "The source declares an exact number, but the driver delivered \"\(text)\" in \(place), which is none as SQL "
                    + "writes it.",
                advice:
                    "If that is a country's way to write numbers, set LC_ALL=C before kleene-ns starts, or set the driver's or "
                    + "the session's own format. Or leave the column out with \"columns\" or --columns.")
        case .indicatorUnwritten:
            return Failure(.data, "The driver did not say how long the value is in \(place).", advice: other)
        case .indicatorHalfWritten:
            return Failure(
                .data,
                "The driver wrote only 32 of the 64 bits of the length in \(place): it was built for another ODBC.",
                advice: "Install a 64-bit build of \"\(driver)\" whose SQLLEN has 64 bits.")
        case .valueHalfWritten:
            return Failure(
                .data, "The driver wrote only a part of the number in \(place), or nothing of it.", advice: other)
        case .notABit(let value):
            return Failure(.data, "The driver gave \(value) as a truth value in \(place).", advice: other)
        case .indicatorGarbage(let value):
            return Failure(.data, "The driver gave \(value) as the length of the value in \(place).", advice: other)
        case .rowFailed(let diagnostics):
            let said = ODBCError(kind: .error, function: "SQLFetch", diagnostics: diagnostics)
            var failure = Failure(
                .data, "The driver could not deliver \(place): \(said.saying).",
                advice: "Extract the table's columns in parts to find the one at fault.")
            failure.name(said)
            return failure
        case .statusUnwritten:
            return Failure(.data, "The driver did not say whether it delivered \(place).", advice: other)
        case .noProgress:
            return Failure(.data, "The driver delivers the same piece again and again in \(place).", advice: other)
        case .tooLong(let bytes):
            return Failure(
                .data, "The value in \(place), has more than \(Sentence.size(bytes)), which no destination takes.",
                advice: leaveOut)
        }
    }
}
