import Foundation
import Rows
import TestSupport
import Testing

@testable import Extraction

/// Advice names what the reader has: keys of a configuration, or flags; and no command that does not know the extract.
@Suite struct AdviceByOriginTests {
    private static let place = " --destination 'my g.db'"

    private static func extract(_ method: LoadMethod, byFlags: Bool, unique: [String] = ["id"]) -> TableExtract {
        var extract = TableExtract(
            name: "e", table: TableName(name: "t"), extractType: .incremental, loadMethod: method,
            destinationTable: "d")
        extract.uniqueColumns = unique
        extract.incremental = Incremental(key: "k", nulls: .once)
        extract.incremental?.start = "2022-01-01"
        if byFlags { extract.origin = .flags(place: place, needsSource: true) }
        return extract
    }

    private static func state(_ extract: TableExtract) -> ExtractState {
        var old = extract
        old.incremental?.start = "2024-01-01"
        return ExtractState(
            extract: "e", basis: .init(old, key: "k", kind: .timestamp),
            watermark: Watermark(.timestamp(moment("2026-01-01")), isInclusive: true), runID: nil,
            updatedAt: Timestamp(text: "2026-01-01T00:00:00Z"))
    }

    /// All advice that the domain gives about one extract.
    private static func advice(_ extract: TableExtract) throws -> [String] {
        let state = state(extract)
        let plan = ReadPlan(
            run: RunIdentity(startedAt: Timestamp(text: "2026-11-23T08:00:00.000Z"), salt: 1), table: extract.table,
            columns: ["id", "k"], uniqueColumns: [], isBackfill: false, chunks: [Chunk(number: 1)], reasons: [])
        var failures = [
            state.staleness(source: "a", now: "b", for: extract), try #require(state.staleness(startOf: extract)),
            state.staleness("changes", kind: .timestamp, for: extract),
            state.staleness("changes", kind: .integer, for: extract),
            Standing.Foreignness(rows: "rows", kind: .destination, accepts: "if so").failure(extract),
            extract.refusalOfRows(in: "d", of: "place"),
            try #require(ShrinkGuard(extract).refusal(of: 0, replacing: 9, table: "d", extract: "e")),
        ]
        let evidence = WindowEvidence(
            extract: "e", incremental: Incremental(key: "k", nulls: .once), identifiesRows: true,
            watermark: Watermark(.integer(5000), isInclusive: true), last: nil, stateName: extract.stateName)
        if case .refused(let failure) = evidence.judge(maximum: .integer(3)) { failures.append(failure) }
        var append = extract
        append.loadMethod = .append
        failures += [#expect(throws: Failure.self) { try append.checkFirstAppend(plan, in: "place") }]
            .compactMap(\.self)
        var drift = Drift()
        (drift.new, drift.gone) = (["a"], ["b"])
        drift.widened = [.init(column: "c", from: "x", to: "y")]
        drift.changed = drift.widened
        for kind in DriftPolicy.Kind.allCases {
            var strict = extract
            strict.drift = DriftPolicy()
            for other in DriftPolicy.Kind.allCases { strict.drift?.answers[other] = other == kind ? .fail : .ignore }
            failures += [#expect(throws: Failure.self) { try drift.check(strict) }].compactMap(\.self)
        }
        return failures.map(\.advice) + [
            HeldColumn.Gap.advice(extract, from: "5", isEarlierRows: false),
            HeldColumn.Gap.advice(extract, from: nil, isEarlierRows: true), KeyProposal(extract, nil).advice,
        ]
    }

    @Test(arguments: [LoadMethod.upsert, .append]) func whatFlagsGiveIsAdvisedInFlags(method: LoadMethod) throws {
        for unique in [["id"], []] {
            for text in try Self.advice(Self.extract(method, byFlags: true, unique: unique)) {
                #expect(!text.contains(/"[a-z_]{2,}":/), "\(text)")
                for key in ["columns", "unique_columns", "destination_table", "start_date", "where", "drift"] {
                    #expect(!text.contains("\"\(key)\""), "\(text)")
                }
                for command in ["backfill", "state accept", "state recover", "verify", "kleene-ns extract"] {
                    #expect(!text.contains(command), "\(text)")
                }
                // Where the books lie has to be said again.
                for found in text.matches(of: /`kleene-ns state [a-z]+ e([^`]*)`/) {
                    #expect(found.output.1.hasPrefix(Self.place), "\(text)")
                }
                #expect(text.first?.isLowercase == false, "\(text)")
            }
        }
    }

    @Test(arguments: [LoadMethod.upsert, .append]) func whatIsConfiguredIsAdvisedInKeys(method: LoadMethod) throws {
        for unique in [["id"], []] {
            for text in try Self.advice(Self.extract(method, byFlags: false, unique: unique)) {
                let prose = text.replacing(/`[^`]*`/, with: "")
                for flag in ["--adopt-table", "--drift", "--columns", "--unique-columns", "--destination-table"] {
                    #expect(!prose.contains(flag), "\(text)")
                }
                #expect(text.first?.isLowercase == false, "\(text)")
            }
        }
    }

    /// A backfill is advised only to what it takes, and a reset only where the next run is not refused for it.
    @Test func rowsThatNothingIdentifiesAreNotReadTwice() throws {
        let plain = Self.extract(.append, byFlags: false, unique: [])
        for text in try Self.advice(plain) {
            #expect(!text.contains("backfill"), "\(text)")
        }
        let start = try #require(Self.state(plain).staleness(startOf: plain)?.advice)
        #expect(
            start.hasPrefix("Drop the table \"d\"") && start.contains("\"start_date\" back to 2024-01-01"), "\(start)")
        let known = Self.extract(.append, byFlags: false)
        #expect(Self.state(known).staleness(startOf: known)?.advice.contains("`kleene-ns backfill e --from") == true)
    }

    /// It goes to the worker with the extract; an older version has written none.
    @Test func theOriginIsHandedOn() throws {
        let (mine, other) = (Self.extract(.upsert, byFlags: false), Self.extract(.upsert, byFlags: true))
        let read = try JSONDecoder().decode(TableExtract.self, from: JSONEncoder().encode(other))
        #expect(read.isByFlags && read.stateName == "e" + Self.place)
        let old = try JSONDecoder().decode(TableExtract.self, from: JSONEncoder().encode(mine))
        #expect(old == mine && !old.isByFlags && old.stateName == "e")
    }

    @Test(arguments: [
        ("where", "\"where\"", "--where"), ("unique_columns", "\"unique_columns\"", "--unique-columns"),
        ("rename", "\"rename\"", "\"rename\" in a configuration"),
    ])
    func settingsHaveTwoNames(key: String, configured: String, flag: String) {
        #expect(Self.extract(.upsert, byFlags: false).setting(key) == configured)
        #expect(Self.extract(.upsert, byFlags: true).setting(key) == flag)
    }

    @Test func valuesAreWrittenAsTheyAreGiven() {
        let (mine, flags) = (Self.extract(.upsert, byFlags: false), Self.extract(.upsert, byFlags: true))
        #expect(mine.setting("null_keys", "once") == "\"null_keys\": \"once\"")
        #expect(flags.setting("null_keys", "once") == "--null-keys once")
        #expect(mine.setting("overlap", 0) == "\"overlap\": 0" && flags.setting("overlap", 0) == "--overlap 0")
        #expect(mine.setting("columns", ["*", "!memo"]) == "\"columns\": [\"*\", \"!memo\"]")
        #expect(flags.setting("columns", ["*", "!memo"]) == "--columns '*,!memo'")
        #expect(flags.setting("unique_columns", ["a", "b"]) == "--unique-columns a,b")
        #expect(flags.drift(.gone, .ignore) == "--drift gone=ignore" && flags.adoption == "--adopt-table")
    }
}
