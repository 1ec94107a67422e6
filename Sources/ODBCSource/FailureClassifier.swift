package import Extraction
package import ODBC
import Text

/// From what a driver said to what a person should know and do: a verdict, and the sentence that is made of it.
package struct FailureClassifier: Sendable {
    /// What was being done.
    package enum Phase: Sendable {
        case connect
        case listing(String)
        case statement(TableName)
        case fetch(TableName, row: Int)

        /// The table that was asked for; nil where it was the catalog, or nothing yet.
        package var table: TableName? {
            switch self {
            case .connect, .listing: nil
            case .statement(let table), .fetch(let table, _): table
            }
        }
    }

    /// The driver, as a person named it.
    package var driver: String
    package var library: String?
    /// The beginning of a sentence on a login that failed.
    package var connecting: String
    /// The sentence on a login that was refused, up to what the other side said.
    package var refusal: String
    /// How this source's driver is installed, a sentence with its full stop; nil where that is not known.
    package var installation: String?

    package init(driver: String, library: String?, user: String?) {
        self.driver = driver
        self.library = library
        self.connecting = "Connecting with \"\(driver)\""
        self.refusal = "The source refused the login" + (user.map { " of \"\($0)\"" } ?? "")
    }

    /// The failure that an error is: by what its driver says of itself, by what the service knows of its own errors, or else by
    /// what drivers and databases of any kind say.
    ///
    /// - Parameter known: What the service knows of the error; nil where it knows nothing.
    package func failure(
        _ error: ODBCError, _ phase: Phase, known: (ODBCError, Phase) -> FailureVerdict? = { _, _ in nil }
    ) -> Failure {
        let verdict = driverVerdict(on: error, phase) ?? known(error, phase) ?? verdict(on: error, phase)
        var failure = Failure(verdict.kind, sentence(verdict.reason, error, phase), advice: verdict.advice)
        failure.name(error)
        return failure
    }

    private func sentence(_ reason: FailureVerdict.Reason, _ error: ODBCError, _ phase: Phase) -> String {
        let tried = beginning(phase)
        let said = error.saying.last.map { "?!".contains($0) } == true ? error.saying : error.saying + "."
        switch reason {
        case .unknown: return "\(tried) failed: \(said)"
        case .because(let reason): return "\(tried) failed, because \(reason): \(said)"
        case .ended(let how): return "\(tried) \(how): \(said)"
        case .refusedLogin: return "\(refusal): \(said)"
        case .sentence(let whole): return whole + "."
        }
    }

    private func beginning(_ phase: Phase) -> String {
        switch phase {
        case .connect: connecting
        case .listing(let what): "Listing \(what)"
        case .statement(let table): "Reading \(table)"
        case .fetch(let table, let row): "Reading \(table) after \(Sentence.count(row, "row"))"
        }
    }

    // MARK: What any source may say

    private func verdict(on error: ODBCError, _ phase: Phase) -> FailureVerdict {
        switch phase {
        case .connect: return loginVerdict(on: error)
        case .listing, .statement:
            return broken(by: error) ?? FailureVerdict(.statement, .unknown, advice: advice(on: error, phase))
        case .fetch: return broken(by: error) ?? FailureVerdict(.data, .unknown, advice: Self.again)
        }
    }

    private func advice(on error: ODBCError, _ phase: Phase) -> String {
        if error.kind == .misbehaviour {
            return "Try another version of the driver \"\(driver)\", and please report this one."
        }
        // Who cannot list the tables is not helped by a list of them.
        if case .listing("the tables") = phase { return "Check the user's rights at the source." }
        return "Check the names with `kleene-ns tables`"
            + (phase.table.map { " and `kleene-ns columns \($0.shortName)`" } ?? "")
            + ", and the user's rights at the source."
    }

    private func loginVerdict(on error: ODBCError) -> FailureVerdict {
        // By state where the driver has one, by words where it has not: psqlodbc 13.02 gives 08001 for a wrong password.
        let isRefused = [.refused, .locked].contains(LoginJudge.general.verdict(on: error).meaning)
        if let reach = ReachText.known(error), reach.outranksRefusal(error) || !isRefused {
            return FailureVerdict(reach.kind, .because(reach.reason), advice: reach.advice)
        }
        if isRefused {
            return FailureVerdict(
                .credentials, .refusedLogin, advice: "Check user and password; the login is not tried again by itself.")
        }
        return FailureVerdict(
            .connection, .unknown, advice: "Check host, port and network, then run the same command again.")
    }

    /// What ends a statement or a fetch without being its fault; nil where nothing of that kind is said.
    private func broken(by error: ODBCError) -> FailureVerdict? {
        // The driver, or we, could not get memory or another thing of this machine.
        if error.has(.noMemory, .noHandles) {
            return FailureVerdict(
                .environment, .ended("failed for want of memory"),
                advice:
                    "Nothing was loaded. Free memory, raise its limit (`ulimit -v`, or the container's), or lower \"batch_bytes\"."
            )
        }
        if error.has(.connection, .adminShutdown) || error.says("connection expired", "connection has been lost") {
            return FailureVerdict(.sessionGone, .because("the connection is gone"), advice: Self.again)
        }
        if error.has(.rolledBack) || error.says("lock wait timeout", "conflict with recovery") {
            return FailureVerdict(.sessionGone, .ended("was given up in favour of others"), advice: Self.again)
        }
        // MariaDB's driver has a state of its own for its server's limit and for `KILL QUERY`: HY018.
        if error.has(.timeout, .canceled) || error.says("statement timeout", "query execution was interrupted") {
            return FailureVerdict(
                .timeout, .ended("took too long"),
                advice:
                    "Read smaller chunks, with \"chunk_rows\" or --chunk-rows, or raise \"statement_timeout\" or the source's own limit."
            )
        }
        return nil
    }

    private static let again = "Nothing was loaded; run the same command again."
}

extension Failure {
    /// Names the codes of the error that it comes from.
    mutating func name(_ error: ODBCError) {
        sqlState = error.principal?.state.rawValue
        nativeCode = error.principal.map { Int($0.nativeCode) }
        function = error.function
    }
}

extension ODBCError {
    /// Whether one of its records has one of the texts, which are in lower case, in it.
    fileprivate func says(_ texts: String...) -> Bool {
        diagnostics.contains { record in texts.contains { record.message.lowercased().contains($0) } }
    }
}
