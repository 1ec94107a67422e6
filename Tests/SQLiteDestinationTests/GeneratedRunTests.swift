import Extraction
import Foundation
import SQLite
import SQLiteDestination
import TestSupport
import Testing

/// Whole runs, with the program's planner, chunks, retries, staging, resume and load, over generated histories of a source
/// that changes while it is read. A failure prints the seed that repeats it.
@Suite struct GeneratedRunTests {
    /// What holds of a generated history.
    struct Terms: Sendable, CustomStringConvertible {
        var method: LoadMethod
        var kind: KeyKind
        var unique = true
        var nulls = NullKeys.exclude
        /// Whether the clock that is asked is hours ahead of the one that stamps rows.
        var isClockAhead = false
        var isFull: Bool { [.dropCreateLoad, .truncateLoad].contains(method) }
        var description: String {
            "\(method.rawValue) by \(kind)\(unique ? "" : " without unique columns"), NULL: \(nulls.rawValue)"
                + (isClockAhead ? ", clock ahead" : "")
        }
    }

    private static let claims: [Terms] = [
        Terms(method: .truncateLoad, kind: .timestamp), Terms(method: .dropCreateLoad, kind: .integer),
        Terms(method: .upsert, kind: .timestamp), Terms(method: .upsert, kind: .timestamp, isClockAhead: true),
        Terms(method: .upsert, kind: .timestamp, nulls: .always),
        Terms(method: .upsert, kind: .timestamp, nulls: .once),
        Terms(method: .upsert, kind: .date), Terms(method: .upsert, kind: .date, nulls: .always),
        Terms(method: .upsert, kind: .integer), Terms(method: .upsert, kind: .integer, nulls: .always),
        Terms(method: .upsert, kind: .text), Terms(method: .upsert, kind: .text, nulls: .once),
        Terms(method: .append, kind: .timestamp), Terms(method: .append, kind: .timestamp, isClockAhead: true),
        Terms(method: .append, kind: .date), Terms(method: .append, kind: .integer),
        Terms(method: .append, kind: .timestamp, unique: false), Terms(method: .append, kind: .date, unique: false),
        Terms(method: .append, kind: .integer, unique: false), Terms(method: .append, kind: .text, unique: false),
    ]

    /// More of them than `make test` has time for are tried by `KLEENE_TEST_SEEDS=2000`.
    private static let seeds = ProcessInfo.processInfo.environment["KLEENE_TEST_SEEDS"].flatMap { UInt64($0) } ?? 30

    @Test(arguments: claims) func whateverHappensWhileItIsReadNothingIsMissedAndNothingIsDoubled(_ terms: Terms) throws
    {
        for seed in UInt64(1)...Self.seeds {
            let history = try GeneratedHistory(terms, seed: seed)
            try history.play()
            let violations = history.violations.joined(separator: "; ")
            #expect(violations.isEmpty, "seed \(seed), \(terms): \(violations)")
            if !history.violations.isEmpty { return }
        }
    }
}

/// A history, the extract that follows it, and what is wrong with the outcome.
final class GeneratedHistory {
    let terms: GeneratedRunTests.Terms
    let world: GeneratedWorld
    private(set) var extract: TableExtract
    private(set) var violations: [String] = []
    private var generator: Generator
    private let folder: Folder
    private let destination: SQLiteFile
    private var backfill: TableExtract.Backfill?
    /// What the table held after the last load: the newest version of each row.
    private var newest: [Int64: Int] = [:]

    private static let start = 1_792_872_000_000

    init(_ terms: GeneratedRunTests.Terms, seed: UInt64) throws {
        self.terms = terms
        generator = Generator(seed: seed)
        world = GeneratedWorld(kind: terms.kind, seed: seed &* 7919)
        folder = try Folder()
        destination = SQLiteFile(path: folder.file())
        extract = makeExtract(terms.method)
        if terms.unique { extract.uniqueColumns = ["id"] }
        // Without unique columns a chunk is a range of the incremental key, where that can be cut.
        extract.chunking.rows = [1, 2, 3, 1000].randomElement(using: &generator)
        guard !terms.isFull else { return }
        extract.extractType = .incremental
        let drawn = [0, 60, 900, 7200].randomElement(using: &generator)
        // Rows that nothing identifies cannot be read again: an overlap is refused, but for text, which has none.
        let overlap = terms.unique ? drawn : nil
        extract.incremental = Incremental(
            key: "k", nulls: terms.nulls, lag: [0, 60, 600].randomElement(using: &generator) ?? 60, overlap: overlap)
        if terms.isClockAhead { world.clockOffset = 9 * 3600 }
    }

    // MARK: The source

    private func write() {
        let step = terms.kind == .date ? 20_000_000 : 600_000
        var time = Self.start
        var sequence = generator.number(-50...50)
        var committed: [Int64: Int] = [:]
        for number in 1...generator.number(4...30) {
            if !generator.chance(15) { time += generator.number(1...step) }
            var row = Int64(generator.number(-6...8))
            // A row is locked until the transaction that wrote it is over. What is only added has a row a version, and so has
            // a key of days, where two versions of a day cannot be told apart.
            let isOwn = terms.method == .append && (!terms.unique || terms.kind == .date)
            if isOwn || committed[row, default: 0] >= time { row = Int64(100 + number) }
            let delay = generator.chance(50) ? 0 : generator.number(0...patience)
            sequence += generator.number(1...40)
            let key: KeyValue? =
                switch terms.kind {
                case _ where terms.nulls != .exclude && generator.chance(20): nil
                case .timestamp: .timestamp(GeneratedWorld.moment(time))
                case .date: .date(GeneratedWorld.moment(time).startOfDay)
                case .integer: .integer(Int64(sequence))
                case .text: .text("k\(5_000_000 + sequence)")
                }
            committed[row] = time + delay
            world.versions.append(GeneratedVersion(row: row, number: number, key: key, visibleAt: time + delay))
        }
    }

    /// Milliseconds that a transaction may stay open.
    private var patience: Int {
        guard let incremental = extract.incremental, [.timestamp, .date].contains(terms.kind) else { return 0 }
        let overlap = terms.unique ? incremental.overlap ?? 0 : 0
        return (overlap + (terms.isClockAhead ? 0 : incremental.lag)) * 1000
    }

    // MARK: Runs

    func play() throws {
        write()
        let end = (world.versions.map(\.visibleAt).max() ?? 0) + 1
        world.now = Self.start
        for _ in 0..<generator.number(2...5) {
            world.now += generator.number(0...max(1, (end - Self.start) / 3))
            world.pace = (end - Self.start) / generator.number(4...60)
            world.faults = generator.chance(50) ? 8 : 0
            world.patience = generator.chance(30) ? generator.number(2...12) : nil
            try run(generator.chance(20) ? chooseBackfill() : nil)
            if !violations.isEmpty { return }
        }
        // Slow statements may have taken it past the last change already; a source's clock does not go back.
        world.now = max(world.now, end) + 3 * 86_400_000
        world.faults = 0
        world.patience = nil
        // What was left of a backfill; then what was left of a run, and a run that sees all.
        if let backfill { try run(backfill) }
        for _ in 0..<2 { try run(nil) }
        try checkTheEnd()
    }

    private func chooseBackfill() -> TableExtract.Backfill? {
        guard !terms.isFull, terms.unique else { return nil }
        let keys = world.versions.compactMap(\.key)
        guard let first = keys.randomElement(using: &generator), let second = keys.randomElement(using: &generator),
            comes(first, before: second)
        else { return backfill }
        backfill = backfill ?? .init(from: first.description, to: second.description)
        return backfill
    }

    private func run(_ backfill: TableExtract.Backfill?) throws {
        extract.backfill = backfill
        let settings = RunSettings(retry: RetryPolicy(attempts: 3, firstDelay: 0, longestDelay: 0))
        let world = world
        let began = world.rows()
        let record = ExtractRun(
            source: GeneratedSource(world: world), destination: destination,
            context: RunContext(
                settings: settings, version: "test", isInterrupted: { world.patience.map { $0 <= 0 } ?? false }),
            clock: InvocationClock(), makeSource: { GeneratedSource(world: world) }
        )(extract, run: makeRun())
        guard record.status == .succeeded else {
            if world.faults == 0, world.patience == nil {
                violations.append("a run failed without a reason: \(record.failure?.description ?? "")")
            }
            return
        }
        if backfill != nil { self.backfill = nil }
        try checkRun(record, began: began)
    }

    // MARK: Claims

    private func loaded() throws -> [(row: Int64, version: Int)] {
        try query(folder.file(), "SELECT id, v FROM t").map { row in
            guard case .integer(let id) = row[0], case .integer(let version) = row[1] else { return (0, 0) }
            return (id, Int(version))
        }
    }

    private func checkRun(_ record: RunRecord, began: [GeneratedVersion]) throws {
        let loaded = try loaded()
        let byRow = Dictionary(grouping: loaded, by: \.row)
        if terms.method == .append {
            let doubles = Dictionary(grouping: loaded, by: \.version).filter { $0.value.count > 1 }.keys
            if !doubles.isEmpty { violations.append("added twice: the versions \(doubles.sorted())") }
            return
        }
        let doubles = byRow.filter { $0.value.count > 1 }.keys
        if !doubles.isEmpty { violations.append("twice in the table: \(doubles.sorted())") }
        for (row, versions) in byRow {
            let version = versions[0].version
            // Rows without a key say nothing of which state is the newer.
            if terms.nulls == .exclude, let old = newest[row], old > version {
                violations.append("row \(row) went back from version \(old) to \(version)")
            }
            newest[row] = version
        }
        guard terms.isFull, record.resumedFrom == nil else { return }
        for version in began where (byRow[version.row]?.first?.version ?? 0) < version.number {
            violations.append("row \(version.row) was there all the time and is missing or older")
        }
    }

    private func checkTheEnd() throws {
        let loaded = Set(try loaded().map(\.version))
        for version in world.rows() where version.key != nil || terms.nulls == .always || terms.isFull {
            if !loaded.contains(version.number) {
                violations.append("row \(version.row) with the key \(version.key as Any) was missed")
            }
        }
        let withoutKey = Set(world.versions.filter { $0.key == nil }.map(\.number))
        if terms.nulls == .exclude, !loaded.isDisjoint(with: withoutKey) {
            violations.append("rows without a key were read")
        }
    }
}
