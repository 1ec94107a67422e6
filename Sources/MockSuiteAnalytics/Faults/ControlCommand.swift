import Foundation

/// The control channel's language: one command a line, one line of JSON as the answer.
///
///     fault POINT KIND [times=N|times=always] [matching=TEXT] [after_rows=N] [milliseconds=N] [row_microseconds=N] [sql_state=S] [text=…]
///     fault {"point": …, "kind": …}   the same as JSON
///     faults                          the faults in force
///     clear                           drops all faults, and lets stalled sessions go on
///     counters | logins | statements | notes
///     reset | counters reset          sets the counters to zero, forgets logins and statements
///     lock | unlock | age-lock SECONDS
///     tokens                          how the token endpoint stands
///     tokens spelling tolerant|connect|request_token | tokens lifetime SECONDS | tokens clock SECONDS | tokens role ID
///     tokens granted | tokens revoke | tokens expire   those that were granted
///     tokens certificate ID FILE      maps a certificate, or a public key, in PEM | tokens forget ID
///     clock | advance SECONDS | freeze [TIME] | thaw
///     evolve STEPS [NAME=VALUE …]     makes so many steps at once; answers where the evolution stands
///     evolve [NAME=VALUE …]           sets how it goes, and answers where it stands
///     evolve start every=ROWS|every=SECONDSs [NAME=VALUE …] | evolve stop
///     log [table=NAME] [since=SEQUENCE] [limit=N]
///     columns hide|show TABLE COLUMN  what the role no longer sees, or sees again
///     columns widen TABLE COLUMN N    gives a text room for N characters
///     role subsidiary ID|all          the rows that the role sees
///     snapshot FILE                   writes the data as they stand to a SQLite file; answers the sequence
///     change SQL                      runs SQLite's SQL on the data; answers how many rows were changed
///     help
///
/// What an evolution's names are, see `EvolutionSettings`; they stay set until they are set again. POINT is login, statement, fetch or token; KIND one of `Fault.Kind`. `text=` takes the rest of the line.
enum ControlCommand {
    struct Refusal: Error {
        let text: String
    }

    private struct Answer<Value: Encodable>: Encodable {
        var ok = true
        let value: Value
    }

    private struct Failure: Encodable {
        var ok = false
        let error: String
    }

    /// Carries out `line` and answers it, failures included.
    static func answer(_ line: String, _ server: MockServer) -> String {
        let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true).map(String.init)
        let argument = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
        do {
            return try answer(parts.first ?? "help", argument, server)
        } catch let refusal as Refusal {
            return json(Failure(error: refusal.text))
        } catch {
            return json(Failure(error: "\(error)"))
        }
    }

    private static func answer(_ verb: String, _ argument: String, _ server: MockServer) throws -> String {
        switch verb {
        case "fault": server.faults.add(try fault(argument))
        case "faults": return json(Answer(value: server.faults.faults))
        case "clear": server.faults.clear()
        case "counters" where argument == "reset": server.activity.reset()
        case "counters": return json(Answer(value: server.activity.counters))
        case "logins": return json(Answer(value: server.activity.logins))
        case "statements": return json(Answer(value: server.activity.statements))
        case "notes": return json(Answer(value: server.activity.notes))
        case "reset": server.activity.reset()
        case "lock": server.lock()
        case "unlock": server.unlock()
        case "age-lock": server.ageLock(by: try seconds(argument))
        case "tokens" where argument == "granted": return json(Answer(value: server.withTokens { $0.tokens }))
        case "tokens":
            return json(Answer(value: try tokens(argument.split(separator: " ").map(String.init), server)))
        case "clock": return json(Answer(value: server.clock.now))
        case "advance": server.clock.advance(by: try seconds(argument))
        case "change": return json(Answer(value: try server.change(argument)))
        case "freeze": server.clock.freeze(at: argument.isEmpty ? server.clock.now : try time(argument))
        case "thaw": server.clock.thaw()
        case "evolve": return json(Answer(value: try evolve(argument.split(separator: " ").map(String.init), server)))
        case "log": return try log(argument.split(separator: " ").map(String.init), server)
        case "columns": try columns(argument.split(separator: " ").map(String.init), server)
        case "role":
            let words = argument.split(separator: " ").map(String.init)
            guard words.count == 2, words[0] == "subsidiary", words[1] == "all" || Int(words[1]) != nil else {
                throw Refusal(text: "role takes subsidiary and the id of one, or all, as in role subsidiary 3.")
            }
            try server.store.present { $0.restrict(to: Int(words[1])) }
        case "snapshot":
            guard !argument.isEmpty else { throw Refusal(text: "snapshot needs the path of a new file.") }
            return json(Answer(value: try server.store.snapshot(to: argument)))
        default:
            throw Refusal(
                text: "\(verb) is not a command; there are fault, faults, clear, counters, logins, statements, notes, "
                    + "reset, lock, unlock, age-lock, tokens, clock, advance, freeze, thaw, change, columns, role, evolve, log and "
                    + "snapshot."
            )
        }
        return json(Answer(value: true))
    }

    private struct TokenStatus: Encodable {
        let spelling: String
        let lifetime: Int
        let clock: Double
        let role: Int
        let certificates: [String]
    }

    private static func tokens(_ words: [String], _ server: MockServer) throws -> TokenStatus {
        let value = words.count > 1 ? words[1] : ""
        switch words.first {
        case nil: break
        case "spelling":
            guard let spelling = TokenOffice.Spelling(rawValue: value) else {
                let all = TokenOffice.Spelling.allCases.map(\.rawValue).joined(separator: ", ")
                throw Refusal(text: "tokens spelling is one of \(all).")
            }
            server.withTokens { $0.spelling = spelling }
        case "lifetime":
            guard let seconds = Int(value), (1...86_400).contains(seconds) else {
                throw Refusal(text: "tokens lifetime takes seconds, from 1 to 86400.")
            }
            server.withTokens { $0.lifetime = seconds }
        case "clock":
            let seconds = try self.seconds(value)
            server.withTokens { $0.clockOffset = seconds }
        case "role":
            guard let role = Int(value) else { throw Refusal(text: "tokens role takes a role's id.") }
            server.withTokens { $0.role = role }
        case "revoke": server.withTokens { $0.revokeAll() }
        case "expire": server.withTokens { $0.expireAll() }
        case "certificate":
            guard words.count == 3, let pem = try? String(contentsOfFile: words[2], encoding: .utf8) else {
                throw Refusal(text: "tokens certificate takes an id and the path of a file that can be read.")
            }
            try server.withTokens { try $0.add(certificate: pem, id: value, at: Date().timeIntervalSince1970) }
        case "forget":
            guard server.withTokens({ $0.forget(value) }) else {
                throw Refusal(text: "There is no certificate \"\(value)\".")
            }
        case let other?: throw Refusal(text: "tokens \(other) is not a command; see kleene-ns-mock control --help.")
        }
        return server.withTokens {
            TokenStatus(
                spelling: $0.spelling.rawValue, lifetime: $0.lifetime, clock: $0.clockOffset, role: $0.role,
                certificates: $0.certificateIDs)
        }
    }

    /// `hide TABLE COLUMN`, `show TABLE COLUMN`, `widen TABLE COLUMN LENGTH`; a column's name may have blanks.
    private static func columns(_ words: [String], _ server: MockServer) throws {
        let length = words.first == "widen" ? words.last.flatMap { Int($0) } : nil
        let name = words.dropFirst(2).dropLast(length == nil ? 0 : 1).joined(separator: " ")
        guard words.count > 2, !name.isEmpty else {
            throw Refusal(text: "columns takes hide, show or widen, a table, a column, and for widen a length.")
        }
        try server.store.present { seen in
            switch (words[0], length) {
            case ("hide", _): try seen.hide(name, of: words[1])
            case ("show", _): try seen.show(name, of: words[1])
            case ("widen", let length?): try seen.widen(name, of: words[1], to: length)
            default: throw Refusal(text: "columns \(words[0]): there are hide, show and widen, which takes a length.")
            }
        }
    }

    private static func seconds(_ text: String) throws(Refusal) -> Double {
        guard let seconds = Double(text), abs(seconds) <= 1e12 else {
            throw Refusal(text: "\"\(text)\" is not a number of seconds.")
        }
        return seconds
    }

    private static func time(_ text: String) throws(Refusal) -> Double {
        guard let time = MockClock.time(text) else {
            throw Refusal(
                text:
                    "\"\(text)\" is neither a time such as 2026-01-31T12:00:00 nor seconds since 1970, from the year 1 "
                    + "to 9999.")
        }
        return time
    }

    // MARK: Evolution

    private static func evolve(_ words: [String], _ server: MockServer) throws -> EvolutionStatus {
        var settings = words
        let first = words.first ?? ""
        if let steps = Int(first) {
            guard (0...100_000).contains(steps) else {
                throw Refusal(text: "evolve \(steps): the steps made at once are from 0 to 100000.")
            }
            settings.removeFirst()
            try server.store.configureEvolution(settings)
            try server.store.evolve(steps: steps)
        } else if first == "start" {
            settings.removeFirst()
            guard let index = settings.firstIndex(where: { $0.hasPrefix("every=") }),
                let pace = EvolutionPace(String(settings.remove(at: index).dropFirst("every=".count)))
            else {
                throw Refusal(text: "evolve start needs every=ROWS or every=SECONDSs, as in every=500 or every=2s.")
            }
            try server.store.configureEvolution(settings)
            server.evolve(at: pace)
        } else if first == "stop" {
            server.evolve(at: nil)
        } else {
            try server.store.configureEvolution(settings)
        }
        return try server.store.evolution
    }

    private static func log(_ words: [String], _ server: MockServer) throws -> String {
        var (table, since, limit): (String?, Int, Int) = (nil, -1, 10_000)
        for word in words {
            let pair = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            switch (pair[0], pair.count > 1 ? Int(pair[1]) : nil) {
            case ("table", _) where pair.count > 1: table = pair[1]
            case ("since", let number?): since = number
            case ("limit", let number?): limit = number
            default: throw Refusal(text: "\(word): log takes table=NAME, since=SEQUENCE and limit=N.")
            }
        }
        return #"{"ok":true,"value":"# + (try server.store.versions(table: table, since: since, limit: limit)) + "}"
    }

    static func fault(_ text: String) throws -> Fault {
        if text.hasPrefix("{") {
            do {
                return try checked(JSONDecoder().decode(Fault.self, from: Data(text.utf8)))
            } catch is DecodingError {
                throw Refusal(text: "This is no fault in JSON; one is {\"point\": \"fetch\", \"kind\": \"ticket\"}.")
            }
        }
        let words = text.split(separator: " ").map(String.init)
        guard words.count >= 2, let point = Fault.Point(rawValue: words[0]), let kind = Fault.Kind(rawValue: words[1])
        else {
            let points = Fault.Point.allCases.map(\.rawValue).joined(separator: ", ")
            let kinds = Fault.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw Refusal(text: "A fault has a point (\(points)) and a kind (\(kinds)).")
        }
        var fault = Fault(point, kind)
        for (index, word) in words.enumerated().dropFirst(2) {
            if word == "always" {
                fault.times = nil
                continue
            }
            let pair = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let value = pair.count > 1 ? pair[1] : ""
            switch pair[0] {
            case "times": fault.times = value == "always" ? nil : try count(word, value)
            case "matching": fault.matching = value
            case "after_rows": fault.afterRows = try count(word, value)
            case "milliseconds": fault.milliseconds = try count(word, value)
            case "row_microseconds": fault.rowMicroseconds = try count(word, value)
            case "sql_state": fault.sqlState = value
            case "text":
                fault.text = ([value] + words[(index + 1)...]).joined(separator: " ")
                return try checked(fault)
            default: throw Refusal(text: "\(word) is not a part of a fault.")
            }
        }
        return try checked(fault)
    }

    private static func count(_ word: String, _ value: String) throws(Refusal) -> Int {
        guard let count = Int(value) else { throw Refusal(text: "\(word): a number from 0 is expected.") }
        return count
    }

    /// The fault, if its numbers can be counted down and its texts can go to a client.
    private static func checked(_ fault: Fault) throws(Refusal) -> Fault {
        for (name, count) in [
            ("times", fault.times), ("after_rows", fault.afterRows), ("milliseconds", fault.milliseconds),
            ("row_microseconds", fault.rowMicroseconds),
        ] where count.map({ $0 < 0 }) == true {
            throw Refusal(text: "\(name): a number from 0 is expected.")
        }
        if let state = fault.sqlState {
            guard state.utf8.count == 5, state.allSatisfy({ $0.isASCII && ($0.isNumber || $0.isUppercase) }) else {
                throw Refusal(text: "sql_state=\(state): five capitals or digits are expected, such as HY000.")
            }
        }
        if fault.text?.utf8.contains(0) == true { throw Refusal(text: "A text without NUL is expected.") }
        return fault
    }

    private static func json(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return #"{"ok":false}"# }
        return String(decoding: data, as: UTF8.self)
    }
}
