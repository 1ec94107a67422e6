import Extraction
import ODBC

/// A driver that is not there, cannot be loaded or says nothing: whatever the service, no word of it was heard.
extension FailureClassifier {
    /// Nil where somebody at the other end, or the driver, has said why a login failed.
    func driverVerdict(on error: ODBCError, _ phase: Phase) -> FailureVerdict? {
        guard case .connect = phase else { return nil }
        let state = error.principal?.state
        let missing =
            state == .dataSourceNotFound
            ? unknownDriver()
            : state == .driverNotLoaded || error.words.contains("can't open lib") ? unloaded(error.saying) : nil
        if var missing {
            if let installation { missing.advice = installation + " " + missing.advice }
            return missing
        }
        guard error.diagnostics.isEmpty, error.kind == .error else { return nil }
        return FailureVerdict(
            .environment, .sentence("Connecting with \"\(driver)\" failed, and the driver gave no reason"),
            advice:
                // What it printed is shown beside.
                "Check what the connection names (a file, a host, a database) and who may use it; `ldd` shows whether a library "
                + "that the driver needs is missing.")
    }

    private func unloaded(_ saying: String) -> FailureVerdict {
        // A name that odbcinst.ini does not have is tried as a library's, and the answer is about a file.
        guard let library else { return unknownDriver() }
        // unixODBC says "file not found" of a library that is there but misses another one; the loader knows which.
        let problem = DriverManager.loadProblem(ofLibrary: library)
        if let problem, ["failed to map segment", "annot allocate memory"].contains(where: problem.contains) {
            return FailureVerdict(
                .environment,
                .sentence("The ODBC driver \"\(driver)\" could not be loaded for want of memory: \(problem)"),
                advice: "Raise the limit of memory (`ulimit -v`, or the container's).")
        }
        return FailureVerdict(
            .environment,
            .sentence("The ODBC driver \"\(driver)\" could not be loaded from \(library): \(problem ?? saying)"),
            advice: Self.advice(onLoading: library, problem ?? ""))
    }

    /// What to do about a library that the dynamic loader does not load, by the loader's words.
    static func advice(onLoading library: String, _ problem: String) -> String {
        if problem.contains("wrong ELF class") { return "Install the 64-bit driver: kleene-ns is a 64-bit program." }
        if problem.contains("file too short") || problem.contains("invalid ELF header") {
            return "It is damaged, or no library: install the driver again, or name the right file."
        }
        return problem.contains(library) && problem.contains("No such file")
            ? "Install the driver, or correct \"Driver\" in odbcinst.ini."
            : "Install what is missing, or set LD_LIBRARY_PATH for it before kleene-ns starts."
    }

    private func unknownDriver() -> FailureVerdict {
        if DriverManager.dataSourceNames().contains(driver) {
            let named = DriverManager.driver(ofDataSource: driver)
            return FailureVerdict(
                .environment,
                .sentence(
                    "The data source \"\(driver)\" of odbc.ini names "
                        + (named.map { "the driver \"\($0)\", which unixODBC does not know" } ?? "no driver")),
                advice: "Correct \"Driver\" there. " + knownNames(DriverManager.driverNames(), []))
        }
        return FailureVerdict(
            .environment, .sentence("unixODBC knows no driver or data source \"\(driver)\""),
            advice: knownNames(DriverManager.driverNames(), DriverManager.dataSourceNames()))
    }

    private func knownNames(_ drivers: [String], _ dataSources: [String]) -> String {
        var text =
            drivers.isEmpty
            ? "No driver is registered in odbcinst.ini."
            : "Registered drivers: \(drivers.sorted().joined(separator: ", "))."
        if !dataSources.isEmpty { text += " Data sources: \(dataSources.sorted().joined(separator: ", "))." }
        // Where none was named, whoever meant one of odbc.ini would not learn where they are.
        if dataSources.isEmpty { return text + " `odbcinst -j` shows which files count." }
        return text + " `odbcinst -q -s` lists the data sources, and `odbcinst -j` shows which files count."
    }
}
