package import Extraction
import ODBC
import Text

/// What `doctor` asks of a source: from the driver's file to one login. At most one login, and none where it could not
/// succeed.
extension DataSource {
    package func diagnose() -> [Check] {
        var checks: [Check] = []
        let plan: ConnectionPlan
        do {
            plan = try service.plainPlan()
        } catch {
            return [Check("driver manager", failed: error)]
        }
        checks.append(Check("driver manager", .pass, "unixODBC; no forced trace, no pool for this driver"))
        checks.append(library(plan))
        guard checks.allSatisfy({ $0.status != .fail }) else {
            return checks
                + ["login", "text encoding", "catalog"].map { Check($0, .skip, "the driver cannot be loaded") }
        }
        do {
            try plan.checkFile()
        } catch {
            return checks + [Check("source file", failed: error)]
                + ["login", "text encoding", "catalog"].map { Check($0, .skip, "the file cannot be read") }
        }
        let facts: SourceFacts
        do {
            facts = try connect()
        } catch let failure as Failure where failure.kind == .environment && failure.function == nil {
            // Logged in, and then the text did not pass.
            return checks + [
                Check("login", .pass, "the source accepted the login"), Check("text encoding", failed: failure),
                Check("catalog", .skip, "text does not arrive unharmed"),
            ]
        } catch {
            return checks + [
                Check("login", failed: error), Check("text encoding", .skip, "no connection"),
                Check("catalog", .skip, "no connection"),
            ]
        }
        checks.append(
            Check(
                "login", .pass,
                "\(facts.databaseName) \(facts.databaseVersion) through \(facts.driverName) \(facts.driverVersion)"))
        checks.append(
            hasTriedEncoding
                ? Check("text encoding", .pass, encodingText(facts))
                : Check("text encoding", .info, "\(facts.encoding); the source takes no statement to test it with"))
        do {
            // On that connection and no other: `tables` would log in again if the first one were lost by now.
            guard let connection = session?.connection else { throw Failure(.internal, "A connection is not there.") }
            let count = try service.tables(schema: nil, on: connection).count
            checks.append(
                count > 0
                    ? Check("catalog", .pass, Sentence.count(count, "table or view", plural: "tables and views"))
                    : Check(
                        "catalog", .fail, "the source lists no table for this user",
                        cure: "Check the user's rights, or the database that the connection names."))
        } catch let error as ODBCError {
            checks.append(Check("catalog", failed: service.failure(error, .listing("the tables"))))
        } catch {
            checks.append(Check("catalog", failed: error))
        }
        return checks
    }

    private func encodingText(_ facts: SourceFacts) -> String {
        guard let letters = session?.letters, !letters.isEmpty else {
            return "\(facts.encoding); the database has no letters beyond ASCII to try, and each value is checked"
        }
        return "\(facts.encoding), a probe of \(letters) came back unharmed"
    }

    /// Whether the driver's library is there, with all that it needs.
    private func library(_ plan: ConnectionPlan) -> Check {
        guard let driver = plan.driver else { return withoutDriver(plan.string.value(of: "DSN")) }
        guard let library = plan.library else {
            return Check(
                "driver", .fail, "unixODBC knows no driver \"\(driver)\"",
                cure: (service.classifier.installation.map { $0 + " Registered drivers: " }
                    ?? "Install it, or set \"driver\" to one of: ")
                    + "\(DriverManager.driverNames().sorted().joined(separator: ", ")). "
                    + "`odbcinst -j` shows which files count.")
        }
        if let problem = DriverManager.loadProblem(ofLibrary: library) {
            return Check(
                "driver", .fail, "\"\(driver)\" cannot be loaded: \(problem)",
                cure: FailureClassifier.advice(onLoading: library, problem))
        }
        return Check("driver", .pass, "\"\(driver)\" loads from \(library); known as \(plan.profile.name)")
    }

    /// What is wrong where nothing says which driver is meant.
    private func withoutDriver(_ dsn: String?) -> Check {
        let names = "Registered drivers: \(DriverManager.driverNames().sorted().joined(separator: ", "))."
        guard let dsn else {
            return Check(
                "driver", .fail, "\"connection_string\" names neither a driver nor a data source",
                cure: "Write Driver=… or DSN=… into it. \(names)")
        }
        if DriverManager.dataSourceNames().contains(dsn) {
            return Check(
                "driver", .fail, "the data source \"\(dsn)\" of odbc.ini names no driver",
                cure: "Correct \"Driver\" there. \(names)")
        }
        return Check(
            "driver", .fail, "odbc.ini has no data source \"\(dsn)\"",
            cure: "`odbcinst -q -s` lists the data sources, and `odbcinst -j` shows which files count.")
    }
}
