import Extraction
import ODBC
import Rows
import Text

/// Whether many rows come with one fetch, and whether they are the rows that come one by one.
enum BlockFetchItem {
    static var item: ProbeItem { ProbeItem("block fetch", examine: examine) }

    /// Rows asked for at once.
    private static let asked = 100

    private static func examine(_ session: ProbeSession) throws -> ProbeAnswer {
        let sql = session.plan.blockStatement?() ?? constants(session)
        let single = try session.rows(sql)
        let block: (rows: [[String?]], fetches: [Int])
        do {
            block = try blocks(sql, session)
        } catch let error as CellError {
            return ProbeAnswer(
                .fail, "a block could not be taken over: in row \(error.row) is a value that is \(error.problem)")
        }
        let sizes = block.fetches
        let shown = sizes.prefix(6).map(String.init).joined(separator: ", ") + (sizes.count > 6 ? ", …" : "")
        let facts = [
            ProbeFinding.Fact("rows asked for at once", "\(asked)"), .init("rows of the fetches", shown),
            .init("rows in all", "\(block.rows.count)"),
        ]
        guard sorted(block.rows) == sorted(single) else {
            let again = try session.rows(sql)
            guard sorted(again) == sorted(single) else {
                return ProbeAnswer(
                    .info, "the same statement returns other rows each time; rows of the fetches: \(shown)",
                    facts: facts)
            }
            return ProbeAnswer(
                .fail,
                "\(Sentence.count(block.rows.count, "row", "differs", "differ")) in blocks from \(single.count) one by one",
                facts: facts)
        }
        if single.isEmpty { return ProbeAnswer(.skip, "the statement for it returned no rows", facts: facts) }
        if sizes.allSatisfy({ $0 == 1 }) {
            return ProbeAnswer(
                .info, "asked for \(Sentence.count(asked, "row")) at once, the driver delivers one a fetch",
                facts: facts)
        }
        return ProbeAnswer(
            .pass,
            "asked for \(Sentence.count(asked, "row")) at once, \(shown) came; the values are those that come one by one",
            facts: facts)
    }

    /// As an extract reads, widening slots as it does.
    private static func blocks(_ sql: String, _ session: ProbeSession) throws -> (rows: [[String?]], fetches: [Int]) {
        var widths: LearnedWidths?
        do {
            return try ReadAgain.untilAllFits("in blocks", hint: &widths) {
                try read(sql, session, $0 ?? LearnedWidths())
            }
        } catch let error as ODBCError {
            session.notice(error)
            throw error
        }
    }

    private static func read(
        _ sql: String, _ session: ProbeSession, _ widths: LearnedWidths
    ) throws -> (rows: [[String?]], fetches: [Int]) {
        let statement = try Statement(session.connection)
        try statement.execute(sql)
        let ordinals = Array(1..<(try statement.columnCount() + 1))
        let descriptions = try ordinals.map { ordinal throws(ODBCError) in try statement.describeColumn(ordinal) }
        let plans = SlotPlanner(driver: session.profile, fetchesWide: session.fetchesWide, budget: 8 << 20)
            .plan(descriptions) { widths[$0] }
        let cursor = try BlockCursor(statement, plans: plans, ordinals: ordinals, rows: asked)
        let batch = RowBatch(layout: cursor.layout)
        var rows: [[String?]] = []
        var fetches: [Int] = []
        do {
            while try cursor.fill(batch) {
                fetches.append(batch.rowCount)
                for row in 0..<batch.rowCount { rows.append(ordinals.indices.map { batch.text(column: $0, row: row) }) }
            }
        } catch let narrow as SlotsTooNarrow {
            let (next, changed) = widths.widened(by: narrow, plans)
            throw ReadAgain(hint: next, columns: changed)
        }
        return (rows, fetches)
    }

    /// Without an order the source may return the rows in any.
    private static func sorted(_ rows: [[String?]]) -> [String] {
        rows.map { $0.map { $0.map { "=" + $0 } ?? "-" }.joined(separator: "\u{1}") }.sorted()
    }

    /// 250 rows that need no table.
    private static func constants(_ session: ProbeSession) -> String {
        (1...250).map { "SELECT \($0) AS n, 'value \($0)' AS t\(session.fromConstants)" }.joined(
            separator: " UNION ALL ")
    }
}
