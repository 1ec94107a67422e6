import Extraction
import Foundation
import Rows
import Testing

@Suite struct BatchExchangeTests {
    private static let layout = BatchLayout(slots: [.init(format: .int64, stride: 8)], capacity: 1)

    private func batches() -> [RowBatch] { (0..<2).map { _ in RowBatch(layout: Self.layout) } }

    /// Else a writer that never catches up would hold the batches of all reads.
    @Test func aMessageThatWasTakenKeepsNoBatch() throws {
        let exchange = BatchExchange()
        weak var first: RowBatch?
        do {
            let batch = RowBatch(layout: Self.layout)
            first = batch
            exchange.send(.rows(batch, chunk: 1, lane: BatchExchange.Lane()))
        }
        exchange.send(.forget(chunk: 1))
        do {
            let message = try #require(exchange.receive())
            guard case .rows(let batch, _, _) = message else {
                Issue.record("not the rows")
                return
            }
            #expect(batch === first)
        }
        #expect(first == nil)
    }

    /// A new read brings new batches; those of the one before are still with the writer.
    @Test func aReaderOfShortReadsWaitsForTheWriter() throws {
        let exchange = BatchExchange()
        let lane = BatchExchange.Lane()
        exchange.supply(lane, batches())
        for _ in 0..<2 { exchange.send(.rows(try exchange.takeFree(lane, layout: Self.layout), chunk: 1, lane: lane)) }
        exchange.supply(lane, batches())
        let order = Order()
        let begun = DispatchSemaphore(value: 0)
        let ended = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            begun.signal()
            _ = try? exchange.takeFree(lane, layout: Self.layout)
            order.append("taken")
            ended.signal()
        }
        begun.wait()
        for _ in 0..<1000 { sched_yield() }
        order.append("written")
        guard case .rows(let batch, _, let owner) = exchange.receive() else {
            Issue.record("not the rows")
            return
        }
        exchange.recycle(batch, to: owner)
        ended.wait()
        #expect(order.words == ["written", "taken"])
    }

    /// `@unchecked Sendable`: the state is touched with `lock` held.
    private final class Order: @unchecked Sendable {
        private let lock = NSLock()
        private var list: [String] = []

        var words: [String] { lock.withLock { list } }
        func append(_ word: String) { lock.withLock { list.append(word) } }
    }
}
