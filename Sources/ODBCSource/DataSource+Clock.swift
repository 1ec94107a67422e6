package import Extraction
import ODBC

/// The source's own clock, as it is told in its session and in local time.
extension DataSource {
    package func clock() throws -> SourceClock {
        let session = try connected()
        do {
            if let both = session.dialect.zonedClockQuery {
                do {
                    if let clock = try clock(both, session) { return clock }
                } catch let error as ODBCError where service.failure(error, .listing("the clock")).kind == .statement {
                    // Another server that speaks the same protocol, without that function.
                }
            }
            if let clock = try clock(session.dialect.clockQuery, session) { return clock }
            throw Failure(
                .environment,
                "The source's clock could not be read: \"\(session.dialect.clockQuery)\" gave no date and time.",
                advice: session.dialect.clockAdvice)
        } catch let error as ODBCError {
            var failure = service.failure(error, .listing("the source's clock"))
            if failure.kind == .statement {
                failure.advice = session.dialect.clockAdvice
            }
            throw failure
        }
    }

    /// What a clock query says; nil where that is no moment.
    private func clock(_ sql: String, _ session: Session) throws -> SourceClock? {
        let statement = try Statement(session.connection)
        try statement.execute(sql)
        defer { statement.close() }
        let columns = try statement.columnCount()
        guard columns > 0, let row = try statement.nextTextRow(columns: columns),
            let now = row[0].flatMap(Self.moment)
        else { return nil }
        return SourceClock(session: now, local: columns > 1 ? row[1].flatMap(Self.moment) : nil)
    }

    /// What follows the fraction is a zone; the moment is taken as it is written.
    private static func moment(_ text: String) -> Moment? {
        Moment(text.prefix { !"+Z".contains($0) }) ?? Moment(text.prefix(19))
    }
}
