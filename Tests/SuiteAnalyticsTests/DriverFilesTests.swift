import Extraction
import Foundation
import ODBCSource
import TestSupport
import Testing
import Text

@testable import SuiteAnalytics

/// What `doctor` sees of NetSuite's driver before a login.
@Suite struct DriverFilesTests {
    private let directory: TemporaryDirectory
    private let settings: ServiceSettings

    init() throws {
        directory = try TemporaryDirectory()
        let account = try #require(AccountID(rawValue: "1234567_SB1"))
        var settings = ServiceSettings(
            account: account, role: 57,
            authentication: .init(PasswordCredentials(user: "u", password: Secret("p"))), stateDirectory: "")
        settings.driver = directory.path("lib64/ivoa27.so")
        for name in ["ca3.cer", "ca4.cer"] { try Data().write(to: URL(filePath: directory.path(name))) }
        try FileManager.default.createDirectory(atPath: directory.path("lib64"), withIntermediateDirectories: false)
        self.settings = settings
    }

    private func checks(
        truststore: String?, home: String? = nil, _ change: (inout ServiceSettings) -> Void = { _ in }
    ) -> [Check] {
        var settings = settings
        if let truststore { settings.attributes = [.init(keyword: "Truststore", value: truststore)] }
        change(&settings)
        return DriverFiles(settings, environment: home.map { ["OASDK_ODBC_HOME": $0] } ?? [:]).checks
    }

    private var both: String { "\(directory.path("ca3.cer")), \(directory.path("ca4.cer"))" }

    @Test func filesThatAreThereAreSaid() {
        let checks = checks(truststore: both, home: directory.path("lib64"))
        #expect(checks.map(\.status) == [.pass, .pass], "\(checks)")
    }

    @Test func certificateThatIsMissingFailsBeforeALogin() throws {
        let missing = directory.path("ca5.cer")
        let check = try #require(checks(truststore: "\(directory.path("ca3.cer")),\(missing)").first)
        #expect(check.status == .fail && check.detail == "\"Truststore\" names \(missing), which is not there.")
        #expect(check.cure?.contains("\"Truststore\": \"/opt/netsuite/odbcclient/cert/ca3.cer,") == true, "\(check)")
        // What holds on Windows is the name of a file here.
        #expect(checks(truststore: "system").first?.status == .fail)
    }

    @Test func certificatesThatNobodyNamesAreWarnedOf() {
        #expect(checks(truststore: nil).first?.status == .warn)
        #expect(checks(truststore: "").first?.status == .warn)
    }

    @Test func directoryOfTheDriversFilesIsNamedInTheCure() throws {
        for home in [nil, "", directory.path("nowhere"), directory.path("ca3.cer")] {
            let check = try #require(checks(truststore: both, home: home).last)
            #expect(check.status == .warn, "\(check)")
            #expect(check.cure?.contains("OASDK_ODBC_HOME=\(directory.path("lib64")) ") == true, "\(check)")
        }
        // It is set as it should be, and the driver is not there.
        let absent = directory.path("absent")
        let check = try #require(checks(truststore: both, home: absent) { $0.driver = "\(absent)/ivoa27.so" }.last)
        #expect(check.cure?.hasPrefix("Install NetSuite's driver there, or set OASDK_ODBC_HOME to") == true, "\(check)")
        let bare = checks(truststore: both) { $0.driver = "ivoa27.so" }
        #expect(bare.last?.cure?.contains("OASDK_ODBC_HOME=/opt/netsuite/odbcclient/lib64 ") == true, "\(bare)")
    }

    @Test func anotherDriverHasNoSuchFiles() {
        #expect(checks(truststore: "nowhere") { $0.driver = "/usr/lib/psqlodbcw.so" }.isEmpty)
        #expect(checks(truststore: "nowhere") { $0.mock = MockServer(host: "127.0.0.1", port: 1) }.isEmpty)
    }
}
