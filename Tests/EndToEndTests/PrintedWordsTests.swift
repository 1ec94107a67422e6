import Foundation
import TestSupport
import Testing

/// A driver that says on standard error, and nowhere else, why it fails.
@Suite struct PrintedWordsTests {
    @Test func whatASilentDriverPrintsIsShownWithoutSecretsAndWithoutSendingToDoctor() throws {
        let directory = try TemporaryDirectory()
        let driver = try RecordingDriver(
            "",
            probe: #"""
                at connect say stderr "File not found\n"
                at connect say stderr "{connection}\n"
                at connect fail-silently
                """#)
        let program = Program(directory: directory.url, environment: ["PW": "planted;s3cret"])
        let flags = driver.flags + ["--user", "u", "--password-env", "PW", "--state-dir", directory.path("state")]
        for arguments in [["tables"], ["extract", "--table", "t", "--destination", directory.path("d.db")]] {
            let result = try program.run(arguments + flags)
            #expect(result.code == 1, "\(result.all)")
            #expect(
                result.errors.contains("gave no reason. The driver printed: \"File not found\""), "\(result.errors)")
            #expect(!result.all.contains("planted") && !result.all.contains("doctor"), "\(result.all)")
        }
        let doctor = try program.run(["doctor"] + flags)
        #expect(doctor.code == 7 && doctor.output.contains("File not found"), "\(doctor.all)")
        #expect(!doctor.all.contains("Run `kleene-ns doctor`"), "\(doctor.all)")
    }
}
