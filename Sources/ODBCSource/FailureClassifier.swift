package import Extraction
package import ODBC

/// From what a driver said to what a person should know and do: the class of a failure and its sentence.
package struct FailureClassifier: Sendable {
    /// What was being done.
    package enum Phase: Sendable, CustomStringConvertible {
        case connect
        case listing(String)
        case statement(TableName)
        case fetch(TableName, row: Int)

        /// The beginning of a sentence.
        package var description: String {
            switch self {
            case .connect: "Connecting"
            case .listing(let what): "Listing \(what)"
            case .statement(let table): "Reading \(table)"
            case .fetch(let table, let row): "Reading \(table) after \(row) rows"
            }
        }
    }

    /// The driver, as a person named it.
    package var driver: String
    package var library: String?
    package var user: String?

    package init(driver: String, library: String?, user: String?) {
        self.driver = driver
        self.library = library
        self.user = user
    }

    package func failure(_ error: ODBCError, _ phase: Phase) -> Failure {
        let principal = error.principal
        var failure: Failure =
            switch phase {
            case .connect: connectFailure(error)
            case .listing, .statement: statementFailure(error, "\(phase)")
            case .fetch: fetchFailure(error, "\(phase)")
            }
        failure.sqlState = principal?.state.rawValue
        failure.nativeCode = principal.map { Int($0.nativeCode) }
        failure.function = error.function
        return failure
    }

    /// A value that cannot be taken over.
    func failure(_ error: CellError, table: TableName, columns: [String]) -> Failure {
        let place =
            error.column.map { "column \"\(columns[$0])\" of \(table), row \(error.row) of the read" }
            ?? "row \(error.row) of the read of \(table)"
        let leaveOut = "Leave the column out with \"columns\", or fix the value at the source."
        let other = "Try another version of the driver \"\(driver)\", and please report this one."
        switch error.problem {
        case .invalidUTF8:
            return Failure(
                .data, "The value in \(place), is not valid UTF-8; storing it would change it.", advice: leaveOut)
        case .invalidUTF16:
            return Failure(
                .data, "The value in \(place), is not valid UTF-16; storing it would change it.", advice: leaveOut)
        case .notAnInteger:
            return Failure(
                .data, "The source declares an integer, but the value in \(place), is none that fits 64 bits.",
                advice: leaveOut)
        case .misfit(let declared, let found):
            return Failure(
                .data, "The source declares \(declared), but the value in \(place), is \(found).",
                advice: leaveOut
                    + " Or read it through a view that has the column as an expression, such as `+column`: for an "
                    + "expression no type is declared, and each value arrives as what it is.")
        case .notADecimal(let text):
            return Failure(
                .data,
                "The source declares an exact number, but the driver delivered \"\(text)\" in \(place), which is none as SQL "
                    + "writes it.",
                advice:
                    "If that is a country's way to write numbers, set LC_ALL=C before kleene-ns starts, or set the driver's or "
                    + "the session's own format. Or leave the column out with \"columns\".")
        case .indicatorUnwritten:
            return Failure(.data, "The driver did not say how long the value is in \(place).", advice: other)
        case .indicatorHalfWritten:
            return Failure(
                .data,
                "The driver wrote only 32 of the 64 bits of the length in \(place): it was built for another ODBC.",
                advice: "Install a 64-bit build of \"\(driver)\" whose SQLLEN has 64 bits.")
        case .indicatorGarbage(let value):
            return Failure(.data, "The driver gave \(value) as the length of the value in \(place).", advice: other)
        case .rowFailed(let diagnostics):
            let said = ODBCError(kind: .error, function: "SQLFetch", diagnostics: diagnostics)
            var failure = Failure(
                .data, "The driver could not deliver \(place): \(said.saying).",
                advice: "Extract the table's columns in parts to find the one at fault.")
            failure.sqlState = said.principal?.state.rawValue
            failure.nativeCode = said.principal.map { Int($0.nativeCode) }
            failure.function = "SQLFetch"
            return failure
        case .statusUnwritten:
            return Failure(.data, "The driver did not say whether it delivered \(place).", advice: other)
        case .noProgress:
            return Failure(.data, "The driver delivers the same piece again and again in \(place).", advice: other)
        case .tooLong(let bytes):
            return Failure(
                .data, "The value in \(place), has more than \(bytes) bytes, which no destination takes.",
                advice: leaveOut)
        }
    }

    // MARK: Connecting

    private func connectFailure(_ error: ODBCError) -> Failure {
        let saying = error.saying
        let folded = error.words
        if let state = error.principal?.state, state == .dataSourceNotFound {
            return unknownDriver()
        }
        if folded.contains("can't open lib") || error.principal?.state == .driverNotLoaded {
            return libraryFailure(saying)
        }
        // By state where the driver has one, by words where it has not: psqlodbc 13.02 gives 08001 for a wrong password.
        let isRefused = [.refused, .locked].contains(LoginJudge.general.verdict(on: error).meaning)
        if let reach = ReachText.known(error), reach.outranksRefusal(error) || !isRefused {
            return Failure(
                reach.kind, "Connecting with \"\(driver)\" failed, because \(reach.reason): \(saying).",
                advice: reach.advice)
        }
        if isRefused {
            return Failure(
                .credentials,
                "The source refused the login\(user.map { " of \"\($0)\"" } ?? ""): \(saying).",
                advice: "Check user and password; the login is not tried again by itself.")
        }
        if error.diagnostics.isEmpty, error.kind == .error {
            return Failure(
                .environment, "Connecting with \"\(driver)\" failed, and the driver gave no reason.",
                advice: Self.silence)
        }
        return Failure(
            .connection, "Connecting with \"\(driver)\" failed: \(saying).",
            advice: "Check host, port and network, then run the same command again.")
    }

    /// What may be behind a driver that says nothing; what it printed is shown beside.
    private static let silence =
        "Check what the connection names (a file, a host, a database) and who may use it; `ldd` shows whether a library that the "
        + "driver needs is missing."

    private func libraryFailure(_ saying: String) -> Failure {
        // A name that odbcinst.ini does not have is tried as a library's, and the answer is about a file.
        guard let library else { return unknownDriver() }
        // unixODBC says "file not found" of a library that is there but misses another one; the loader knows which.
        let problem = DriverManager.loadProblem(ofLibrary: library)
        if let problem, ["failed to map segment", "annot allocate memory"].contains(where: problem.contains) {
            return Failure(
                .environment, "The ODBC driver \"\(driver)\" could not be loaded for want of memory: \(problem).",
                advice: "Raise the limit of memory (`ulimit -v`, or the container's).")
        }
        return Failure(
            .environment,
            "The ODBC driver \"\(driver)\" could not be loaded from \(library): \(problem ?? saying).",
            advice: problem?.contains(library) == true && problem?.contains("No such file") == true
                ? "Install the driver, or mend \"Driver\" in odbcinst.ini."
                : "Install what is missing, or set LD_LIBRARY_PATH for it before kleene-ns starts.")
    }

    private func unknownDriver() -> Failure {
        if DriverManager.dataSourceNames().contains(driver) {
            let named = DriverManager.driver(ofDataSource: driver)
            return Failure(
                .environment,
                "The data source \"\(driver)\" of odbc.ini names "
                    + (named.map { "the driver \"\($0)\", which unixODBC does not know." } ?? "no driver."),
                advice: "Mend \"Driver\" there. " + knownNames(DriverManager.driverNames(), []))
        }
        return Failure(
            .environment, "unixODBC knows no driver or data source \"\(driver)\".",
            advice: knownNames(DriverManager.driverNames(), DriverManager.dataSourceNames()))
    }

    private func knownNames(_ drivers: [String], _ dataSources: [String]) -> String {
        var text =
            drivers.isEmpty
            ? "No driver is registered in odbcinst.ini."
            : "Registered drivers: \(drivers.sorted().joined(separator: ", "))."
        if !dataSources.isEmpty { text += " Data sources: \(dataSources.sorted().joined(separator: ", "))." }
        return text + " `odbcinst -j` shows which files count."
    }

    // MARK: Statements and fetches

    /// HY001 and HY014: the driver, or we, could not get memory or another thing of this machine. No fault of any statement.
    private func isShort(_ error: ODBCError) -> Bool {
        error.diagnostics.contains { ["HY001", "HY014"].contains($0.state.rawValue) }
    }

    private func short(_ error: ODBCError, _ what: String) -> Failure {
        Failure(
            .environment, "\(what) failed for want of memory: \(error.saying).",
            advice:
                "Nothing was loaded. Free memory, raise its limit (`ulimit -v`, or the container's), or lower \"batch_bytes\"."
        )
    }

    private func statementFailure(_ error: ODBCError, _ what: String) -> Failure {
        if isShort(error) { return short(error, what) }
        if isGone(error) { return gone(error, what) }
        if isTimeout(error) { return timeout(error, what) }
        return Failure(
            .statement, "\(what) failed: \(error.saying).",
            advice:
                "Check the names with `kleene-ns tables` and `kleene-ns columns`, and the user's rights at the source.")
    }

    private func fetchFailure(_ error: ODBCError, _ what: String) -> Failure {
        if isShort(error) { return short(error, what) }
        if isGone(error) { return gone(error, what) }
        if isTimeout(error) { return timeout(error, what) }
        return Failure(
            .data, "\(what) failed: \(error.saying).",
            advice: "Nothing was loaded; run the same command again.")
    }

    private func gone(_ error: ODBCError, _ what: String) -> Failure {
        Failure(
            .sessionGone, "\(what) failed, because the connection is gone: \(error.saying).",
            advice: "Nothing was loaded; run the same command again.")
    }

    /// The source gave a statement up. PostgreSQL's state for that is 57014.
    private func isTimeout(_ error: ODBCError) -> Bool {
        error.diagnostics.contains {
            $0.state.rawValue == "HYT00" || $0.state.rawValue == "HYT01" || $0.state.rawValue == "57014"
                || $0.message.lowercased().contains("statement timeout")
        }
    }

    private func timeout(_ error: ODBCError, _ what: String) -> Failure {
        Failure(
            .timeout, "\(what) took too long: \(error.saying).",
            advice:
                "Read smaller chunks, with \"chunk_rows\", or raise \"statement_timeout\" or the source's own limit.")
    }

    private func isGone(_ error: ODBCError) -> Bool {
        error.diagnostics.contains {
            $0.state.isConnectionException || $0.state.rawValue == "57P01"
                || $0.message.lowercased().contains("connection expired")
                || $0.message.lowercased().contains("connection has been lost")
        }
    }
}
