import NIOCore

/// A statement that was parsed, and waits to be bound.
struct Prepared {
    let sql: String
    let parameterCount: Int
    /// Nil for statements that return no rows.
    let columns: [ResultColumn]?
}

/// A statement with its parameters.
struct Portal {
    let prepared: Prepared
    let values: [String?]
    var result: RunningResult?
}

/// The extended protocol: Parse, Bind, Describe, Execute, Close, each alone or in a run that Sync ends.
extension Session {
    func answerExtended(_ message: FrontendMessage) async throws {
        if message == .sync {
            skipsToSync = false
            portals = [:]
            out.writeReadyForQuery(transaction)
            try await flush()
            return
        }
        if message == .flush { return try await flush() }
        if skipsToSync { return }
        let timer = startTimer()
        defer {
            timer?.cancel()
            control.end()
        }
        control.begin()
        do {
            try await step(message)
        } catch let refusal as SQLRefusal {
            try fail(refusal)
            skipsToSync = true
        }
    }

    private func step(_ message: FrontendMessage) async throws {
        if transaction == .failed { throw SQLRefusal.abortedTransaction }
        switch message {
        case .parse(let name, let sql):
            prepared[name] = try parse(sql)
            out.writeEmptyMessage("1")
        case .bind(let portal, let name, let values):
            let prepared = try find(prepared[name], "prepared statement", name)
            guard values.count == prepared.parameterCount else {
                throw SQLRefusal(sqlState: "08P01", message: "wrong number of parameters")
            }
            portals[portal] = Portal(prepared: prepared, values: values)
            out.writeEmptyMessage("2")
        case .describe(UInt8(ascii: "S"), let name):
            let prepared = try find(prepared[name], "prepared statement", name)
            out.writeParameterDescription(count: prepared.parameterCount)
            describe(prepared)
        case .describe(_, let name):
            describe(try find(portals[name], "portal", name).prepared)
        case .execute(let name, let limit):
            try await execute(name, limit)
        case .close(let kind, let name):
            if kind == UInt8(ascii: "S") { prepared[name] = nil } else { portals[name] = nil }
            out.writeEmptyMessage("3")
        default:
            throw SQLRefusal(sqlState: "08P01", message: "unexpected message")
        }
    }

    private func find<Thing>(_ thing: Thing?, _ what: String, _ name: String) throws -> Thing {
        guard let thing else { throw SQLRefusal(sqlState: "26000", message: "\(what) \"\(name)\" does not exist") }
        return thing
    }

    private static let controlVerbs: Set<String> = [
        "SET", "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE", "CLOSE", "DEALLOCATE", "DISCARD",
    ]

    private func parse(_ sql: String) throws -> Prepared {
        let tokens = try Tokenizer.tokens(of: sql)
        guard let first = tokens.first else { return Prepared(sql: "", parameterCount: 0, columns: nil) }
        if first.kind == .word, Self.controlVerbs.contains(first.text.uppercased()) {
            return Prepared(sql: sql, parameterCount: 0, columns: nil)
        }
        if let answer = try DriverQueries.answer(sql, tokens, view) {
            return Prepared(sql: sql, parameterCount: 0, columns: answer.columns)
        }
        // A trailing semicolon is no part of the query.
        let text = try Tokenizer.statements(of: sql)
        guard text.count == 1 else { throw SQLRefusal.syntax }
        let (query, parameterCount) = try Parser.parse(text[0])
        let columns = try Renderer.render(query, in: view).columns
        return Prepared(sql: text[0], parameterCount: parameterCount, columns: columns)
    }

    private func describe(_ prepared: Prepared) {
        if let columns = prepared.columns {
            out.writeRowDescription(columns)
        } else {
            out.writeEmptyMessage("n")
        }
    }

    private func execute(_ name: String, _ limit: Int) async throws {
        var portal = try find(portals[name], "portal", name)
        let sql = portal.prepared.sql
        let tokens = try Tokenizer.tokens(of: sql)
        guard let first = tokens.first else { return out.writeEmptyMessage("I") }
        if portal.prepared.columns == nil {
            out.writeCommandComplete(try await control(first.text.uppercased(), tokens, sql) ?? "")
        } else if let answer = try DriverQueries.answer(sql, tokens, view) {
            write(answer, description: false)
        } else {
            let result: RunningResult
            if let running = portal.result {
                result = running
            } else {
                result = try await open(sql, parameters: portal.values)
            }
            portal.result = result
            portals[name] = portal
            guard limit > 0 else { return try await sendAll(of: result, description: false) }
            var (rows, count) = try await batch(of: result, upTo: limit)
            out.writeBuffer(&rows)
            if count < limit { out.writeCommandComplete("SELECT \(count)") } else { out.writeEmptyMessage("s") }
        }
    }
}
