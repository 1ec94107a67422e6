import Foundation
import Testing

@testable import Extraction

/// What the next run does, decided with the source and without it.
@Suite struct NextRunTests {
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    private static func extract(_ change: (inout TableExtract) -> Void = { _ in }) -> TableExtract {
        var extract = TableExtract(
            name: "e", table: TableName(schema: "s", name: "t"), extractType: .incremental, loadMethod: .upsert,
            destinationTable: "t")
        extract.uniqueColumns = ["id"]
        extract.incremental = Incremental(key: "k")
        change(&extract)
        return extract
    }

    private static func full(_ method: LoadMethod) -> TableExtract {
        extract {
            $0.incremental = nil
            $0.extractType = .full
            $0.loadMethod = method
        }
    }

    private static func watermark(_ value: Int64) -> Watermark { Watermark(.integer(value), isInclusive: true) }

    /// An extract that has got to a key, and the table that it has filled.
    private static func standing(_ extract: TableExtract, through value: Int64? = 40) -> Standing {
        var standing = Standing()
        standing.table = TableSight(
            name: "t", mark: "m", isReplaced: false, holdsRows: true, lastRow: 40, columns: ["id", "k", "name"])
        var holding = TableHolding(extract: extract.name, sourceTable: extract.table.description)
        holding.table = extract.table
        holding.resolvedTable = extract.table
        holding.filter = extract.filter
        holding.chosenColumns = extract.columns
        holding.generation = "g"
        holding.columns = ["id", "k", "name"].map { HeldColumn(name: $0, type: nil) }
        standing.holding = holding
        guard let value, extract.incremental != nil else { return standing }
        standing.state = ExtractState(
            extract: extract.name, basis: .init(extract, key: "k", kind: .integer), watermark: watermark(value),
            runID: "r", updatedAt: Timestamp(now))
        var vouched = Vouched(table: "t", standing: standing)
        vouched.resolvedTable = extract.table
        vouched.uniqueColumns = ["id"]
        standing.vouched = vouched
        return standing
    }

    /// The plan that a run of an extract would make now.
    private static func plan(
        _ extract: TableExtract, through value: Int64? = 40, chunks: Int = 3, begun: Double = 60
    ) -> ReadPlan {
        var plan = ReadPlan(
            run: RunIdentity(startedAt: Timestamp(now.addingTimeInterval(-begun)), salt: 1), table: extract.table,
            columns: ["id", "k", "name"], uniqueColumns: ["id"], filter: extract.filter, isBackfill: false,
            chunks: (0..<chunks).map { Chunk(number: $0 + 1) }, reasons: ["Because."])
        guard let incremental = extract.incremental else { return plan }
        plan.keyKind = .integer
        plan.watermark = value.map { watermark($0) }
        plan.window = Window.next(
            incremental, kind: .integer, after: plan.watermark, outlook: .init(maximum: .integer(90)),
            identifiesRows: true)
        return plan
    }

    // MARK: What is staged

    /// What an earlier run can have left, as far as the destination hands it out: what is loaded already, of another source,
    /// or in another encoding, it does not.
    enum Kind: String, CaseIterable {
        case none, resumable, oneChunk, complete, tooOld, future, otherWatermark, stopped, stoppedOnce

        var verdict: String {
            switch self {
            case .none, .oneChunk: "all"
            case .resumable, .complete, .stoppedOnce: "rest"
            case .tooOld, .future, .otherWatermark, .stopped: "useless"
            }
        }
    }

    private static func leftover(_ kind: Kind, of extract: TableExtract) -> StagedPlan? {
        func staged(chunks: Int = 3, complete: Int = 2, age: Double = 60, through value: Int64? = 40) -> StagedPlan {
            StagedPlan(
                plan: plan(extract, through: value, chunks: chunks, begun: 300_000), columns: [],
                completed: Dictionary(uniqueKeysWithValues: (0..<complete).map { ($0 + 1, 100) }),
                completedAt: Timestamp(now.addingTimeInterval(-age)))
        }
        switch kind {
        case .none: return nil
        case .resumable: return staged()
        case .oneChunk: return staged(chunks: 1, complete: 0)
        case .complete: return staged(complete: 3)
        case .tooOld: return staged(age: 100_000)
        case .future: return staged(age: -100_000)
        case .otherWatermark: return staged(through: 39)
        case .stopped, .stoppedOnce:
            var staged = staged(complete: 3)
            staged.isStopped = true
            return staged
        }
    }

    /// In one word, what a run does and what becomes of what is staged.
    private func words(_ next: NextRun) -> String {
        switch (next.step, next.leftover) {
        case (.refuse, _): "refused"
        case (.readNothing, _): "nothing"
        case (.goOn(let staged), .goesOn(let same)): staged == same ? "rest" : "confused"
        case (.readAll, .none): "all"
        case (.readAll, .isUseless): "useless"
        case (.readAll, .isSetAside): "set aside"
        default: "confused"
        }
    }

    @Test(arguments: Kind.allCases, [nil, LoadMethod.dropCreateLoad, .truncateLoad, .append, .upsert])
    func leftoversAreJudgedAlikeWithTheSourceAndWithoutIt(_ kind: Kind, _ method: LoadMethod?) {
        let extract = method.map { Self.full($0) } ?? Self.extract()
        // A full read has no watermark.
        if kind == .otherWatermark, method != nil { return }
        let staged = Self.leftover(kind, of: extract)
        for isFresh in [false, true] {
            var settings = RunSettings()
            settings.startsAfresh = isFresh
            settings.allowsShrinking = kind == .stoppedOnce
            func next(_ source: SourceOutlook) -> NextRun {
                NextRun(extract, knowing: source, staged: staged, settings: settings, at: Self.now)
            }
            let known = next(.known(Self.plan(extract)))
            let unknown = next(.unknown(Self.standing(extract)))
            let expected =
                !isFresh ? kind.verdict : kind.verdict == "rest" ? "set aside" : "all"
            #expect(words(known) == expected && words(unknown) == expected)
            #expect(unknown.plan == nil && unknown.chunks == (expected == "rest" ? staged?.missing : []))
            #expect(known.plan?.run.id == (expected == "rest" ? staged : nil)?.plan.run.id ?? Self.plan(extract).run.id)
            #expect(known.chunks.count == (expected == "rest" ? staged?.missing.count : 3))
            // What a run says that begins, and what is said of one that has not.
            let summary = staged?.summary ?? "?"
            for next in [known, unknown] {
                let text = next.reasons.joined(separator: " ")
                #expect(text.contains("It goes on with \(summary)") == (expected == "rest"))
                #expect(text.contains("Without --fresh it would go on with \(summary).") == (expected == "set aside"))
                #expect((next.leftover.note == "Going on with \(summary).") == (expected == "rest"))
                #expect((next.leftover.note == nil) == ["all", "set aside"].contains(expected))
            }
            if case .isUseless(let reason) = known.leftover {
                #expect(known.reasons.contains(reason) && known.leftover.note == reason)
                if kind != .otherWatermark { #expect(unknown.reasons.contains(reason)) }
            }
        }
    }

    /// Of what only the source knows, a decision without it can't tell: there it says on what it depends.
    @Test func anotherPlanIsFoundOutByTheSource() throws {
        let extract = Self.extract()
        let staged = Self.leftover(.resumable, of: extract)
        var plan = Self.plan(extract)
        plan.columns.append("new")
        let known = NextRun(extract, knowing: .known(plan), staged: staged, settings: RunSettings(), at: Self.now)
        #expect(words(known) == "useless" && known.plan == plan)
        let unknown = NextRun(
            extract, knowing: .unknown(Self.standing(extract)), staged: staged, settings: RunSettings(), at: Self.now)
        #expect(unknown.reasons.last?.hasSuffix("if the source and its columns are still the same.") == true)
    }

    @Test func columnsAreHeldAgainstTheTableAsTheyAreNow() throws {
        let extract = Self.extract()
        var plan = Self.plan(extract)
        plan.drift = Drift()
        plan.drift?.new = ["new"]
        let staged = Self.leftover(.resumable, of: extract)
        let next = NextRun(extract, knowing: .known(plan), staged: staged, settings: RunSettings(), at: Self.now)
        #expect(words(next) == "rest" && next.plan?.drift == plan.drift && staged?.plan.drift == nil)
    }

    // MARK: Nothing to read

    @Test func nothingIsReadWhereNoRowCanHaveCome() throws {
        let extract = Self.extract()
        func next(_ change: (inout ReadPlan) -> Void) -> NextRun {
            var plan = Self.plan(extract)
            change(&plan)
            return NextRun(extract, knowing: .known(plan), staged: nil, settings: RunSettings(), at: Self.now)
        }
        func empty(_ plan: inout ReadPlan) {
            plan.window?.upper = KeyBound(.integer(1), isIncluded: true)
            plan.window?.lower = KeyBound(.integer(2), isIncluded: true)
        }
        let closed = next { empty(&$0) }
        #expect(words(closed) == "nothing" && closed.chunks.isEmpty)
        #expect(closed.reasons.last == "No row can be in the window, so nothing is read.")
        // The source has said that there is no row; the planner tells so.
        let counted = next { $0.chunks = [] }
        #expect(words(counted) == "nothing" && counted.reasons == ["Because."])
        // The first run makes the table, and a backfill reads its range, whatever is in it.
        for other in [
            next {
                empty(&$0)
                $0.watermark = nil
            },
            next {
                empty(&$0)
                $0.isBackfill = true
            },
        ] {
            #expect(words(other) == "all" && other.chunks.count == 3)
        }
    }

    @Test func whatIsStagedIsLoadedThoughNothingNewHasCome() throws {
        let extract = Self.extract()
        var plan = Self.plan(extract)
        plan.window?.upper = plan.watermark.map { KeyBound($0.value, isIncluded: true) }
        plan.chunks = []
        let next = NextRun(
            extract, knowing: .known(plan), staged: Self.leftover(.complete, of: extract), settings: RunSettings(),
            at: Self.now)
        #expect(words(next) == "rest" && next.chunks.isEmpty && next.plan?.chunks.count == 3)
    }

    // MARK: Refusals

    @Test func whatTheSourceOrTheDestinationRefusesIsRefused() {
        let failure = Failure(.drift, "No.")
        let next = NextRun(
            Self.extract(), knowing: .refused(failure), staged: Self.leftover(.resumable, of: Self.extract()),
            settings: RunSettings(), at: Self.now)
        #expect(next.step == .refuse(failure) && next.plan == nil && next.chunks.isEmpty && next.reasons.isEmpty)
        #expect(next.leftover == .none)
    }

    /// What was changed in an extract, and what the refusal calls it.
    static let changes: [(change: @Sendable (inout TableExtract) -> Void, words: String)] = [
        ({ $0.filter = "id > 1" }, "\"where\" was absent"),
        ({ $0.incremental?.key = "id" }, "the incremental key was k"),
        ({ $0.columns = ["id", "k"] }, "all columns were read"),
        ({ $0.uniqueColumns = ["id", "name"] }, "rows were told apart by id"),
    ]

    @Test(arguments: changes.indices)
    func aWatermarkOfAnotherBasisIsRefusedAlikeWithTheSourceAndWithoutIt(_ index: Int) throws {
        let old = Self.extract()
        let (change, words) = Self.changes[index]
        let extract = Self.extract(change)
        // By the same extract, so that the rows are its own and only the watermark is in doubt.
        let standing = Self.standing(old)
        var sight = SourceSight()
        sight.table = extract.table
        sight.columns = extract.columns ?? ["id", "k", "name"]
        sight.uniqueColumns = extract.uniqueColumns
        sight.key = extract.incremental?.key
        sight.keyKind = .integer
        let known = #expect(throws: Failure.self) { try standing.judged(for: extract, knowing: sight) }
        let unknown = NextRun(
            extract, knowing: .unknown(standing), staged: nil, settings: RunSettings(), at: Self.now)
        #expect(known?.message.contains(words) == true, "\(known?.message ?? "")")
        #expect(known.map { unknown.step == .refuse($0) } == true, "\(unknown)")
        #expect(!standing.holds(for: extract) && standing.holds(for: old))
    }

    @Test func allColumnsAndAListOfThemAllAreTheSameWithoutTheSourceToo() throws {
        let standing = Self.standing(Self.extract())
        let listed = Self.extract { $0.columns = ["NAME", "k", "id"] }
        let next = NextRun(listed, knowing: .unknown(standing), staged: nil, settings: RunSettings(), at: Self.now)
        #expect(words(next) == "all")
        #expect(standing.holds(for: listed))
    }

    /// Whether some columns are all of them now, only the source can tell.
    @Test func whatOnlyTheSourceCanTellIsSaidAsACondition() throws {
        let narrow = Self.extract { $0.columns = ["id", "k", "name"] }
        let wide = Self.extract()
        let standing = Self.standing(narrow)
        let next = NextRun(wide, knowing: .unknown(standing), staged: nil, settings: RunSettings(), at: Self.now)
        #expect(words(next) == "all")
        #expect(next.reasons.last?.contains("if the source has more than these, the run is refused") == true)
        #expect(!standing.holds(for: wide))
        var sight = SourceSight()
        sight.columns = ["id", "k", "name"]
        #expect(try standing.judged(for: wide, knowing: sight).state != nil)
        sight.columns?.append("more")
        #expect(throws: Failure.self) { try standing.judged(for: wide, knowing: sight) }
    }

    /// The source declares another key now: what a run refuses, a person can accept.
    @Test func aDeclaredKeyIsForTheSourceToTell() throws {
        let extract = Self.extract { $0.uniqueColumns = [] }
        let standing = Self.standing(extract)
        #expect(!standing.holds(for: extract))
        #expect(try standing.judged(for: extract, knowing: SourceSight()).state != nil)
        var sight = SourceSight()
        sight.uniqueColumns = ["id", "name"]
        #expect(throws: Failure.self) { try standing.judged(for: extract, knowing: sight) }
    }

    @Test func aBackfillDoesNotGoByTheWatermark() throws {
        let extract = Self.extract {
            $0.columns = ["id", "k"]
            $0.backfill = .init(from: "1", to: "2")
        }
        #expect(throws: Never.self) { try Self.standing(Self.extract()).judged(for: extract, knowing: SourceSight()) }
    }
}
