import ODBC
import Text

/// Finds out how text arrives: a literal goes out and must come back, letter for letter, and be as long as it is.
///
/// The length is asked of the source, because a driver that takes UTF-8 for Latin-1 in both directions returns the literal
/// unharmed while it ruins stored text.
///
/// It asks for letters that the database has: one in Latin-1 refuses a literal with €. Fewer letters are then tried, down to ASCII
/// alone; each value is checked by itself all the same.
package struct EncodingProbe: Sendable {
    enum Result: Equatable {
        /// The form that brought the literal back, and its letters beyond ASCII.
        case narrow(String), wide(String)
        /// Neither form brought the literal back.
        case neither(got: String)
        /// No form of the statement was accepted; with the driver's reason.
        case refused(ODBCError)
    }

    /// One, two, three and four bytes in UTF-8; the last needs a surrogate pair in UTF-16.
    package static let literal = "A\u{e9}\u{20ac}\u{1d11e}"
    /// For databases that have not all of these letters: those in Windows-1252, in Latin-1, in a Japanese set, in ASCII.
    private static let lesser = ["A\u{e9}\u{20ac}", "A\u{e9}", "A\u{3042}", "A"]

    /// Statements to try, most telling first: each returns the literal, and its length or NULL.
    package var statements: [String]
    /// For a database that knows nothing of encodings, where text has as many characters as bytes and is what was put in,
    /// PostgreSQL's `SQL_ASCII`: what tells so, and what has it hand text out as it is, so that it is us who say which value is
    /// no UTF-8.
    package var rawText: (query: String, answer: String, statement: String)?

    package init(statements: [String]) { self.statements = statements }

    /// For a database of which nothing is known. `LENGTH` counts bytes in MariaDB and `CHAR_LENGTH` is unknown to SQLite;
    /// Oracle's dialect wants a table.
    package static let standard: EncodingProbe = {
        var probe = EncodingProbe(
            statements: ["CHAR_LENGTH", "LENGTH"].flatMap { function in
                ["", " FROM DUAL"].map { "SELECT '\(literal)', \(function)('\(literal)')\($0)" }
            } + ["SELECT '\(literal)', NULL"])
        probe.rawText = ("SHOW server_encoding", "SQL_ASCII", "SET client_encoding = 'SQL_ASCII'")
        return probe
    }()

    /// One small statement, as a rule.
    func callAsFunction(_ connection: Connection) throws(ODBCError) -> Result {
        // The first reason is the one to show: later forms are guesses.
        var refusal: ODBCError?
        for sql in statements {
            do {
                return try judge(Self.literal, sql: sql, connection)
            } catch {
                if connection.isDead { throw error }
                refusal = refusal ?? error
            }
        }
        guard let refusal else { return .narrow(Self.shown(Self.literal)) }
        for sql in statements {
            guard try accepts(sql, "A", connection) else { continue }
            for letters in Self.lesser {
                guard try accepts(sql, letters, connection) else { continue }
                return try judge(letters, sql: sql, connection)
            }
        }
        return .refused(refusal)
    }

    private static func sql(_ form: String, _ letters: String) -> String { form.replacing(literal, with: letters) }

    /// `é, € and 𝄞`.
    private static func shown(_ letters: String) -> String {
        Sentence.series(letters.dropFirst().map(String.init))
    }

    private func accepts(_ form: String, _ letters: String, _ connection: Connection) throws(ODBCError) -> Bool {
        do {
            let statement = try Statement(connection)
            try statement.execute(Self.sql(form, letters))
            _ = try statement.textRows()
            return true
        } catch {
            if connection.isDead { throw error }
            return false
        }
    }

    /// - Throws: where the source refuses the statement.
    private func judge(_ letters: String, sql form: String, _ connection: Connection) throws(ODBCError) -> Result {
        let sql = Self.sql(form, letters)
        let statement = try Statement(connection)
        try statement.execute(sql)
        let row = try statement.textRows().first ?? []
        let narrow = row.first.flatMap(\.self) ?? ""
        let length = row.count > 1 ? row[1].flatMap { Int($0) } : nil
        // Characters, or UTF-16 units. Its bytes taken for characters are more, if any letter is beyond ASCII.
        let isCounted = length == nil || length == letters.unicodeScalars.count || length == letters.utf16.count
        let cameBack = narrow.unicodeScalars.elementsEqual(letters.unicodeScalars)
        if cameBack, isCounted { return .narrow(Self.shown(letters)) }
        if cameBack, length == letters.utf8.count, handsOutRawText(connection) { return .narrow("") }
        let again = try Statement(connection)
        try again.execute(sql)
        if isCounted, let wide = try again.firstWideText(), wide.unicodeScalars.elementsEqual(letters.unicodeScalars) {
            return .wide(Self.shown(letters))
        }
        return .neither(
            got:
                "\(narrow.unicodeScalars.map { String($0.value, radix: 16) }) of length \(length.map(String.init) ?? "unknown")"
        )
    }

    private func handsOutRawText(_ connection: Connection) -> Bool {
        guard let rawText, let statement = try? Statement(connection) else { return false }
        do {
            try statement.execute(rawText.query)
            guard try statement.textRows().first?.first == rawText.answer else { return false }
            try statement.execute(rawText.statement)
            return true
        } catch {
            return false
        }
    }
}
