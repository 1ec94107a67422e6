import CProcess
import Glibc
import Testing

@testable import KleeneNS

/// A reader that has gone is an error of the write, never the end of the process.
@Suite struct BrokenPipeTests {
    @Test func writingToAPipeWithoutAReaderIsAnError() throws {
        let pipe = try Descriptor.pipe()
        defer { close(pipe.write) }
        #expect(kns_is_ignored(SIGPIPE) == 1)
        close(pipe.read)
        let error = #expect(throws: SystemError.self) { try Descriptor.writeSome([1], to: pipe.write) }
        #expect(error?.code == EPIPE)
    }
}
