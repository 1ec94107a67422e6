/// The sign by which a table is known again, beside its name: the run that made it, in a comment of its own definition.
///
/// It goes with the table wherever that goes (a copy of the file, VACUUM, ALTER TABLE), and is gone with it. A table that
/// kleene-ns did not make has no such comment; it is known by its definition, to which columns may be added. What neither
/// tells: a table that somebody drops and makes again by the very same statement.
enum TableMark {
    static func comment(_ run: String) -> String { "\(begin)\(run)\(end)" }

    private static let begin = "/* kleene-ns run "
    private static let end = " */"

    /// The mark of a table that was made by a statement.
    static func of(_ sql: String) -> String {
        guard let start = sql.firstRange(of: begin), let stop = sql[start.upperBound...].firstRange(of: end) else {
            return "sql:" + sql
        }
        return "run:" + sql[start.upperBound..<stop.lowerBound]
    }

    /// Whether a table with the one mark may be the one that had the other before.
    static func agrees(_ now: String, with before: String) -> Bool {
        if now == before { return true }
        guard now.hasPrefix("sql:"), before.hasPrefix("sql:") else { return false }
        // ALTER TABLE ADD COLUMN puts its words somewhere in the middle.
        let old = Array(before.utf8), new = Array(now.utf8)
        guard new.count > old.count else { return false }
        let same = zip(old, new).prefix { $0 == $1 }.count
        return new.suffix(old.count - same).elementsEqual(old.suffix(old.count - same))
    }
}
