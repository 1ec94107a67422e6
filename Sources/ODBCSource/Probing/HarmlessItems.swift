import Extraction
import FoundationEssentials
import ODBC
import Text

/// What is asked of every source: names, numbers, text and comparisons. None of it can hurt a connection.
enum HarmlessItems {
    static var all: [ProbeItem] {
        [
            ProbeItem("driver and database", examine: names),
            ProbeItem("what the driver says of itself", examine: numbers),
            ProbeItem("select without a table", examine: constants), ProbeItem("text, narrow", examine: narrowText),
            ProbeItem("text, wide", examine: wideText), ProbeItem("NULL and empty text", examine: emptyText),
            ProbeItem("comparison of text", examine: comparisons), ProbeItem("NULL in order", examine: nullOrder),
            ProbeItem("clock", examine: clock), ProbeItem("timestamp escape", examine: escapes),
            ProbeItem("parameters", examine: parameters), ProbeItem("error texts", examine: errors),
        ]
    }

    private static func names(_ session: ProbeSession) -> ProbeAnswer {
        let items: [(String, Connection.InfoItem)] = [
            ("driver", .driverName), ("driver version", .driverVersion), ("driver's ODBC", .driverODBCVersion),
            ("database", .databaseName), ("database version", .databaseVersion),
            ("driver manager", .driverManagerVersion),
        ]
        let facts = items.map { ProbeFinding.Fact($0, session.connection.info($1) ?? "no answer") }
        return ProbeAnswer(.info, facts.map { "\($0.name) \($0.value)" }.joined(separator: ", "), facts: facts)
    }

    private static func numbers(_ session: ProbeSession) -> ProbeAnswer {
        var facts = [
            ProbeFinding.Fact(
                "identifierQuote", session.connection.info(.identifierQuote).map { "\"\($0)\"" } ?? "no answer"),
            ProbeFinding.Fact(
                "searchPatternEscape", session.connection.info(.searchPatternEscape).map { "\"\($0)\"" } ?? "no answer"),
        ]
        func number(_ item: Connection.InfoNumber, _ words: [Int: String] = [:]) {
            let value = session.connection.info(item)
            let text = value.map { "\($0)" + (words[$0].map { " (\($0))" } ?? "") } ?? "no answer"
            facts.append(.init("\(item)", text))
        }
        let cases = [1: "upper", 2: "lower", 3: "sensitive", 4: "mixed"]
        let cursors = [0: "deleted", 1: "closed", 2: "preserved"]
        number(.identifierCase, cases)
        number(.quotedIdentifierCase, cases)
        number(.maximumStatement, [0: "no limit or unknown"])
        number(.cursorCommitBehavior, cursors)
        number(.cursorRollbackBehavior, cursors)
        number(.nullCollation, [0: "high", 1: "low", 2: "at the start", 4: "at the end"])
        number(.concatenationOfNull, [0: "NULL", 1: "the other text"])
        for item in [
            Connection.InfoNumber.concurrentActivities, .maximumColumnsInSelect, .maximumColumnName, .maximumTableName,
            .transactionCapable, .getDataExtensions,
        ] {
            number(item)
        }
        return ProbeAnswer(.info, facts.map { "\($0.name) \($0.value)" }.joined(separator: ", "), facts: facts)
    }

    /// Settles what the others write behind their constants.
    private static func constants(_ session: ProbeSession) throws -> ProbeAnswer {
        var facts: [ProbeFinding.Fact] = []
        var accepted: [String] = []
        for suffix in ["", " FROM DUAL"] {
            let sql = "SELECT 1\(suffix)"
            do throws(ODBCError) {
                _ = try session.rows(sql)
                facts.append(.init(sql, "accepted"))
                accepted.append(suffix)
            } catch {
                if session.isLost { throw error }
                facts.append(.init(sql, session.words(of: error)))
            }
        }
        if session.plan.fromConstants == nil { session.fromConstants = accepted.first ?? "" }
        guard accepted.contains(session.fromConstants) else {
            return ProbeAnswer(.fail, "constants cannot be selected: \(facts.last?.value ?? "")", facts: facts)
        }
        return ProbeAnswer(
            .info, accepted.map { "SELECT 1\($0)" }.joined(separator: " and ") + " accepted", facts: facts)
    }

    private static func narrowText(_ session: ProbeSession) throws -> ProbeAnswer {
        judge(try session.value("'\(EncodingProbe.literal)'"), as: "UTF-8 in SQL_C_CHAR", isUsed: !session.fetchesWide)
    }

    private static func wideText(_ session: ProbeSession) throws -> ProbeAnswer {
        let sql = "SELECT '\(EncodingProbe.literal)'\(session.fromConstants)"
        let text = try session.run { statement throws(ODBCError) in
            try statement.execute(sql)
            return try statement.firstWideText()
        }
        return judge(text, as: "UTF-16 in SQL_C_WCHAR", isUsed: session.fetchesWide)
    }

    private static func judge(_ text: String?, as form: String, isUsed: Bool) -> ProbeAnswer {
        if text == EncodingProbe.literal { return ProbeAnswer(.pass, "é, € and 𝄞 arrive unharmed as \(form)") }
        let got = text.map { $0.unicodeScalars.map { String($0.value, radix: 16) }.joined(separator: " ") } ?? "nothing"
        return ProbeAnswer(
            isUsed ? .fail : .info, "é, € and 𝄞 do not arrive as \(form)", facts: [.init("code points that came", got)])
    }

    /// Whether a condition on constants is true; nil where the source calls it neither.
    private static func holds(_ condition: String, _ session: ProbeSession) throws(ODBCError) -> Bool {
        try session.value("CASE WHEN \(condition) THEN 1 ELSE 0 END").map { $0.hasPrefix("1") } ?? false
    }

    private static func emptyText(_ session: ProbeSession) throws -> ProbeAnswer {
        let isNull = try holds("'' IS NULL", session)
        let value = try session.value("''")
        let delivered = value.map { $0.isEmpty ? "an empty text" : Sentence.count($0.count, "character") } ?? "NULL"
        return ProbeAnswer(
            .info, "'' IS NULL is \(isNull); the literal '' is delivered as \(delivered)",
            facts: [.init("'' IS NULL", "\(isNull)"), .init("delivered", delivered)])
    }

    private static func comparisons(_ session: ProbeSession) throws -> ProbeAnswer {
        var facts: [ProbeFinding.Fact] = []
        for condition in ["'a' = 'A'", "'a' = 'a '", "'e' = 'é'", "'B' < 'a'", "'ab' < 'Aa'"] {
            facts.append(.init(condition, "\(try holds(condition, session))"))
        }
        return ProbeAnswer(.info, facts.map { "\($0.name) is \($0.value)" }.joined(separator: ", "), facts: facts)
    }

    private static func nullOrder(_ session: ProbeSession) throws -> ProbeAnswer {
        let from = session.fromConstants
        let rows = try session.rows(
            "SELECT v FROM (SELECT 1 AS v\(from) UNION ALL SELECT NULL AS v\(from)) q ORDER BY v")
        guard rows.count == 2 else { return ProbeAnswer(.info, "\(Sentence.count(rows.count, "row")) came for two") }
        return ProbeAnswer(.info, "NULL sorts \(rows[0][0] == nil ? "first" : "last")")
    }

    private static func clock(_ session: ProbeSession) throws -> ProbeAnswer {
        var facts: [ProbeFinding.Fact] = []
        var zones: [String] = []
        for expression in session.plan.clocks {
            do throws(ODBCError) {
                let before = Date().timeIntervalSince1970
                let text = try session.value(expression) ?? ""
                let now = (before + Date().timeIntervalSince1970) / 2
                guard let reading = ClockReading(text) else {
                    facts.append(.init(expression, "a form that is not known: \(PrivateWords.shape(text))"))
                    continue
                }
                let offset = ClockReading.offset(reading.seconds, fromUTC: Int(now.rounded()))
                let zone = ClockReading.zone(minutes: offset.minutes)
                zones.append("\(expression) \(zone)")
                facts.append(
                    .init(
                        expression,
                        "\(zone), \(offset.remainder) s beside it, "
                            + "\(Sentence.count(reading.fractionDigits, "digit")) of a second"
                    ))
            } catch {
                if session.isLost { throw error }
                facts.append(.init(expression, session.words(of: error)))
            }
        }
        guard !zones.isEmpty else {
            return ProbeAnswer(
                .fail, "no expression tells the source's time: \(facts.first?.value ?? "")", facts: facts)
        }
        return ProbeAnswer(.info, "by this machine's clock: " + zones.joined(separator: ", "), facts: facts)
    }

    private static func escapes(_ session: ProbeSession) throws -> ProbeAnswer {
        let sql = "SELECT {ts '2024-02-29 12:34:56'}\(session.fromConstants)"
        var facts: [ProbeFinding.Fact] = []
        var accepted: [String] = []
        for (name, scans) in [("translated", true), ("as it is", false)] {
            do throws(ODBCError) {
                let text = try session.run { statement throws(ODBCError) -> String? in
                    if scans { statement.scanEscapes() }
                    try statement.execute(sql)
                    return try statement.textRows().first?.first ?? nil
                }
                facts.append(.init(name, "accepted, came back as \(text ?? "NULL")"))
                accepted.append(name)
            } catch {
                if session.isLost { throw error }
                facts.append(.init(name, session.words(of: error)))
            }
        }
        return ProbeAnswer(
            .info,
            accepted.isEmpty
                ? "{ts '…'} is refused: \(facts.first?.value ?? "")"
                : "{ts '…'} is accepted \(accepted.joined(separator: " and "))", facts: facts)
    }

    private static func parameters(_ session: ProbeSession) throws -> ProbeAnswer {
        let sql = "SELECT 1\(session.fromConstants) WHERE 'kleene' = ?"
        do throws(ODBCError) {
            let counts = try ["kleene", "another"].map { parameter throws(ODBCError) in
                try session.run { statement throws(ODBCError) in
                    try statement.execute(sql, parameter: parameter)
                    return try statement.textRows().count
                }
            }
            return counts == [1, 0]
                ? ProbeAnswer(.pass, "? is accepted, and its value counts")
                : ProbeAnswer(
                    .fail,
                    "? is accepted, and finds \(Sentence.count(counts[0], "row")) and \(counts[1]) in place of 1 and 0")
        } catch {
            if session.isLost { throw error }
            return ProbeAnswer(.info, "? is refused by \(error.function): \(session.words(of: error))")
        }
    }

    private static func errors(_ session: ProbeSession) throws -> ProbeAnswer {
        let statements = [
            ("unknown table", "SELECT kleene_column FROM kleene_no_such_table"),
            ("unknown column", "SELECT kleene_no_such_column\(session.fromConstants)"),
            ("no SQL", "SELEKT 1"), ("unknown function", "SELECT kleene_no_such_function(1)\(session.fromConstants)"),
        ]
        var facts: [ProbeFinding.Fact] = []
        for (name, sql) in statements {
            do throws(ODBCError) {
                _ = try session.rows(sql)
                facts.append(.init(name, "accepted"))
            } catch {
                if session.isLost { throw error }
                facts.append(.init(name, session.rawWords(of: error)))
            }
        }
        let accepted = facts.filter { $0.value == "accepted" }.map(\.name)
        return accepted.isEmpty
            ? ProbeAnswer(.info, facts.map { "\($0.name): \($0.value)" }.joined(separator: "; "), facts: facts)
            : ProbeAnswer(.fail, "no error for \(accepted.joined(separator: ", "))", facts: facts)
    }
}
