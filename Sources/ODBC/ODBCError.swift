import Text

/// A call that failed: the ODBC function, and every diagnostic record behind it.
package struct ODBCError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// `SQL_ERROR`.
        case error
        /// `SQL_INVALID_HANDLE`: our mistake, or memory that a driver has overwritten.
        case invalidHandle
        /// A return code that the function may not give.
        case unexpectedReturnCode(Int16)
        /// The call succeeded, but what it delivered cannot be: see `explanation`.
        case misbehaviour
    }

    package var kind: Kind
    /// The C function, such as `SQLExecDirect`.
    package var function: String
    /// In the driver's order. May be empty: a driver with missing dependencies fails without a word.
    package var diagnostics: [Diagnostic]
    /// For misbehaviour: what the driver did, as a sentence.
    package var explanation: String?

    package init(kind: Kind, function: String, diagnostics: [Diagnostic] = [], explanation: String? = nil) {
        self.kind = kind
        self.function = function
        self.diagnostics = diagnostics
        self.explanation = explanation
    }

    /// A driver that broke its contract.
    package static func misbehaviour(_ explanation: String, in function: String) -> ODBCError {
        ODBCError(kind: .misbehaviour, function: function, explanation: explanation)
    }

    /// The record that says most: the first whose state is not a mere warning, else the first.
    ///
    /// The first record alone will not do: unixODBC answers a missing driver with 01000 under `SQL_ERROR`.
    package var principal: Diagnostic? {
        diagnostics.first { !$0.isWarning && $0.state != .noError } ?? diagnostics.first
    }

    /// Whether one of its records has one of the states, or is of one of the classes.
    package func has(_ states: SQLState...) -> Bool { has(anyOf: states) }

    package func has(anyOf states: [SQLState]) -> Bool {
        diagnostics.contains { record in states.contains { $0 ~= record.state } }
    }

    /// What the other side said, all records, without repetition: to be shown within a sentence, so without the stop at its end.
    package var saying: String {
        let all = saying(\.text, as: Sentence.records)
        return all.hasSuffix(".") ? String(all.reversed().drop { $0 == "." || $0 == " " }.reversed()) : all
    }

    /// The same in lower case, with secrets that may be in it: to be searched for words, never to be shown.
    ///
    /// A secret may be a word that tells what failed: without it a refused login could pass for something else.
    package var words: String { saying(\.message) { $0.joined(separator: "; ") }.lowercased() }

    private func saying(_ part: (Diagnostic) -> String, as joined: ([String]) -> String) -> String {
        if let explanation { return explanation }
        var texts: [String] = []
        for text in diagnostics.map(part) where !text.isEmpty && !texts.contains(text) { texts.append(text) }
        if !texts.isEmpty { return joined(texts) }
        switch kind {
        case .invalidHandle: return "the handle is invalid"
        case .unexpectedReturnCode(let code): return "it returned \(code), which the function may not"
        default: return "the driver gave no reason"
        }
    }

    package var description: String { "\(function): \(saying)" }

    /// Whether the driver does not take the name of a schema. MariaDB's 3.1.15 says `Schemas are not supported. Use CatalogName
    /// parameter instead`.
    package var isWithoutSchemas: Bool { principal?.state == .notImplemented }
}
