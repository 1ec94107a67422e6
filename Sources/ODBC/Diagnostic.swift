import Text

/// One record of `SQLGetDiagRec`: what the driver manager or the driver said of the last call on a handle.
package struct Diagnostic: Hashable, Sendable {
    package var state: SQLState
    /// The driver's or the database's own number.
    package var nativeCode: Int32
    /// The text as it came, without the NULs and line ends behind it: to be judged, never shown, for it may hold a secret.
    package var message: String
    /// The message with secrets taken out.
    package let shown: String

    /// - Parameter conceal: Takes out secrets, and pieces of those that were cut. It gets the text as it was cut.
    package init(
        state: SQLState, nativeCode: Int32, message: String, conceal: (String) -> String = { $0 }
    ) {
        self.state = state
        self.nativeCode = nativeCode
        self.message = message
        self.shown = conceal(message)
    }

    /// Whether it is no error by itself.
    package var isWarning: Bool { .warning ~= state }

    /// The message to show, without the `[vendor][driver]` prefixes, on one line.
    package var text: String {
        var rest = Substring(shown)
        while rest.first == "[", let end = rest.firstIndex(of: "]") {
            // A code in brackets at the end is part of the text; a vendor prefix has text behind it.
            let after = rest[rest.index(after: end)...].drop(while: \.isWhitespace)
            if after.isEmpty { break }
            rest = after
        }
        return Sentence.lines(
            rest.split(whereSeparator: \.isNewline).map { String($0.trimmingBlanks()) }.filter { !$0.isEmpty })
    }
}

/// Whoever prints one, or what holds one, shows no secret.
extension Diagnostic: CustomStringConvertible {
    package var description: String { "\(text) [\(state), \(nativeCode)]" }
}

extension Substring {
    fileprivate func trimmingBlanks() -> Substring {
        var result = drop(while: \.isWhitespace)
        while result.last?.isWhitespace == true { result.removeLast() }
        return result
    }
}
