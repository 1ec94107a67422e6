/// Something that shall go wrong, once or several times.
package struct Fault: Sendable, Codable, Equatable {
    package enum Point: String, Sendable, Codable, CaseIterable {
        /// Before a login is judged.
        case login
        /// When a query is accepted, before its first row.
        case statement
        /// When rows are fetched.
        case fetch
        /// When a token is asked for. `refused` answers the code in `text`, `error` HTTP 500, `ticket` 503, `session-limit` 429.
        case token
    }

    package enum Kind: String, Sendable, Codable, CaseIterable {
        /// The login is refused, and counts as refused.
        case refused
        /// The account is locked from now on.
        case locked
        /// Too many sessions.
        case sessionLimit = "session-limit"
        /// `Connection expired. Please reconnect`, and the connection ends.
        case expired
        /// The connection is reset (RST).
        case reset
        /// The connection is closed without a word.
        case close
        /// No answer until the fault is cleared, or for `milliseconds`.
        case stall
        /// `Failed to retrieve data`, with an error ticket.
        case ticket
        /// An error with the text and SQLSTATE given.
        case error
        /// A pause of `milliseconds` before the answer; with `rowMicroseconds`, of so much for each row that is fetched.
        case slow
        /// A page of a proxy, in place of a token; at other points the same as `close`.
        case html
    }

    package var point: Point
    package var kind: Kind
    /// How often it strikes; nil for always.
    package var times: Int?
    /// Strikes only where the statement's text contains this, in any case.
    package var matching: String?
    /// With `fetch`: strikes in the first batch at or behind so many delivered rows.
    package var afterRows = 0
    package var milliseconds: Int?
    package var rowMicroseconds: Int?
    package var sqlState: String?
    package var text: String?

    package init(_ point: Point, _ kind: Kind, times: Int? = 1, matching: String? = nil, afterRows: Int = 0) {
        self.point = point
        self.kind = kind
        self.times = times
        self.matching = matching
        self.afterRows = afterRows
    }

    enum CodingKeys: String, CodingKey {
        case point, kind, times, matching, milliseconds, text
        case afterRows = "after_rows"
        case rowMicroseconds = "row_microseconds"
        case sqlState = "sql_state"
    }

    /// What is not there is as in `init(_:_:)`: once, everywhere, from the first row on. A null is for always.
    package init(from decoder: any Decoder) throws {
        let object = try decoder.container(keyedBy: CodingKeys.self)
        point = try object.decode(Point.self, forKey: .point)
        kind = try object.decode(Kind.self, forKey: .kind)
        times = object.contains(.times) ? try object.decodeIfPresent(Int.self, forKey: .times) : 1
        matching = try object.decodeIfPresent(String.self, forKey: .matching)
        afterRows = try object.decodeIfPresent(Int.self, forKey: .afterRows) ?? 0
        milliseconds = try object.decodeIfPresent(Int.self, forKey: .milliseconds)
        rowMicroseconds = try object.decodeIfPresent(Int.self, forKey: .rowMicroseconds)
        sqlState = try object.decodeIfPresent(String.self, forKey: .sqlState)
        text = try object.decodeIfPresent(String.self, forKey: .text)
    }

    /// Whether this can strike a statement with the text `sql`, `rows` rows into its result.
    func applies(at point: Point, sql: String, rows: Int) -> Bool {
        guard point == self.point, times != 0, rows >= afterRows else { return false }
        return matching.map { sql.lowercased().contains($0.lowercased()) } ?? true
    }
}
