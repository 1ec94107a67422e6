import Extraction
import Staging
import TestSupport
import Testing

/// The contract of destinations, held by one that is nothing else.
@Suite struct MemoryContractTests {
    struct InMemory: ContractPlace {
        private let place: MemoryDestination.Place
        private let takesBatches: Bool

        init(takesBatches: Bool) throws {
            place = try MemoryDestination.Place()
            self.takesBatches = takesBatches
        }

        func destination(source: String?) -> MemoryDestination {
            MemoryDestination(place, source: source, takesBatches: takesBatches)
        }

        func rows(_ table: String, _ columns: [String]) throws -> [[String?]]? {
            place.table(table).map { table in table.rows.map { table.values($0, columns) } }
        }

        func make(_ table: String, _ columns: [String], _ rows: [[Int]]) throws {
            place.make(table, columns, rows.map { $0.map { String($0) } })
        }
    }

    /// However the rows wait.
    @Test(arguments: DestinationContract<InMemory>.claims, [false, true])
    func holds(claim: DestinationContract<InMemory>.Claim, packed: Bool) throws {
        try claim.check(InMemory(takesBatches: packed))
    }
}
