/// One lexical unit of a statement.
package struct Token: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case word
        case quotedIdentifier
        case string
        case number
        /// `?` or `$n`.
        case parameter
        case symbol
    }

    package let kind: Kind
    /// The unit without its quotes: a string's value, an identifier's name, a symbol's characters.
    package let text: String
    /// Where it lies in the statement, in bytes.
    package let range: Range<Int>

    /// Whether this is the unquoted word `keyword` (given in capitals).
    package func isWord(_ keyword: String) -> Bool {
        kind == .word && text.uppercased() == keyword
    }

    /// Whether this is the symbol `characters`.
    package func isSymbol(_ characters: String) -> Bool {
        kind == .symbol && text == characters
    }
}
