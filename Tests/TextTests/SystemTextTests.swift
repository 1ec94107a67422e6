import Glibc
import Testing
import Text

@Suite struct SystemTextTests {
    @Test func digitsAreFilledUpAndNeverCut() {
        #expect(UInt32(0).hexadecimal(digits: 8) == "00000000")
        #expect(UInt64.max.hexadecimal(digits: 16) == "ffffffffffffffff")
        #expect(0x1F600.hexadecimal(digits: 4) == "1f600")
    }

    /// Files of earlier versions are named by it.
    @Test func fingerprintIsTheSameAsEver() {
        #expect(Fingerprint.of("") == "cbf29ce484222325")
        #expect(Fingerprint.of("a") == "af63dc4c8601ec8c")
        #expect(Fingerprint.of("foobar") == "85944171f73967e8")
    }

    @Test func systemHasWordsForItsErrorsAndForNone() {
        #expect(describeSystemError(ENOENT) == "No such file or directory")
        #expect(describeSystemError(123_456).contains("123456"))
    }
}
