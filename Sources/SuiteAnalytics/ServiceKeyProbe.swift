import Extraction
import FoundationEssentials
import ODBC
import ODBCSource
import Text

/// What an incremental extract relies on: that clock and key share a zone, and that a bound is where it says.
final class ServiceKeyProbe {
    private let catalog: ServiceProbe
    /// The newest value of a key, and where it was found.
    private var newest: (table: String, column: String, text: String, reading: ClockReading)?

    init(_ catalog: ServiceProbe) { self.catalog = catalog }

    var items: [ProbeItem] {
        [ProbeItem("clock and key", examine: clockAndKey), ProbeItem("bounds of a key", examine: bounds)]
    }

    /// Small in every account, so that their newest change costs little to find.
    private static let smallTables = [
        "currency", "subsidiary", "department", "classification", "location", "accountingperiod", "account",
    ]
    private static let sourceClock = "TO_CHAR(SYSDATE, 'YYYY-MM-DD HH24:MI:SS')"
    /// Seconds within which a key counts as just made.
    private static let freshness = 900

    private func clockAndKey(_ session: ProbeSession) throws -> ProbeAnswer {
        var looked: [String] = []
        for name in Self.smallTables {
            guard let table = catalog.table(named: name)?.name else { continue }
            let column = "lastmodifieddate"
            do throws(ODBCError) {
                let sql = "SELECT MAX(\(column)) FROM \(Self.quoted(table))"
                guard let text = try session.rows(sql).first?.first ?? nil, let reading = ClockReading(text) else {
                    continue
                }
                looked.append(name)
                if reading.seconds > newest?.reading.seconds ?? .min { newest = (table, column, text, reading) }
            } catch {
                // A table without the column, or without rights to it.
                if session.isLost { throw error }
            }
        }
        guard let newest else { return ProbeAnswer(.skip, "no small table has a key to look at") }
        guard let clock = try session.value(Self.sourceClock).flatMap({ ClockReading($0) }) else {
            return ProbeAnswer(.skip, "SYSDATE has a form that is not known")
        }
        let age = clock.seconds - newest.reading.seconds
        let zone = ClockReading.zone(
            minutes: ClockReading.offset(clock.seconds, fromUTC: Int(Date().timeIntervalSince1970)).minutes)
        let facts: [ProbeFinding.Fact] = [
            .init("tables looked at", looked.joined(separator: ", ")), .init("zone of SYSDATE", zone),
            .init("newest key behind SYSDATE", Self.rounded(age)),
            .init("digits of a second in the key", "\(newest.reading.fractionDigits)"),
        ]
        let again = "Save a currency or an account in NetSuite, and probe again within a quarter of an hour."
        if age < -60 {
            return ProbeAnswer(
                .fail, "the newest key is \(Self.rounded(-age)) ahead of SYSDATE: they do not share a zone",
                facts: facts)
        }
        if age <= Self.freshness {
            return ProbeAnswer(
                .pass, "the newest key is a few minutes old by SYSDATE (\(zone)): they share a zone", facts: facts)
        }
        return ProbeAnswer(
            .info, "the newest key is \(Self.rounded(age)) behind SYSDATE (\(zone)), which proves nothing. \(again)",
            facts: facts)
    }

    private static func quoted(_ name: String) -> String { name.quoted(with: "\"") }

    /// Coarse enough not to be a row's value.
    private static func rounded(_ seconds: Int) -> String {
        let size = abs(seconds)
        let sign = seconds < 0 ? "-" : ""
        if size >= 172_800 { return sign + Sentence.count(size / 86_400, "day") }
        if size >= 7200 { return "\(sign)\(size / 3600) h" }
        return "\(sign)\(size / 60) min"
    }

    /// Whether `=`, `>=`, `>` and `<` agree on the newest key, written as a literal to the second.
    private func bounds(_ session: ProbeSession) throws -> ProbeAnswer {
        guard let newest else { return ProbeAnswer(.skip, "no small table has a key to look at") }
        let text = String(decoding: newest.text.utf8.prefix(19), as: UTF8.self).replacing("T", with: " ")
        var facts: [ProbeFinding.Fact] = []
        var verdicts: [String: Bool] = [:]
        for function in ["TO_TIMESTAMP", "TO_DATE"] {
            let literal = "\(function)(\(SystemTables.literal(text)), 'YYYY-MM-DD HH24:MI:SS')"
            do throws(ODBCError) {
                let all = try count(newest, nil, session)
                let equal = try count(newest, "= \(literal)", session)
                let from = try count(newest, ">= \(literal)", session)
                let above = try count(newest, "> \(literal)", session)
                let below = try count(newest, "< \(literal)", session)
                let isExact = equal >= 1 && from == equal && above == 0 && below == all - equal
                verdicts[function] = isExact
                facts.append(
                    .init(
                        function,
                        isExact
                            ? "exact"
                            : "of the rows: = \(Self.share(equal, all)), >= \(Self.share(from, all)), "
                                + "> \(Self.share(above, all)), < \(Self.share(below, all))"))
            } catch {
                if session.isLost { throw error }
                facts.append(.init(function, session.words(of: error)))
            }
        }
        let detail = facts.map { "\($0.name): \($0.value)" }.joined(separator: "; ")
        if verdicts.isEmpty { return ProbeAnswer(.fail, "refused: \(detail)", facts: facts) }
        let isExact = verdicts.values.allSatisfy(\.self)
        return ProbeAnswer(
            isExact ? .pass : .fail,
            isExact ? "= and >= include the newest key, > and < exclude it (\(detail))" : detail, facts: facts)
    }

    private func count(
        _ key: (table: String, column: String, text: String, reading: ClockReading), _ condition: String?,
        _ session: ProbeSession
    ) throws(ODBCError) -> Int {
        let filter = condition.map { " WHERE \(key.column) \($0)" } ?? ""
        let sql = "SELECT COUNT(\(key.column)) FROM \(Self.quoted(key.table))\(filter)"
        return try session.rows(sql).first?.first?.flatMap { Int($0.prefix { $0 != "." }) } ?? 0
    }

    private static func share(_ count: Int, _ all: Int) -> String {
        count == 0 ? "none" : count == all ? "all" : count == 1 ? "one" : "some"
    }
}
