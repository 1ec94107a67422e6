import Rows
import Testing

@testable import Extraction

/// What the words of `columns` take of a table.
@Suite struct ColumnChoiceTests {
    private static let listing = table([
        column("id"), column("name"), column("custitem_a", custom: true), column("custitem_b", custom: true),
        column("balance", calculated: true), column("secret", hidden: true), column("notes", long: true),
    ])

    private static func column(
        _ name: String, custom: Bool = false, calculated: Bool = false, hidden: Bool = false, long: Bool = false
    ) -> CatalogColumn {
        CatalogColumn(
            name: name, type: "VARCHAR2", keyKind: .text, custom: custom, calculated: calculated, hidden: hidden,
            long: long)
    }

    private static func table(_ columns: [CatalogColumn], kinds: [ColumnKind]? = ColumnKind.allCases)
        -> CatalogTableColumns
    {
        var listing = CatalogTableColumns(name: TableName(name: "item"), columns: columns)
        listing.kinds = kinds
        return listing
    }

    private static func taken(_ words: String, names: [String] = [], of listing: CatalogTableColumns? = nil) -> String {
        let words = words.split(separator: " ").map(String.init)
        return ColumnChoice(words).meanings(in: listing ?? Self.listing, names: names).columns
            .joined(separator: " ")
    }

    private static func extract(_ words: String?, _ method: LoadMethod = .upsert) -> TableExtract {
        TableExtract(
            name: "e", table: TableName(name: "item"), columns: words?.split(separator: " ").map(String.init),
            loadMethod: method, destinationTable: "t")
    }

    private static func chosen(
        _ extract: TableExtract, held: HeldChoice? = nil, of listing: CatalogTableColumns? = nil
    ) throws -> ColumnSelection.Chosen {
        try ColumnSelection(extract, listing: listing ?? Self.listing).columns(held: held)
    }

    private static func held(_ names: String, by words: String?, names kept: [String] = []) -> HeldChoice {
        var held = HeldChoice(
            names.split(separator: " ").map { HeldColumn(name: String($0), type: .text) },
            words: words?.split(separator: " ").map(String.init))
        held.names = kept
        return held
    }

    @Test(arguments: [
        ("*", "id name custitem_a custitem_b balance secret notes"),
        ("* !calculated !custitem_*", "id name secret notes"),
        ("name ID", "name id"),
        // The first word that takes a column is its place.
        ("name *", "name id custitem_a custitem_b balance secret notes"),
        ("* !custitem_* custitem_b", "id name balance secret notes custitem_b"),
        // Whichever comes first.
        ("custitem_b * !custitem_*", "custitem_b id name balance secret notes"),
        ("standard !hidden !calculated", "id name notes"), ("custom id", "custitem_a custitem_b id"),
        ("* !long !Hidden !calculated", "id name custitem_a custitem_b"), ("CUSTITEM_?", "custitem_a custitem_b"),
        ("* !nothing_*", "id name custitem_a custitem_b balance secret notes"),
    ])
    func wordsTakeTheseColumnsInThisOrder(words: String, columns: String) {
        #expect(Self.taken(words) == columns)
    }

    @Test func aColumnsNameIsMeantBeforeAKindOrAGlob() {
        let odd = Self.table([Self.column("id"), Self.column("calculated"), Self.column("x", calculated: true)])
        #expect(Self.taken("calculated", of: odd) == "calculated")
        #expect(Self.taken("* !calculated", of: odd) == "id x")
        let stranger = Self.table([Self.column("a*"), Self.column("ab"), Self.column("!id"), Self.column("id")])
        #expect(Self.taken("a* !id", of: stranger) == "a* !id")
    }

    /// A name stays one when its column goes, or columns would come and go by a word that nobody has changed.
    @Test func aNameDoesNotTurnIntoAKindWhenItsColumnGoes() throws {
        #expect(Self.taken("id calculated") == "id balance")
        #expect(Self.taken("id calculated", names: ["calculated"]) == "id")
        #expect(Self.taken("* !calculated", names: ["calculated"]).contains("balance"))
        let held = Self.held("id calculated", by: "id calculated", names: ["calculated"])
        let failure = #expect(throws: Failure.self) { try Self.chosen(Self.extract("id calculated"), held: held) }
        #expect(failure?.kind == .drift && failure?.message.contains("\"calculated\"") == true, "\(failure as Any)")
        // A table that is made again must not lack what is named.
        #expect(throws: Failure.self) { try Self.chosen(Self.extract("id calculated", .dropCreateLoad), held: held) }
        let plan = try Self.chosen(Self.extract("* calculated"), of: Self.table([Self.column("calculated")]))
        #expect(plan.words?.doubtfulNames == ["calculated"])
        #expect(try Self.chosen(Self.extract("* !calculated")).words?.doubtfulNames == nil)
    }

    @Test func aNewColumnThatAGlobTakesIsNewByThePolicy() throws {
        let held = Self.held("id name custitem_a", by: "id name custitem_*")
        var extract = Self.extract("id name custitem_*")
        #expect(try Self.chosen(extract, held: held).drift.new == ["custitem_b"])
        extract.drift = DriftPolicy()
        extract.drift?.answers[.new] = .ignore
        let ignoring = try Self.chosen(extract, held: held)
        #expect(ignoring.read == ["id", "name", "custitem_a"] && ignoring.drift.isEmpty)
        // What is named is wanted.
        extract.columns = ["id", "name", "custitem_a", "custitem_b"]
        #expect(try Self.chosen(extract, held: held).read == extract.columns)
        extract.columns = ["id", "name", "custitem_*"]
        extract.drift?.answers[.new] = .fail
        #expect(throws: Failure.self) { try Self.chosen(extract, held: held) }
    }

    /// The configuration is as it was, so it is the source that has changed.
    @Test(arguments: [nil, "* !calculated"] as [String?])
    func aColumnThatBecomesAnotherKindIsGoneByThePolicy(words: String?) throws {
        let held = Self.held("id name custitem_a custitem_b balance secret notes", by: words)
        var extract = Self.extract(words)
        let failure = #expect(throws: Failure.self) { try Self.chosen(extract, held: held) }
        #expect(failure?.kind == .drift && failure?.message.contains("as another kind") == true, "\(failure as Any)")
        extract.drift = DriftPolicy()
        extract.drift?.answers[.gone] = .ignore
        let drift = try Self.chosen(extract, held: held).drift
        #expect(drift.gone == ["balance"] && drift.left == ["balance"] && drift.unread.isEmpty)
        // The advice: name it.
        extract.columns = ["*", "!calculated", "balance"]
        #expect(try Self.chosen(extract, held: held).drift.isEmpty)
    }

    @Test func aColumnThatTheConfigurationNoLongerTakesIsNotGone() throws {
        let held = Self.held("id name custitem_a", by: "id name custitem_*")
        let drift = try Self.chosen(Self.extract("id name"), held: held).drift
        #expect(drift.unread == ["custitem_a"] && drift.gone.isEmpty)
    }

    @Test func aWordThatTakesNothingIsSaid() {
        let odbc = Self.table(Self.listing.columns, kinds: nil)
        for (words, listing, said) in [
            ("id custbody_*", Self.listing, "\"custbody_*\" in \"columns\""), ("id nme", Self.listing, "\"name\"?"),
            ("id calculatd", Self.listing, "\"calculated\"?"),
            ("* !name calculated", odbc, "does not say which columns"),
            ("name !na*", Self.table([Self.column("id")]), "no column \"name\""),
            ("* !*", Self.listing, "leaves no column of item"),
        ] {
            let failure = #expect(throws: Failure.self) { try Self.chosen(Self.extract(words), of: listing) }
            #expect(failure?.description.contains(said) == true, "\(words): \(failure as Any)")
        }
        let idle = ColumnChoice(["*", "!calculated", "!nothing_*"]).meanings(in: odbc)
        let sentences = idle.sentences(listed: 7, kinds: nil)
        #expect(sentences.count == 3 && sentences[1].contains("does not say which columns are calculated"))
    }

    /// A glob whose columns are all gone is a difference, as a name is.
    @Test func aGlobWhoseColumnsAreGoneIsAskedOfThePolicy() throws {
        let held = Self.held("id custbody_x", by: "id custbody_*")
        var extract = Self.extract("id custbody_*")
        #expect(throws: Failure.self) { try Self.chosen(extract, held: held) }
        extract.drift = DriftPolicy()
        extract.drift?.answers[.gone] = .ignore
        #expect(try Self.chosen(extract, held: held).read == ["id"])
    }

    @Test(arguments: [
        (["!a", "!b*"], 1), (["a", "!A"], 1), (["*", "!"], 1), (["*", "!a", "a*"], 0), (["a", "b"], 0),
    ])
    func wordsThatContradictEachOtherAreFaults(words: [String], faults: Int) {
        #expect(ColumnChoice(words).faults.count == faults)
    }

    @Test(arguments: [
        (["id", "a*"], "abc", true), (["id"], "abc", false), (["*", "!a*"], "abc", false),
        (["*", "!a*", "ABC"], "abc", true),
        (["custom"], "abc", true), (["*", "!custom"], "abc", true), (["!a", "b"], "a", false),
    ])
    func whetherAColumnMayBeTakenIsKnownOffline(words: [String], column: String, may: Bool) {
        #expect(ColumnChoice(words).mayTake(column) == may)
    }

    /// The watermark vouches for columns, however they were chosen.
    @Test func theSameColumnsByOtherWordsAreTheSame() throws {
        var standing = Standing()
        let before = Self.incremental("* !custitem_*")
        standing.state = ExtractState(
            extract: "e", basis: .init(before, key: "id", kind: .integer),
            watermark: Watermark(.integer(5), isInclusive: true), runID: nil,
            updatedAt: Timestamp(text: "2026-01-01T00:00:00Z"))
        var holding = TableHolding(extract: "e", sourceTable: "item")
        holding.columns = ["id", "name"].map { HeldColumn(name: $0, type: .text) }
        standing.holding = holding
        func changes(_ words: String, read: [String]) -> String? {
            var sight = SourceSight()
            sight.columns = read
            do {
                try standing.checkBasis(for: Self.incremental(words), knowing: sight)
                return nil
            } catch {
                return "\(error)"
            }
        }
        #expect(changes("* !custitem_*", read: ["id", "name", "more"]) == nil)
        #expect(changes("id name", read: ["id", "name"]) == nil)
        #expect(changes("id name", read: ["name", "id"]) == nil)
        #expect(changes("*", read: ["id", "name", "custitem_a"])?.contains("added columns: custitem_a") == true)
        #expect(changes("* !custitem_* !name", read: ["id"])?.contains("removed columns: name") == true)
        #expect(standing.openCondition(Self.incremental("*"))?.contains("other \"columns\"") == true)
        #expect(standing.openCondition(Self.incremental("* !custitem_*")) == nil)
    }

    private static func incremental(_ words: String) -> TableExtract {
        var extract = extract(words)
        extract.extractType = .incremental
        extract.incremental = Incremental(key: "id")
        return extract
    }
}
