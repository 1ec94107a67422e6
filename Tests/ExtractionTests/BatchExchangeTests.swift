import Rows
import Testing

@testable import Extraction

@Suite struct BatchExchangeTests {
    private let narrow = BatchLayout(slots: [.init(format: .int64, stride: 8)], capacity: 4)
    private let wide = BatchLayout(slots: [.init(format: .utf8, stride: 64)], capacity: 4)

    @Test func batchesOfOneReadServeTheNextOneOfTheSameLayout() throws {
        let exchange = BatchExchange()
        let lane = BatchExchange.Lane()
        exchange.supply(lane, 2, of: narrow)
        let atTheWriter = try exchange.takeFree(lane)
        let free = try exchange.takeFree(lane)
        exchange.recycle(free, to: lane)
        exchange.supply(lane, 2, of: narrow)
        #expect(try exchange.takeFree(lane) === free)
        exchange.recycle(atTheWriter, to: lane)
        #expect(try exchange.takeFree(lane) === atTheWriter)
    }

    @Test func batchesOfAnotherLayoutAreDroppedWheneverTheyComeBack() throws {
        let exchange = BatchExchange()
        let lane = BatchExchange.Lane()
        exchange.supply(lane, 2, of: narrow)
        let atTheWriter = try exchange.takeFree(lane)
        exchange.supply(lane, 2, of: wide)
        exchange.recycle(atTheWriter, to: lane)
        let taken = [try exchange.takeFree(lane), try exchange.takeFree(lane)]
        #expect(taken.allSatisfy { $0.layout == wide })
        #expect(taken[0] !== taken[1])
    }

    /// Else a writer that never catches up would hold the batches of all earlier reads.
    @Test func aMessageThatWasTakenKeepsNoBatch() {
        let exchange = BatchExchange()
        weak var first: RowBatch?
        do {
            let batch = RowBatch(layout: narrow)
            first = batch
            exchange.send(.rows(batch, chunk: 1, lane: BatchExchange.Lane()))
        }
        exchange.send(.forget(chunk: 1))
        #expect(exchange.receive() != nil)
        #expect(first == nil)
    }

    @Test func failedWriterEndsTheWaitForABatch() {
        struct Full: Error {}
        let exchange = BatchExchange()
        let lane = BatchExchange.Lane()
        exchange.supply(lane, 0, of: narrow)
        exchange.fail(Full())
        #expect(throws: Full.self) { try exchange.takeFree(lane) }
    }
}
