import Extraction

/// How a source orders the values of a key of time, as SQL. Pure functions.
///
/// Where moments have a type, the source's own order is that of time. SQLite keeps them as text and compares them byte by
/// byte, in whatever spelling each row has: a `T` comes behind a blank, `.12` before `.120`, which is the same moment, and
/// `11:00+02:00` behind `10:00Z`, which is later. There each is brought into one spelling before it is compared. The same
/// spellings are taken as `SpelledMoment` takes them, by functions that SQLite has had since 3.8.
extension ODBCDialect {
    /// What stands for a column wherever it is compared or is the largest: NULL where a value has no place in the order.
    func ordered(_ column: String, kind: KeyKind?) -> String {
        guard moments == .text, let kind, kind.isTime else { return quote(column) }
        let moment = Self.momentOfText(quote(column))
        return kind == .date ? "substr(\(moment), 1, 10)" : moment
    }

    /// A comparison of a key of time in a source that keeps it as text.
    ///
    /// The bare column is compared as well, with a day that lies so far off that no offset from UTC matters: an index on the
    /// column serves that, and rows far from the bound are passed over without a look at their spelling.
    func textComparison(_ column: String, _ comparison: Condition.Comparison, _ value: KeyValue) throws -> String {
        let exact = "\(ordered(column, kind: value.kind)) \(comparison.rawValue) \(try literal(value))"
        let moment: Moment
        switch value {
        case .timestamp(let bound), .date(let bound): moment = bound
        case .integer, .text: return exact
        }
        let day = 86_400
        let coarse =
            switch comparison {
            case .atLeast, .above: ">= '\(moment.adding(seconds: -day).dateText)'"
            case .below, .atMost: "< '\(moment.adding(seconds: 2 * day).dateText)'"
            }
        return "\(quote(column)) \(coarse) AND \(exact)"
    }

    private static let format = "'%Y-%m-%d %H:%M:%S'"

    /// `YYYY-MM-DD HH:MM:SS[.f…]` in UTC, without zeros at the end; NULL for what is no moment that orders rows.
    ///
    /// Most values are spelt so already, and cost one call; the others are taken apart step by step. Each step ends with
    /// LIMIT: without it SQLite writes one step into the other, where each part is worked out dozens of times (54 µs a row in
    /// place of 4, SQLite 3.40.1).
    private static func momentOfText(_ column: String) -> String {
        let digit = "[0-9]"
        let text = "SELECT rtrim(replace(upper(\(column)), ',', '.')) AS t WHERE typeof(\(column)) = 'text' LIMIT 1"
        // What follows the minutes or the seconds.
        let tail =
            "SELECT t, CASE substr(t, 17, 1) WHEN ':' THEN substr(t, 20) ELSE substr(t, 17) END AS tail FROM (\(text)) LIMIT 1"
        let zone = "SELECT t, tail, ltrim(tail, '.0123456789') AS zone FROM (\(tail)) LIMIT 1"
        let parts =
            "SELECT substr(t, 11, 1) AS sep, length(t) - length(tail) AS n, substr(t, 1, 10) || ' ' || "
            + "CASE length(t) - length(tail) WHEN 19 THEN substr(t, 12, 8) WHEN 16 THEN substr(t, 12, 5) || ':00' "
            + "ELSE '00:00:00' END AS head, substr(tail, 1, length(tail) - length(zone)) AS fraction, "
            + "CASE WHEN zone GLOB ' ?*' THEN substr(zone, 2) ELSE zone END AS zone FROM (\(zone)) LIMIT 1"
        let whole =
            "SELECT sep, n, head, fraction, CASE WHEN zone GLOB '[+-]\(digit)\(digit)' THEN zone || ':00' "
            + "WHEN zone GLOB '[+-]\(digit)\(digit)\(digit)\(digit)' THEN substr(zone, 1, 3) || ':' || substr(zone, 4) "
            + "ELSE zone END AS zone FROM (\(parts)) LIMIT 1"
        let moment =
            "SELECT strftime(\(format), head || zone) || rtrim(rtrim(fraction, '0'), '.') AS moment FROM (\(whole)) "
            + "WHERE n IN (10, 16, 19) AND sep IN ('', ' ', 'T') AND strftime(\(format), head, '+0 seconds') = head AND "
            + "(fraction = '' OR n = 19 AND fraction GLOB '.\(digit)*' AND fraction NOT GLOB '.*.*' "
            + "AND length(rtrim(fraction, '0')) <= 10) "
            + "AND (zone IN ('', 'Z') OR zone GLOB '[+-]\(digit)\(digit):\(digit)\(digit)') LIMIT 1"
        let range = "moment >= '0001-01-01' AND moment < '9999-12-31'"
        return
            "CASE WHEN strftime(\(format), \(column), '+0 seconds') = \(column) AND \(column) >= '0001-01-01' "
            + "AND \(column) < '9999-12-31' THEN \(column) ELSE (SELECT moment FROM (\(moment)) WHERE \(range)) END"
    }
}
