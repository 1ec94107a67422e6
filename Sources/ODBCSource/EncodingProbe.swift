import ODBC

/// Finds out how text arrives: a literal goes out and must come back, letter for letter, and be as long as it is.
///
/// The length is asked of the source, because a driver that takes UTF-8 for Latin-1 in both directions returns the literal
/// unharmed while it ruins stored text.
package struct EncodingProbe: Sendable {
    enum Result: Equatable {
        case narrow, wide
        /// Neither form brought the literal back.
        case neither(got: String)
        /// No form of the statement was accepted; with the driver's reason.
        case refused(ODBCError)
    }

    /// One, two, three and four bytes in UTF-8; the last needs a surrogate pair in UTF-16.
    package static let literal = "A\u{e9}\u{20ac}\u{1d11e}"

    /// Statements to try, most telling first: each returns the literal, and its length or NULL.
    package var statements: [String]

    package init(statements: [String]) { self.statements = statements }

    /// For a database of which nothing is known. `LENGTH` counts bytes in MariaDB and `CHAR_LENGTH` is unknown to SQLite;
    /// Oracle's dialect wants a table.
    package static let standard = EncodingProbe(
        statements: ["CHAR_LENGTH", "LENGTH"].flatMap { function in
            ["", " FROM DUAL"].map { "SELECT '\(literal)', \(function)('\(literal)')\($0)" }
        } + ["SELECT '\(literal)', NULL"])

    /// One small statement, as a rule.
    func callAsFunction(_ connection: Connection) throws(ODBCError) -> Result {
        var refusal: ODBCError?
        for sql in statements {
            let statement = try Statement(connection)
            do {
                try statement.execute(sql)
            } catch {
                if connection.isDead { throw error }
                refusal = refusal ?? error
                continue
            }
            return try Self.judge(statement, sql: sql, connection)
        }
        guard let refusal else { return .narrow }
        return .refused(refusal)
    }

    private static func judge(_ statement: Statement, sql: String, _ connection: Connection) throws(ODBCError) -> Result
    {
        let row = try statement.textRows().first ?? []
        let narrow = row.first.flatMap(\.self) ?? ""
        let length = row.count > 1 ? row[1].flatMap { Int($0) } : nil
        // Characters, or UTF-16 units. Nine and more are its bytes taken for characters.
        let isCounted = length == nil || length == 4 || length == 5
        if narrow == literal, isCounted { return .narrow }
        let again = try Statement(connection)
        try again.execute(sql)
        if isCounted, try again.firstWideText() == literal { return .wide }
        return .neither(
            got:
                "\(narrow.unicodeScalars.map { String($0.value, radix: 16) }) of length \(length.map(String.init) ?? "unknown")"
        )
    }
}
