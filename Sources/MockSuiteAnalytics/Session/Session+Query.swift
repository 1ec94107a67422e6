import NIOCore
import NIOPosix

extension Session {
    /// A simple query: one or several statements, and one answer that the session is ready.
    func answerQuery(_ sql: String) async throws {
        // An unterminated Sync run does not survive a simple query.
        skipsToSync = false
        let timer = startTimer()
        defer {
            timer?.cancel()
            control.end()
        }
        control.begin()
        do {
            let statements = try Tokenizer.statements(of: sql)
            if statements.isEmpty { out.writeEmptyMessage("I") }
            for statement in statements { try await run(statement) }
        } catch let refusal as SQLRefusal {
            try fail(refusal)
        }
        out.writeReadyForQuery(transaction)
        try await flush()
    }

    /// Says an error, and what it does to the transaction.
    func fail(_ refusal: SQLRefusal) throws {
        server.activity.count { $0.statementsRefused += 1 }
        out.writeError(refusal)
        if transaction == .open { transaction = .failed }
    }

    func startTimer() -> Scheduled<Void>? {
        guard statementTimeout > 0 else { return nil }
        let control = control
        return channel.eventLoop.scheduleTask(in: .milliseconds(Int64(statementTimeout))) { control.stop(.timedOut) }
    }

    private func run(_ statement: String) async throws {
        let tokens = try Tokenizer.tokens(of: statement)
        guard let first = tokens.first else { return }
        let verb = first.kind == .word ? first.text.uppercased() : ""
        if transaction == .failed, verb != "ROLLBACK", verb != "COMMIT" { throw SQLRefusal.abortedTransaction }
        if let tag = try await control(verb, tokens, statement) {
            out.writeCommandComplete(tag)
        } else if let answer = try DriverQueries.answer(statement, tokens, view) {
            write(answer)
        } else {
            let result = try await open(statement)
            try await sendAll(of: result)
        }
    }

    func write(_ answer: DriverQueries.Answer, description: Bool = true) {
        if description { out.writeRowDescription(answer.columns) }
        for row in answer.rows { out.writeDataRow(row) }
        out.writeCommandComplete(answer.tag ?? "SELECT \(answer.rows.count)")
    }

    /// Statements that steer the session; the tag of the one that was carried out, nil for any other statement.
    func control(_ verb: String, _ tokens: [Token], _ statement: String) async throws -> String? {
        switch verb {
        case "SET":
            set(tokens)
            return "SET"
        case "BEGIN", "START":
            transaction = .open
            return "BEGIN"
        case "COMMIT", "END":
            defer { transaction = .idle }
            return transaction == .failed ? "ROLLBACK" : "COMMIT"
        case "ROLLBACK":
            // Back to a savepoint the transaction lives on.
            if tokens.contains(where: { $0.isWord("TO") }) {
                transaction = .open
            } else {
                transaction = .idle
                cursors = [:]
            }
            return "ROLLBACK"
        case "SAVEPOINT", "RELEASE":
            return verb
        case "DECLARE":
            try await declare(tokens, statement)
            return "DECLARE CURSOR"
        case "FETCH":
            return try await fetch(tokens)
        case "CLOSE":
            if tokens.count > 1, tokens[1].isWord("ALL") {
                cursors = [:]
            } else {
                cursors[tokens.last?.text ?? ""] = nil
            }
            return "CLOSE CURSOR"
        case "DEALLOCATE":
            prepared[tokens.last?.text ?? ""] = nil
            return "DEALLOCATE"
        case "DISCARD":
            (cursors, prepared, portals) = ([:], [:], [:])
            return "DISCARD ALL"
        default:
            return nil
        }
    }

    private func set(_ tokens: [Token]) {
        guard tokens.count >= 4, tokens[1].isWord("STATEMENT_TIMEOUT"), let value = Int(tokens[3].text) else { return }
        // More than a day is for ever; a larger number of nanoseconds would not fit.
        statementTimeout = min(value, 86_400_000)
    }

    // MARK: Queries of data

    /// Accepts a query: parsed, looked up, prepared, and its fault suffered; no row is read yet.
    func open(_ sql: String, parameters: [String?] = []) async throws -> RunningResult {
        server.activity.record(statement: sql)
        guard !cursors.values.contains(where: { !$0.isExhausted }) else { throw SQLRefusal.busySession }
        if sql.lowercased().contains("pg_catalog") {
            throw SQLRefusal(
                sqlState: "0A000", message: "The mock does not answer this query of PostgreSQL's catalog.")
        }
        let rendered = try Renderer.render(try Parser.parse(sql).query, in: view)
        if let fault = server.faults.strike(.statement, sql: sql) { try await suffer(fault) }
        guard let reader, let processID else { throw SessionEnd.closed }
        let store = server.store
        do {
            return try await server.threads.runIfActive {
                let statement = try reader.connection.prepare(rendered.sql)
                try statement.bind(parameters)
                let snapshot = try store.beginStatement(sql, session: processID, reader)
                return RunningResult(
                    statement, columns: rendered.columns, sql: sql, of: reader.connection, snapshot)
            }
        } catch let failure as SQLiteFailure {
            server.activity.record(note: "SQLite: \(failure.description): \(rendered.sql)")
            throw SQLRefusal.syntax
        }
    }

    /// Makes one batch in memory; nothing of it is sent when it fails.
    ///
    /// Rows followed by an error or by the end of the connection crash the PostgreSQL driver (13.02, 16.00, 17.00).
    func batch(
        of result: RunningResult, upTo limit: Int, pause: Int = .max
    ) async throws -> (rows: ByteBuffer, count: Int) {
        // A fault behind row k strikes the first batch that begins there; with a result sent whole, when it gets there.
        let fault = server.faults.strike(.fetch, sql: result.sql, rows: result.delivered)
        if let fault { try await suffer(fault) }
        try control.check()
        let (store, activity) = (server.store, server.activity)
        do {
            let batch = try await server.threads.runIfActive { () throws -> (ByteBuffer, Int) in
                var buffer = ByteBuffer()
                let count = try result.encode(upTo: limit, pause: pause, into: &buffer)
                do {
                    try store.serve(rows: count)
                } catch {
                    // The reader is not to blame.
                    activity.record(note: "Evolution: \(error)")
                }
                return (buffer, count)
            }
            server.activity.count { counters in
                counters.batches += 1
                counters.rows += batch.1
            }
            try await suffer(fault, rows: batch.1)
            return batch
        } catch let failure as SQLiteFailure {
            try control.check()
            server.activity.record(note: "SQLite: \(failure.description): \(result.sql)")
            throw SQLRefusal.failedToRetrieve(ticket: Self.ticket())
        }
    }

    /// A whole result, as the driver wants it without cursors: in pieces, or the client's slowness would fill memory.
    func sendAll(of result: RunningResult, description: Bool = true) async throws {
        if description { out.writeRowDescription(result.columns) }
        repeat {
            var (rows, _) = try await batch(of: result, upTo: 500, pause: 1 << 20)
            out.writeBuffer(&rows)
            if out.readableBytes > 128 << 10 { try await flush() }
        } while !result.isExhausted
        out.writeCommandComplete("SELECT \(result.delivered)")
    }

    // MARK: Cursors

    /// `DECLARE "name" CURSOR WITH HOLD FOR query`.
    private func declare(_ tokens: [Token], _ statement: String) async throws {
        guard tokens.count > 3, let keyword = tokens.firstIndex(where: { $0.isWord("FOR") }), keyword + 1 < tokens.count
        else { throw SQLRefusal.syntax }
        let start = tokens[keyword + 1].range.lowerBound
        let query = String(decoding: Array(statement.utf8)[start...], as: UTF8.self)
        cursors[tokens[1].text] = try await open(query)
    }

    /// `FETCH n IN "name"`: rows, with their description before each batch.
    private func fetch(_ tokens: [Token]) async throws -> String {
        guard let name = tokens.last?.text, let cursor = cursors[name] else {
            throw SQLRefusal(sqlState: "34000", message: "cursor \"\(tokens.last?.text ?? "")\" does not exist")
        }
        let count = tokens.lazy.compactMap { $0.kind == .number ? Int($0.text) : nil }.first
        let limit = count ?? (tokens.contains { $0.isWord("ALL") } ? Int.max : 1)
        // A cursor that failed is gone, and the session is free again.
        cursors[name] = nil
        var (rows, delivered) = try await batch(of: cursor, upTo: limit)
        cursors[name] = cursor
        out.writeRowDescription(cursor.columns)
        out.writeBuffer(&rows)
        return "FETCH \(delivered)"
    }
}
