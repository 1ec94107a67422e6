import ODBCSource
import Testing

@Suite struct ReadSettingsTests {
    @Test(arguments: [(1, 8 << 20), (2, 4 << 20), (4, 4 << 20), (64, 4 << 20), (0, 8 << 20)])
    func connectionsShareTheMemoryDownToAUsefulLeast(connections: Int, share: Int) {
        #expect(ReadSettings(batchBytes: 8 << 20).shared(by: connections).batchBytes == share)
    }

    @Test func whatIsNoMemoryIsNotShared() {
        #expect(
            ReadSettings(batchRows: 7, statementLimit: 9).shared(by: 8)
                == ReadSettings(batchBytes: 4 << 20, batchRows: 7, statementLimit: 9))
    }

    @Test func smallMemoryOfTheUsersOwnIsNotRaised() {
        #expect(ReadSettings(batchBytes: 100_000).shared(by: 8).batchBytes == 100_000)
    }
}
