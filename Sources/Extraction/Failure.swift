/// Why something could not be done, as a sentence for the person who has to mend it.
///
/// A message never holds the values of rows or a secret.
package struct Failure: Error, Codable, Sendable, Equatable, CustomStringConvertible {
    package var kind: FailureClass
    /// What was tried on what, and what the other side said. A sentence with its full stop.
    package var message: String
    /// What to do next. A sentence with its full stop, or empty where nothing helps; a list has an item a line, each behind
    /// "- ".
    package var advice: String
    /// Where the source is ODBC: the SQLSTATE, the driver's own code, and the function that failed.
    package var sqlState: String?
    package var nativeCode: Int?
    package var function: String?

    package init(
        _ kind: FailureClass, _ message: String, advice: String = "", sqlState: String? = nil, nativeCode: Int? = nil,
        function: String? = nil
    ) {
        self.kind = kind
        self.message = message
        self.advice = advice
        self.sqlState = sqlState
        self.nativeCode = nativeCode
        self.function = function
    }

    /// The codes, in brackets: `[SQLSTATE 42S02, native 1, SQLExecDirect]`. Nil where there are none.
    package var codes: String? {
        var parts: [String] = []
        if let sqlState { parts.append("SQLSTATE \(sqlState)") }
        if let nativeCode { parts.append("native \(nativeCode)") }
        if let function { parts.append(function) }
        return parts.isEmpty ? nil : "[\(parts.joined(separator: ", "))]"
    }

    package var description: String {
        [message, advice, codes ?? ""].filter { !$0.isEmpty }.joined(separator: " ").onOneLine
    }

    /// Starts threads; where the system gives none, that is the failure.
    package static func unlessThreads(_ start: () throws -> Void) throws {
        do {
            try start()
        } catch {
            throw Failure(
                .environment, "\(error).",
                advice:
                    "Raise the limits of processes (`ulimit -u`) and of memory (`ulimit -v`), or those of the container."
            )
        }
    }

    /// Any error as a failure: itself, or one of kind `internal`.
    package static func wrapping(_ error: any Error) -> Failure {
        (error as? Failure)
            ?? Failure(
                .internal, "kleene-ns met an error it does not know: \(error).",
                advice: "Please report it with the command you ran.")
    }
}

extension String {
    /// The text with its lists as sentences.
    fileprivate var onOneLine: String {
        guard contains("\n- ") else { return self }
        return replacing(":\n- ", with: ": ").replacing("\n- ", with: "; ").replacing("\n", with: ". ")
    }
}
