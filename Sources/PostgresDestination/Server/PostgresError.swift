import Extraction
import Text

/// What the server, or libpq, said instead of doing what it was asked.
struct PostgresError: Error, Equatable {
    var message: String
    var detail: String?
    var hint: String?
    /// Where in a COPY or a function it happened.
    var context: String?
    /// Nil where no server spoke: then the connection is gone, or was never there.
    var sqlState: String?

    /// Whether the session is gone, so that nobody knows what became of the last statement.
    var isConnectionLost: Bool {
        guard let sqlState else { return true }
        // Class 08: connection exceptions. 57P0x: shut down by an administrator, a crash, or starting up.
        return sqlState.hasPrefix("08") || ["57P01", "57P02", "57P03", "57P05"].contains(sqlState)
    }

    /// Whether a connection was not made, and no server has said why: what a server or a pool says begins with a word for how bad it is, in
    /// whatever language, and two blanks behind its colon. The rest is libpq's own: nobody listens, a name that nobody knows, TLS.
    var isFromNobody: Bool { sqlState == nil && !message.contains(":  ") }

    /// A lock that was not had within `lock_timeout`.
    static let lockTimeout = "55P03"
    var isLockTimeout: Bool { sqlState == Self.lockTimeout }
    /// 42P01 and 3F000: no such table, no such schema.
    var saysAbsent: Bool { sqlState == "42P01" || sqlState == "3F000" }

    private var kind: FailureClass {
        switch sqlState {
        // 40P01: a deadlock, which the server has ended at our cost.
        case Self.lockTimeout, "40P01": .busy
        // Class 22: a value that the column does not take. 23: a constraint.
        case let state? where state.hasPrefix("22"): .data
        default: .destination
        }
    }

    private var advice: String {
        switch sqlState {
        case nil, "57P01", "57P02", "57P03", "57P05":
            "Check that the server runs and can be reached, and run the same command again."
        case Self.lockTimeout, "40P01": "Another session uses the table: run the same command again when it has ended."
        case "53100": "The server's disk is full: free space there, and run the same command again."
        case "42501": "Give the user the right, or load into another \"schema\"."
        case "28P01", "28000": "Check user and password of the destination, and the server's pg_hba.conf."
        case "3D000": "Make the database, or name another one."
        case let state? where state.hasPrefix("22"):
            "The value does not fit the column's type there; use another \"destination_table\" or --destination-table, or the load method \"drop_create_load\"."
        case let state? where state.hasPrefix("23"):
            "Drop the constraint; or drop the table: the next run makes it again and reads everything."
        case let state? where state.hasPrefix("08"):
            "Check the network between here and the server, and run the same command again."
        default: hint ?? ""
        }
    }

    /// Whether what was said beside the message may hold values of a row, which no failure does: `Failing row contains (…)`,
    /// `Key (id)=(1) already exists.`
    private var namesValues: Bool { ["22", "23"].contains { sqlState?.hasPrefix($0) == true } }

    /// As a sentence.
    ///
    /// - Parameters:
    ///   - attempt: What was tried, such as `Loading "t"`.
    ///   - server: The server in words.
    func failure(_ attempt: String, on server: String) -> Failure {
        var words = message.trimmed
        if let detail, !namesValues { words += " (\(detail.trimmed))" }
        if let context, context.contains("COPY") { words += "; \(context.trimmed)" }
        let end = words.last.map { "?!".contains($0) } == true ? "" : "."
        return Failure(kind, "\(attempt) failed on \(server): \(words)\(end)", advice: advice, sqlState: sqlState)
    }
}

extension String {
    /// Without blanks, line ends and a full stop at the ends, on one line.
    fileprivate var trimmed: String {
        let lines = split(whereSeparator: \.isNewline).map { line in
            String(line.split { $0 == "\t" }.joined(separator: " ").trimmingPrefix { $0 == " " })
        }
        let words = Sentence.lines(lines.filter { !$0.isEmpty })
        return String(words.drop { $0 == " " }.reversed().drop { $0 == " " || $0 == "." }.reversed())
    }
}
