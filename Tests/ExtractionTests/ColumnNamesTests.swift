import Foundation
import Rows
import Testing

@testable import Extraction

/// What columns are called in the destination: how that is found out, and what a table must be for it.
@Suite struct ColumnNamesTests {
    private static func extract(_ renames: [String: String]?, _ method: LoadMethod = .upsert) -> TableExtract {
        var extract = TableExtract(
            name: "e", table: TableName(name: "item"), loadMethod: method, destinationTable: "t")
        extract.renames = renames
        return extract
    }

    private static func names(
        _ renames: [String: String], of listed: [String] = ["id", "custom_region", "at"], reading read: [String]? = nil,
        held: [HeldColumn]? = nil, _ method: LoadMethod = .upsert
    ) throws -> ColumnNames? {
        var listing = CatalogTableColumns(
            name: TableName(name: "item"), columns: listed.map { CatalogColumn(name: $0, type: "TEXT") })
        listing.nameCase = .unicode
        return try ColumnSelection(extract(renames, method), listing: listing).names(among: read ?? listed, held: held)
    }

    private static func plan(_ names: [(String, String)], columns: [String] = ["id", "a", "b"]) -> ReadPlan {
        var plan = ReadPlan(
            run: RunIdentity(startedAt: Timestamp(text: "2026-01-01T00:00:00Z"), salt: 2),
            table: TableName(name: "item"), columns: columns, uniqueColumns: ["id"], isBackfill: false,
            chunks: [Chunk(number: 1)], reasons: [])
        plan.names = names.isEmpty ? nil : ColumnNames(names.map { ColumnNames.Pair($0.0, $0.1) })
        return plan
    }

    private static func held(_ names: String...) -> [HeldColumn] {
        names.map { name in
            let parts = name.split(separator: ":").map(String.init)
            var column = HeldColumn(name: parts.last ?? "", type: .text)
            if parts.count == 2 { column.source = parts[0] }
            return column
        }
    }

    private static func standing(_ held: [HeldColumn], table: [String]) -> Standing {
        var standing = Standing()
        standing.table = TableSight(
            name: "t", mark: "1", isReplaced: false, holdsRows: true, lastRow: nil, columns: table)
        standing.holding = TableHolding(extract: "e", sourceTable: "item")
        standing.holding?.table = TableName(name: "item")
        standing.holding?.generation = "run-1"
        standing.holding?.columns = held
        return standing
    }

    private static func refusal(_ body: () throws -> Void) -> Failure? {
        do {
            try body()
            return nil
        } catch {
            return error as? Failure
        }
    }

    // MARK: Which names

    @Test func aNameIsOfTheColumnAsTheSourceSpellsIt() throws {
        let names = try #require(try Self.names(["CUSTOM_REGION": "region", "id": "id"]))
        #expect(names.pairs == [.init("custom_region", "region")])
        #expect(names.destination("custom_region") == "region" && names.destination("at") == "at")
        #expect(names.source("region") == "custom_region" && names.source("at") == "at")
        #expect(try Self.names(["id": "id"]) == nil)
        // Of two that differ in case only, the one that is written.
        let twins = try #require(try Self.names(["Id": "other"], of: ["id", "Id"]))
        #expect(twins.destination("id") == "id" && twins.destination("Id") == "other")
    }

    @Test func whatIsNotReadIsRefused() {
        let slip = Self.refusal { _ = try Self.names(["custom_regoin": "r"]) }
        #expect(slip?.message == "The extract \"e\" renames \"custom_regoin\", and the table item has no such column.")
        #expect(slip?.advice.contains("Did you mean \"custom_region\"?") == true && slip?.kind == .statement)
        let unread = Self.refusal { _ = try Self.names(["AT": "r"], reading: ["id"]) }
        #expect(unread?.message == "The extract \"e\" renames \"at\", which it does not read.")
        // What the table was filled with may be gone.
        #expect(Self.refusal { _ = try Self.names(["memo": "r"], held: Self.held("Memo:r")) } == nil)
        #expect(Self.refusal { _ = try Self.names(["memo": "r"], held: Self.held("Memo:r"), .dropCreateLoad) } != nil)
    }

    @Test(arguments: [["custom_region": "AT"], ["id": "x", "at": "X"], ["custom_region": "ID"]])
    func twoColumnsOfOneNameAreRefused(_ renames: [String: String]) {
        let failure = Self.refusal { _ = try Self.names(renames) }
        #expect(failure?.message.hasPrefix("The extract \"e\" would have 2 columns of item as \"") == true)
    }

    @Test func oneColumnHasOneName() {
        let failure = Self.refusal { _ = try Self.names(["id": "x", "ID": "y"], of: ["id"]) }
        #expect(failure?.message == "The extract \"e\" renames \"id\" twice.")
        #expect(Self.refusal { _ = try Self.names(["id": "at", "at": "id"]) } == nil)
        // Two columns of the source that are the same up to case are no fault of a rename.
        #expect(Self.refusal { _ = try Self.names(["at": "x"], of: ["id", "ID", "at"]) } == nil)
    }

    // MARK: Which side has which

    @Test func waysAndQuestionsToTheDestinationHaveItsNames() throws {
        var plan = Self.plan([("id", "key"), ("a", "at")])
        plan.window = Window(key: "a", lower: nil, upper: nil, readsNulls: true)
        plan.keyKind = .timestamp
        let key = VersionKey(column: "at", isMoment: true)
        #expect(LoadMethod.upsert.way(plan) == .merge(on: ["key"], newestBy: key))
        #expect(LoadMethod.append.way(plan) == .add(unlessThere: .init(columns: ["key"], version: key)))
        plan.groups = GroupRead(column: "id", condition: .all([]))
        #expect(Self.extract(nil).way(plan) == .replaceGroups(by: "key", marking: nil))
        // The source is asked by its own.
        #expect(plan.query(for: plan.chunks[0]).columns == ["id", "a", "b"])
        var query = DigestQuery(
            table: plan.table, bucketing: .widths("id", width: 5),
            values: [
                .smallest("id"), .largest("id"), .present("a"), .sum("b"), .days("a", .timestamp),
                .times("a", .timestamp), .seconds("a"),
            ])
        query.since = BucketRange("a", .timestamp)
        let named = query.named(by: plan.destinationName)
        #expect(named.bucketing == .widths("key", width: 5) && named.since?.column == "at")
        #expect(
            named.values == [
                .smallest("key"), .largest("key"), .present("at"), .sum("b"), .days("at", .timestamp),
                .times("at", .timestamp), .seconds("at"),
            ])
        #expect(Bucketing.cuts("a", .date, []).named(by: plan.destinationName) == .cuts("at", .date, []))
        #expect(Bucketing.whole.named(by: plan.destinationName) == .whole)
    }

    @Test func whatIsStagedUnderOtherNamesServesNobody() throws {
        #expect(!Self.plan([]).serves(Self.plan([("a", "x")])))
        #expect(!Self.plan([("a", "y")]).serves(Self.plan([("a", "x")])))
        #expect(Self.plan([("a", "x")]).serves(Self.plan([("a", "x")])))
        // Of an older version, and written as an older version did.
        let text = String(decoding: try JSONEncoder().encode(Self.plan([])), as: UTF8.self)
        #expect(!text.contains("\"names\""))
        #expect(try JSONDecoder().decode(ReadPlan.self, from: Data(text.utf8)).names == nil)
        let renamed = Self.plan([("a", "x")])
        #expect(try JSONDecoder().decode(ReadPlan.self, from: JSONEncoder().encode(renamed)) == renamed)
    }

    // MARK: What the table has

    @Test func theBooksRememberBothNames() throws {
        let plan = Self.plan([("a", "x")])
        let columns = plan.destinationColumns(plan.columns.map { Column(name: $0, type: .text) })
        #expect(columns.map(\.name) == ["id", "x", "b"])
        var load = TableHolding.Load(
            extract: Self.extract(["a": "x"]), plan: plan, columns: columns, runID: "run-2", before: nil,
            after: TableSight(
                name: "t", mark: "1", isReplaced: false, holdsRows: true, lastRow: nil, columns: ["id", "x", "b"]))
        let first = TableHolding(nil, after: load)
        #expect(first.columns?.map(\.name) == ["id", "x", "b"])
        #expect(first.columns?.map(\.source) == [nil, "a", nil])
        #expect(first.columns?.map(\.sourceName) == ["id", "a", "b"])
        // What was renamed by a person lacks nothing, and what is gone keeps both.
        load.before = load.after
        load.before?.columns = ["id", "x", "b", "c2"]
        load.extract.loadMethod = .append
        let old = Self.standing(Self.held("id", "a", "c:c2"), table: []).holding
        let second = TableHolding(old, after: load)
        #expect(second.columns?.map(\.sourceName) == ["id", "a", "b", "c"])
        #expect(second.columns?[1].lacking == nil && second.columns?[2].lacking != nil)
        #expect(second.columns?[3].absent != nil && second.columns?[3].name == "c2")
    }

    @Test func differencesAreToldByTheSourcesNames() {
        let held = Self.held("id", "a:x", "b:y")
        let drift = Drift(held: held, read: ["id", "a", "c"], listed: ["id", "a", "c"])
        #expect(drift.new == ["c"] && drift.gone == ["b"] && drift.unread.isEmpty)
        // Types are those of the table.
        let types = Drift(held: held, result: [Column(name: "x", type: .integer), Column(name: "a", type: .integer)])
        #expect(types.changed.map(\.column) == ["x"])
        var extract = Self.extract(["b": "y"])
        extract.drift = DriftPolicy()
        extract.drift?.answers[.gone] = .evolve
        let terms = TableTerms(extract: extract, plan: Self.plan([]), columns: [], source: nil)
        #expect(terms.dropped(drift, from: Self.standing(held, table: [])) == ["y"])
        #expect(terms.dropped(nil, from: Self.standing(held, table: [])).isEmpty)
    }

    @Test(arguments: [
        // Nothing is renamed, then and now.
        (["id", "a", "b"], [], ["id", "a", "b"], true), (["id", "a:x", "b"], [("a", "x")], ["id", "x", "b"], true),
        // Added, changed, taken away.
        (["id", "a", "b"], [("a", "x")], ["id", "a", "b"], false),
        (["id", "a:x", "b"], [("a", "y")], ["id", "x", "b"], false),
        (["id", "a:x", "b"], [], ["id", "x", "b"], false),
        // A person has renamed the column too; or has added one, or dropped it.
        (["id", "a", "b"], [("a", "x")], ["id", "x", "b"], true),
        (["id", "a", "b"], [("a", "x")], ["id", "a", "x", "b"], false),
        (["id", "a", "b"], [("a", "x")], ["id", "b"], false),
        // Two that change their names look the same before and after.
        (["id", "a", "b"], [("a", "b"), ("b", "a")], ["id", "a", "b"], false),
        // The name of a column that is there, or was.
        (["id", "a:b"], [("b", "c")], ["id", "b", "c"], false),
        (["id", "x", "a"], [("b", "x")], ["id", "x", "a"], false),
        // A new column under its new name.
        (["id", "a"], [("b", "x")], ["id", "a"], true),
    ])
    func aTableTakesNoSecondColumnForOneThatItHas(
        held: [String], names: [(String, String)], table: [String], isTaken: Bool
    ) {
        let columns = held.map { Self.held($0)[0] }
        let standing = Self.standing(columns, table: table)
        let plan = Self.plan(names)
        let failure = Self.refusal { try standing.checkNames(Self.extract(nil), plan) }
        #expect((failure == nil) == isTaken, "\(failure?.message ?? "")")
        #expect(failure.map { $0.advice.contains("rop the table") } ?? true)
        // A table that is made again has the names of the day; swept, or put right row by row, it is the same table.
        #expect(Self.refusal { try standing.checkNames(Self.extract(nil, .dropCreateLoad), plan) } == nil)
        var sweeping = Self.extract(nil, .dropCreateLoad)
        sweeping.sweeps = true
        #expect((Self.refusal { try standing.checkNames(sweeping, plan) } == nil) == isTaken)
        // Nothing is known of a table that is not there.
        #expect(Self.refusal { try Standing().checkNames(Self.extract(nil), plan) } == nil)
    }

    @Test func whatTheTableNeedsIsSaid() {
        let standing = Self.standing(Self.held("id", "a", "b"), table: ["id", "a", "b"])
        let failure = Self.refusal {
            try standing.checkNames(Self.extract(nil), Self.plan([("a", "x\"y"), ("b", "z")]))
        }
        #expect(
            failure?.message
                == "The table \"t\" has the column \"a\", which the extract \"e\" would call \"x\"y\", and 1 more like it."
        )
        #expect(
            failure?.advice.hasPrefix(
                "Rename it in the table too: `ALTER TABLE \"t\" RENAME COLUMN \"a\" TO \"x\"\"y\"`, "
                    + "`ALTER TABLE \"t\" RENAME COLUMN \"b\" TO \"z\"`. Or drop the table: the next `kleene-ns extract e`"
            ) == true,
            "\(failure?.advice ?? "")")
    }

    /// Of the columns that both have, by the source's names, whatever the table calls them.
    @Test func masksAreComparedByTheSourcesNames() throws {
        var standing = Self.standing(Self.held("id", "a:x"), table: ["id", "x"])
        standing.holding?.masking = Masking(columns: ["a": .redact])
        #expect(Self.refusal { try standing.checkMasking(Self.extract(nil), Masking(), reading: ["id", "a"]) } != nil)
        #expect(
            Self.refusal {
                try standing.checkMasking(Self.extract(nil), Masking(columns: ["a": .redact]), reading: ["id", "a"])
            } == nil)
    }
}
