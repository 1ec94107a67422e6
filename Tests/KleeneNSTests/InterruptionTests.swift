import Foundation
import Glibc
import Testing

@testable import KleeneNS

@Suite struct InterruptionTests {
    private func awaited() throws -> Interruption {
        let interruption = try Interruption()
        interruption.await()
        return interruption
    }

    @Test func quitCountsAsASecondSignal() throws {
        let interruption = try awaited()
        interruption.deliver(SIGQUIT)
        #expect(interruption.count == 2 && interruption.signal == SIGQUIT)
    }

    /// Whoever asks all processes of a command asks once, in whatever order it is heard.
    @Test func signalThatAWorkerRelaysCountsOnce() throws {
        let interruption = try awaited()
        interruption.relay(SIGTERM)
        #expect(interruption.count == 1 && interruption.signal == SIGTERM && !interruption.isOutOfTime)
        interruption.deliver(SIGTERM)
        interruption.relay(SIGTERM)
        #expect(interruption.count == 1)
        interruption.deliver(SIGINT)
        #expect(interruption.count == 2 && interruption.signal == SIGTERM)
    }

    @Test func questionHowFarWeAreStopsNothing() throws {
        let interruption = try awaited()
        #expect(!interruption.takeReportRequest())
        interruption.deliver(SIGUSR1)
        #expect(interruption.count == 0 && interruption.takeReportRequest() && !interruption.takeReportRequest())
    }

    @Test func pathsStartAtTheRootBeforeADriverIsLoaded() {
        let here = FileManager.default.currentDirectoryPath
        #expect(StateDirectory.path(flag: "s", environment: [:], configuration: ".") == here + "/s")
        #expect(StateDirectory.path(flag: nil, environment: [:], configuration: "c") == here + "/c/.kleene-ns")
        #expect(StateDirectory.path(flag: "/s", environment: [:], configuration: ".") == "/s")
    }
}
