import Extraction
import TestSupport
import Testing

/// Windows and watermarks over generated histories of a source. A failure prints the seed that repeats it.
@Suite struct HistoryTests {
    /// What holds of a generated history.
    struct Terms: Sendable, CustomStringConvertible {
        var kind: KeyKind
        var identifiesRows = true
        /// Whether the clock that is asked shows another zone than the one that stamps rows.
        var hasOtherZone = false
        var description: String {
            "\(kind) \(identifiesRows ? "known by unique columns" : "added")\(hasOtherZone ? ", other zone" : "")"
        }
    }

    /// A history with an extract that follows it.
    struct History {
        var source = ModelSource()
        var extract: ModelExtract
        var runs: [Int] = []

        init(_ terms: Terms, _ generator: inout Generator) {
            let lag = [0, 1, 60, 300, 3600].randomElement(using: &generator) ?? 60
            let overlap = [0, 1, 60, 900, 3600, 7200, 90_000].randomElement(using: &generator) ?? 900
            extract = ModelExtract(
                incremental: Incremental(key: "k", nulls: .exclude, lag: lag, overlap: overlap), kind: terms.kind,
                identifiesRows: terms.identifiesRows)
            let stamps = clocks(terms, &generator)
            write(terms, stamps: stamps, &generator)
            var time = ModelSource.start
            for _ in 0..<generator.number(3...9) {
                time += generator.number(1...8_000) * 1000 + generator.number(0...999)
                runs.append(time)
            }
            // When all is committed, and every clock is past every key.
            let quiet = (source.versions.map(\.visibleAt).max() ?? time) + 4 * 86_400_000
            runs += [max(quiet, time + 1)]
        }

        /// The clock that stamps rows; sets the one that is asked.
        private mutating func clocks(_ terms: Terms, _ generator: inout Generator) -> WallClock {
            var stamps = WallClock(offset: generator.number(-50_400...50_400))
            // An hour that comes twice, or not at all, costs an hour of what the window reaches back.
            let overlap = terms.identifiesRows ? extract.incremental.overlap ?? 0 : 0
            if overlap + (terms.hasOtherZone ? 0 : extract.incremental.lag) >= 3600, generator.chance(60) {
                // Without an overlap nothing reaches back into an hour that comes again.
                let seconds = terms.identifiesRows && generator.chance(50) ? -3600 : 3600
                stamps.change = (ModelSource.start + generator.number(-5_000_000...20_000_000), seconds)
            }
            source.clock = stamps
            guard terms.hasOtherZone else { return stamps }
            source.clock = WallClock(offset: generator.number(-50_400...50_400))
            if generator.chance(30) {
                let seconds = generator.chance(50) ? -3600 : 3600
                source.clock.change = (ModelSource.start + generator.number(0...20_000_000), seconds)
            }
            return stamps
        }

        private mutating func write(_ terms: Terms, stamps: WallClock, _ generator: inout Generator) {
            let patience = patience(terms, jump: stamps.jump)
            var time = ModelSource.start - 10_000_000
            var sequence = generator.number(-3000...3000)
            var committed: [Int: Int] = [:]
            for number in 1...generator.number(1...24) {
                // Now and then several at the same instant.
                if !generator.chance(25) { time += generator.number(1...3_000_000) }
                // A row is locked until the transaction that wrote it is over.
                var row = generator.number(1...12)
                if !terms.identifiesRows || committed[row, default: 0] > time { row = 1000 + number }
                let delay = generator.chance(40) ? 0 : generator.chance(30) ? patience : generator.number(0...patience)
                var version = Version(
                    row: row, number: number, key: .integer(0), stampedAt: time, visibleAt: time + delay)
                switch terms.kind {
                case .timestamp: version.key = .timestamp(ModelSource.at(stamps.shows(time)))
                case .date: version.key = .date(ModelSource.at(stamps.shows(time)).startOfDay)
                case .integer:
                    sequence += generator.number(1...400)
                    version.key = .integer(Int64(sequence))
                case .text:
                    sequence += generator.number(1...3)
                    let digits = String(sequence + 5_000_000)
                    version.key = .text("k\(digits)")
                }
                if [.timestamp, .date].contains(terms.kind), !terms.hasOtherZone, generator.chance(4) {
                    version.isFutureDated = true
                    version.row = 2000 + number
                    version.key = terms.kind == .date ? .date(moment("2199-12-31")) : .timestamp(moment("2199-12-31"))
                }
                committed[version.row] = version.visibleAt
                source.versions.append(version)
            }
            if terms.kind == .integer { delayByValues(terms, &generator) }
        }

        /// Milliseconds that a transaction may stay open.
        private func patience(_ terms: Terms, jump: Int) -> Int {
            let overlap = extract.incremental.overlap ?? 0
            let seconds =
                switch terms.kind {
                case .timestamp, .date:
                    (terms.hasOtherZone ? 0 : extract.incremental.lag) + (terms.identifiesRows ? overlap : 0) - jump
                // By values, not by time; and for text there is no overlap.
                case .integer, .text: 0
                }
            return max(0, seconds) * 1000
        }

        /// Commits come late while further keys are given out, as far as the overlap reaches.
        private mutating func delayByValues(_ terms: Terms, _ generator: inout Generator) {
            guard terms.identifiesRows, let overlap = extract.incremental.overlap else { return }
            func number(_ index: Int) -> Int64 {
                if case .integer(let number) = source.versions[index].key { number } else { 0 }
            }
            for index in source.versions.indices where generator.chance(40) {
                // The row is its own, so that no later version of it overtakes.
                guard source.versions.count(where: { $0.row == source.versions[index].row }) == 1 else { continue }
                let last = source.versions.indices.last { number($0) - number(index) <= Int64(overlap) } ?? index
                source.versions[index].visibleAt = source.versions[last].visibleAt
            }
        }
    }

    private static let claims: [Terms] = [
        Terms(kind: .timestamp), Terms(kind: .timestamp, hasOtherZone: true), Terms(kind: .date),
        Terms(kind: .date, hasOtherZone: true), Terms(kind: .integer), Terms(kind: .text),
        Terms(kind: .timestamp, identifiesRows: false), Terms(kind: .date, identifiesRows: false),
        Terms(kind: .integer, identifiesRows: false), Terms(kind: .text, identifiesRows: false),
    ]

    @Test(arguments: claims) func nothingIsMissedAndNothingIsDoubled(_ terms: Terms) {
        for seed in UInt64(1)...400 {
            var generator = Generator(seed: seed)
            var history = History(terms, &generator)
            for (index, time) in history.runs.enumerated() {
                history.extract.run(
                    history.source, at: time, fails: index < history.runs.count - 1 && generator.chance(10))
            }
            var wrong = history.extract.violations
            for row in history.source.rows(at: history.runs.last ?? 0) where !row.isFutureDated {
                if history.extract.table[row.row] != row.number {
                    wrong.append("row \(row.row) with the key \(row.key) was missed")
                }
            }
            if !terms.identifiesRows {
                wrong += history.extract.added.filter { $0.value > 1 }.map { "row \($0.key) was added twice" }
            }
            for version in history.source.versions where version.isFutureDated {
                if history.extract.table[version.row] != nil { wrong.append("a key in the future was read") }
            }
            #expect(wrong.isEmpty, "seed \(seed), \(terms): \(history.extract.incremental), \(history.source.clock)")
            if !wrong.isEmpty { return }
        }
    }

    /// The other side of the claim: histories in which transactions stay open longer do lose rows, so the claim is none
    /// that any window would pass.
    @Test func aLongerDelayIsMissedAndARewoundWatermarkMendsIt() {
        let incremental = Incremental(key: "k", lag: 60, overlap: 900)
        var extract = ModelExtract(incremental: incremental, kind: .timestamp, identifiesRows: true)
        var source = ModelSource()
        let late = ModelSource.start
        func add(_ row: Int, at time: Int, delay: Int) {
            source.versions.append(
                Version(
                    row: row, number: row, key: .timestamp(ModelSource.at(time)), stampedAt: time,
                    visibleAt: time + delay))
        }
        // One second longer than lag and overlap, with a run just before the commit that reaches as far as it can.
        add(1, at: late, delay: 962_000)
        add(2, at: late + 901_000, delay: 0)
        add(3, at: late + 2_000_000, delay: 0)
        extract.run(source, at: late + 961_500)
        #expect(extract.watermark?.value == .timestamp(ModelSource.at(late + 901_000)))
        for time in [late + 962_000, late + 2_100_000, late + 9_000_000] { extract.run(source, at: time) }
        #expect(extract.table == [2: 2, 3: 3])
        extract.watermark = Watermark(.timestamp(ModelSource.at(late)), isInclusive: true)
        extract.run(source, at: late + 9_100_000)
        #expect(extract.table == [1: 1, 2: 2, 3: 3])
        #expect(extract.watermark?.value == .timestamp(ModelSource.at(late + 2_000_000)))
        #expect(extract.violations.isEmpty)
    }

    @Test func aClockThatGoesBackMovesNothingBack() {
        var extract = ModelExtract(
            incremental: Incremental(key: "k", lag: 0, overlap: 0), kind: .timestamp, identifiesRows: true)
        var source = ModelSource()
        let time = ModelSource.start
        source.versions = [
            Version(row: 1, number: 1, key: .timestamp(ModelSource.at(time)), stampedAt: time, visibleAt: time)
        ]
        extract.run(source, at: time + 1000)
        let watermark = extract.watermark
        source.clock.offset = -86_400
        extract.run(source, at: time + 2000)
        #expect(extract.watermark == watermark && watermark != nil)
        #expect(extract.violations.isEmpty)
    }
}
