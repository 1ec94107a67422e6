import Extraction
import Staging
import TestSupport
import Testing

/// The contract of destinations, held by one that is nothing else.
@Suite struct MemoryContractTests {
    struct InMemory: ContractPlace {
        private let place: MemoryDestination.Place

        init() throws { place = try MemoryDestination.Place() }

        func destination(source: String?) -> MemoryDestination { MemoryDestination(place, source: source) }

        func rows(_ table: String, _ columns: [String]) throws -> [[String?]]? {
            place.table(table).map { table in table.rows.map { table.values($0, columns) } }
        }

        func make(_ table: String, _ columns: [String], _ rows: [[Int]]) throws {
            place.make(table, columns, rows.map { $0.map { String($0) } })
        }
    }

    @Test(arguments: DestinationContract<InMemory>.claims)
    func holds(claim: DestinationContract<InMemory>.Claim) throws { try claim.check(InMemory()) }
}
