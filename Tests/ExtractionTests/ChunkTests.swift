import TestSupport
import Testing

@testable import Extraction

@Suite struct ChunkTests {
    // MARK: Planning

    /// Which chunks read a key.
    private func readers(of value: KeyValue?, in chunks: [Chunk]) -> [Int] {
        chunks.filter { chunk in chunk.range.flatMap(\.condition).map { holds($0, value) } ?? true }.map(\.number)
    }

    @Test func everyWholeNumberIsReadExactlyOnce() throws {
        for seed in UInt64(0)..<100 {
            var generator = Generator(seed: seed)
            let (low, high) = extent(&generator)
            let rows = generator.chance(20) ? Int.max / 4 : generator.number(0...3_000_000)
            let wanted = generator.chance(30) ? 1 : generator.number(1...200_000)
            let count = generator.number(1...8)
            let chunks = ChunkPlanner.chunks(
                of: KeyExtent(smallest: .integer(low), largest: .integer(high), rows: rows), key: "k", rows: wanted,
                readers: count)
            #expect(!chunks.isEmpty && chunks.count <= 1000, "seed \(seed)")
            #expect(chunks.map(\.number) == Array(1...chunks.count), "seed \(seed)")
            var probes: Set<Int64> = [.min, .max, 0, low, high, low &- 1, high &+ 1]
            for chunk in chunks {
                guard case .integer(let edge)? = chunk.range?.lower else { continue }
                probes.formUnion([edge, edge &- 1, edge &+ 1])
                #expect(edge > low && edge <= high, "seed \(seed): the cut \(edge) leaves a chunk of nothing")
            }
            // Enough of a thousand chunks, and all edges of few.
            for probe in probes.sorted().enumerated().filter({ probes.count < 64 || $0.offset % 211 == 0 }) {
                #expect(
                    readers(of: .integer(probe.element), in: chunks).count == 1, "seed \(seed): \(probe.element)")
            }
            #expect(readers(of: nil, in: chunks) == [1], "seed \(seed): NULL")
        }
    }

    private func extent(_ generator: inout Generator) -> (Int64, Int64) {
        let special: [Int64] = [.min, .min + 1, -1000, -1, 0, 1, 1000, .max - 1, .max]
        func number(_ generator: inout Generator) -> Int64 {
            switch generator.number(1...3) {
            case 1: special.randomElement(using: &generator) ?? 0
            case 2: Int64(generator.number(-5000...5000))
            default: Int64.random(in: .min ... .max, using: &generator)
            }
        }
        let pair = [number(&generator), number(&generator)].sorted()
        return (pair[0], pair[1])
    }

    @Test func chunksAreAboutEquallyWide() {
        let chunks = ChunkPlanner.chunks(
            of: KeyExtent(smallest: .integer(.min), largest: .integer(.max), rows: 4000), key: "k", rows: 1000,
            readers: 1)
        let edges = chunks.compactMap { chunk -> Int64? in
            if case .integer(let edge)? = chunk.range?.lower { edge } else { nil }
        }
        #expect(edges.count == 3)
        #expect(edges == edges.sorted())
        #expect(edges[1] == -1 || edges[1] == 0)
    }

    @Test func fewRowsAreOneChunkAndReadersAreFedWhereThereAreRows() {
        func count(rows: Int, wanted: Int = 200_000, readers: Int) -> Int {
            ChunkPlanner.chunks(
                of: KeyExtent(smallest: .integer(1), largest: .integer(1_000_000), rows: rows), key: "k", rows: wanted,
                readers: readers
            ).count
        }
        #expect(count(rows: 0, readers: 4) == 1)
        #expect(count(rows: 999, readers: 4) == 1)
        #expect(count(rows: 4000, readers: 4) == 4)
        #expect(count(rows: 200_001, readers: 1) == 2)
        #expect(count(rows: 1_000_000_000, wanted: 1000, readers: 1) == 1000)
    }

    @Test func withoutNumbersThereIsOneChunkOfAllRows() {
        for extent in [
            KeyExtent(smallest: nil, largest: nil, rows: 9_000_000),
            KeyExtent(smallest: .text("a"), largest: .text("z"), rows: 9_000_000),
            KeyExtent(smallest: .integer(7), largest: .integer(7), rows: 9_000_000),
        ] {
            let chunks = ChunkPlanner.chunks(of: extent, key: "k", rows: 1000, readers: 8)
            #expect(chunks == [Chunk(number: 1)])
        }
    }

    @Test func momentsAndDaysAreCutAtWholeSecondsAndDays() {
        let times = ChunkPlanner.chunks(
            of: KeyExtent(
                smallest: .timestamp(moment("2026-01-01 00:00:00.75")),
                largest: .timestamp(moment("2026-01-01 00:00:04")),
                rows: 4000), key: "k", rows: 1000, readers: 1)
        #expect(
            times.compactMap { $0.range?.lower?.description } == [
                "2026-01-01 00:00:01", "2026-01-01 00:00:02", "2026-01-01 00:00:03",
            ])
        let days = ChunkPlanner.chunks(
            of: KeyExtent(
                smallest: .date(moment("2024-02-28")), largest: .date(moment("2024-03-01")), rows: 9000), key: "k",
            rows: 1000, readers: 1)
        #expect(days.compactMap { $0.range?.lower?.description } == ["2024-02-29"])
        for value in ["2024-02-27", "2024-02-28", "2024-02-29", "2024-03-01", "2030-01-01"] {
            #expect(readers(of: .date(moment(value)), in: days).count == 1)
        }
    }

    // MARK: Halving

    private func range(
        _ lower: KeyValue?, _ upper: KeyValue?, smallest: KeyValue, largest: KeyValue, nulls: Bool = true
    ) -> KeyRange {
        KeyRange(key: "k", lower: lower, upper: upper, holdsNulls: nulls, smallest: smallest, largest: largest)
    }

    /// Halves to the end: all the ranges that cannot be halved any further around one value.
    private func descend(_ range: KeyRange, to value: KeyValue) -> (leaf: KeyRange, steps: Int) {
        var current = range
        var steps = 0
        while let (first, second) = current.halved() {
            // Exactly one half has the value, and both are smaller.
            let inFirst = first.condition.map { holds($0, value) } ?? true
            let inSecond = second.condition.map { holds($0, value) } ?? true
            #expect(inFirst != inSecond, "\(current) at \(value)")
            #expect(!second.holdsNulls && first.holdsNulls == current.holdsNulls)
            #expect(first.upper == second.lower && first.lower == current.lower && second.upper == current.upper)
            current = inFirst ? first : second
            steps += 1
            if steps > 80 {
                Issue.record("no end to halving \(range)")
                break
            }
        }
        return (current, steps)
    }

    @Test func halvingComesDownToTheOneNumber() {
        for seed in UInt64(0)..<100 {
            var generator = Generator(seed: seed)
            let (low, high) = extent(&generator)
            let target = Int64.random(in: low...high, using: &generator)
            let whole = range(nil, nil, smallest: .integer(low), largest: .integer(high))
            let (leaf, steps) = descend(whole, to: .integer(target))
            #expect(steps <= 65, "seed \(seed)")
            #expect(leaf.condition.map { holds($0, .integer(target)) } ?? true, "seed \(seed)")
            // No neighbour is left in it, but beyond what was counted, where an end stays open.
            for neighbour in [target &- 1, target &+ 1] where (low...high).contains(neighbour) {
                #expect(leaf.condition.map { holds($0, .integer(neighbour)) } == false, "seed \(seed): \(neighbour)")
            }
        }
    }

    @Test func aClosedRangeOfOneCannotBeHalved() {
        for value: Int64 in [Int64.min, -1, 0, 41, Int64.max - 1] as [Int64] {
            let one = range(
                .integer(value), .integer(value + 1), smallest: .integer(.min), largest: .integer(.max))
            #expect(one.halved() == nil)
        }
        #expect(range(nil, nil, smallest: .integer(3), largest: .integer(3)).halved() == nil)
        #expect(range(nil, nil, smallest: .text("a"), largest: .text("b")).halved() == nil)
    }

    @Test func momentsAndDaysAreHalvedDownToOneSecondAndOneDay() {
        let time = moment("2026-11-23 08:15:00.5")
        let times = range(
            nil, nil, smallest: .timestamp(moment("0001-01-01")), largest: .timestamp(moment("9999-12-31 23:59:59.9")))
        let (second, _) = descend(times, to: .timestamp(time))
        #expect(second.lower?.description == "2026-11-23 08:15:00")
        #expect(second.upper?.description == "2026-11-23 08:15:01")
        let days = range(nil, nil, smallest: .date(moment("1900-01-01")), largest: .date(moment("2100-01-01")))
        let (day, _) = descend(days, to: .date(moment("2024-02-29")))
        #expect(day.lower?.description == "2024-02-29")
        #expect(day.upper?.description == "2024-03-01")
    }

    @Test func momentsBefore1970AreCutToo() {
        let times = range(
            nil, nil, smallest: .timestamp(moment("1969-12-31 23:59:58.9")),
            largest: .timestamp(moment("1969-12-31 23:59:59.1")))
        let (first, second) = times.halved() ?? (times, times)
        #expect(first.upper?.description == "1969-12-31 23:59:59")
        #expect(second.lower?.description == "1969-12-31 23:59:59")
    }

    @Test func aRangeIsWrittenForAPerson() {
        let whole = range(nil, nil, smallest: .integer(1), largest: .integer(9))
        #expect(whole.condition == nil)
        #expect("\(Chunk(number: 1))" == "all rows")
        #expect("\(whole)" == "k from the smallest to the largest, and NULL")
        #expect(
            "\(range(.integer(1), .integer(5), smallest: .integer(1), largest: .integer(9), nulls: false))"
                == "k from 1 to below 5")
    }
}
