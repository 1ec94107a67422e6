package import Extraction
import Glibc
import ODBC
import ODBCSource

/// What NetSuite's driver needs besides its library, looked at before a login is spent on finding out: certificates, and the
/// directory of its own files.
///
/// Sources: Oracle's help, "Verifying the Environment Settings" of the ODBC driver on Linux, and "TLS 1.2"; pyodbc issue 626 for what
/// a driver says that does not find them.
package struct DriverFiles {
    /// The driver's library; nil where it is another than NetSuite's, or not known.
    let library: String?
    /// What "Truststore" names; nil where nothing does.
    let truststore: [String]?
    /// `OASDK_ODBC_HOME`.
    let home: String?

    /// - Parameter environment: The variables with which the driver is loaded.
    package init(_ settings: ServiceSettings, environment: [String: String]) {
        let library = DriverManager.library(ofDriver: settings.driver) ?? settings.driver
        let isNetSuites = library.split(separator: "/").last?.lowercased().hasPrefix("ivoa") == true
        self.library = isNetSuites && settings.mock == nil ? library : nil
        truststore = Self.truststore(settings)
        home = environment["OASDK_ODBC_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The files that a configuration's "Truststore" names; nil where it has none.
    static func truststore(_ settings: ServiceSettings) -> [String]? {
        let value = settings.attributes.last { ["truststore", "ts"].contains($0.keyword.lowercased()) }?.value
        return value?.split(separator: ",").map { String($0.drop { $0 == " " }) }
    }

    /// Nothing where the driver is not NetSuite's.
    package var checks: [Check] { library.map { [trust, directory(besides: $0)] } ?? [] }

    private var trust: Check {
        guard let truststore, !truststore.isEmpty else {
            return Check("trust store", .warn, "No \"Truststore\" is named.", cure: Self.certificates)
        }
        for file in truststore where unsafe access(file, R_OK) != 0 {
            let problem = errno == ENOENT ? "is not there" : "this user cannot read"
            return Check(
                "trust store", .fail, "\"Truststore\" names \(file), which \(problem).", cure: Self.certificates)
        }
        return Check("trust store", .pass, "\(truststore.joined(separator: ", ")) can be read")
    }

    private static let certificates =
        "Name both certificates among \"attributes\": {\"Truststore\": \"\(ConnectGuide.truststore)\"}, or where else the "
        + "driver's directory cert is."

    private func directory(besides library: String) -> Check {
        let own = library.contains("/") ? String(library[..<(library.lastIndex(of: "/") ?? library.endIndex)]) : nil
        let wanted = own ?? ConnectGuide.driverDirectory
        let cure =
            home == wanted
            ? "Install NetSuite's driver there, or set OASDK_ODBC_HOME to the directory lib64 of the driver."
            : "Set OASDK_ODBC_HOME=\(wanted) before kleene-ns starts."
        guard let home else {
            return Check(
                "driver's files", .warn, "OASDK_ODBC_HOME is not set, by which the driver finds its messages.",
                cure: cure)
        }
        guard unsafe access(home + "/.", F_OK) == 0 else {
            return Check("driver's files", .warn, "OASDK_ODBC_HOME names \(home), which is no directory.", cure: cure)
        }
        return Check("driver's files", .pass, "OASDK_ODBC_HOME names \(home)")
    }
}
