import Extraction
import ODBCSource
import SQLiteDestination

/// The only place that names concrete sources and destinations.
enum Composition {
    // MARK: In the coordinator

    /// The settings that a worker needs to reach a source, with the secrets resolved.
    static func settings(
        for source: SourceConfiguration, loginTimeout: Int?, resolver: inout SecretResolver
    ) throws -> WorkOrder.SourceSettings {
        switch source {
        case .odbc(let source):
            var settings = source.settings
            if let loginTimeout { settings.loginTimeout = loginTimeout }
            if let password = source.password { settings.password = try resolver.resolve(password).reveal() }
            return .odbc(settings)
        case .netSuite(let source):
            throw Failure(
                .configuration,
                "The source is the NetSuite account \(source.accountID), and this version of kleene-ns reads sources of "
                    + "\"profile\": \"odbc\" only.",
                advice:
                    "Describe the ODBC data source with \"profile\": \"odbc\", or wait for the version that logs in "
                    + "to NetSuite.")
        }
    }

    /// What a source is called in a sentence: its driver, or its data source.
    static func driverName(_ source: WorkOrder.SourceSettings) -> String {
        switch source {
        case .odbc(let settings):
            settings.driver.map { "The driver \($0)" } ?? settings.dsn.map { "The driver of the data source \($0)" }
                ?? "The driver"
        }
    }

    private static func destination(at path: String) -> SQLiteFile { SQLiteFile(path: path) }

    /// The run records of a destination.
    static func history(at path: String) -> RunHistory {
        let destination = destination(at: path)
        return RunHistory(
            list: { try destination.runs(extract: $0, limit: $1) }, find: { try destination.run(id: $0) },
            add: { try destination.record($0) })
    }

    /// What `doctor` has to say of a destination.
    static func destinationChecks(at path: String) -> [Check] {
        destination(at: path).destinationChecks().map {
            Check($0.name, $0.isPassed ? .pass : .fail, $0.detail, cure: $0.cure.isEmpty ? nil : $0.cure)
        }
    }

    // MARK: In the worker

    /// Does what an order says.
    ///
    /// Every outcome, good or bad, is an event.
    static func perform(
        _ order: WorkOrder, tell: @escaping @Sendable (WorkerEvent) -> Void,
        isInterrupted: @escaping @Sendable () -> Bool
    ) {
        let redact = Redactor(order.secrets.map { Secret($0) })
        switch order.source {
        case .odbc(let settings):
            let source = DataSource(settings: settings, note: { tell(.note(redact($0))) })
            defer { source.disconnect() }
            let redacted = RedactedSource(source, redact: redact)
            WorkerTask(source: redacted, tell: tell, isInterrupted: isInterrupted)
                .perform(order.task, destination: destination(at:), diagnose: { source.diagnose() })
        }
    }
}
