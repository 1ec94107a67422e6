import Extraction
import Rows
import SQLite
import SQLiteDestination
import Staging
import TestSupport
import Testing

/// Keys of time as a destination sees them: as moments, in whatever spelling and from wherever they come.
@Suite struct MomentKeyTests {
    private static let columns = [
        Column(name: "id", type: .integer), Column(name: "name", type: .text), Column(name: "k", type: .timestamp),
    ]

    enum Way: CaseIterable {
        case narrow, wide, resumed

        func text(_ text: String) -> Cell { self == .wide ? .wide(text) : .text(text) }
    }

    private func rows(_ keys: [String?], _ way: Way, from id: Int64 = 1) -> [[Cell?]] {
        keys.enumerated().map { [.integer(id + Int64($0.offset)), way.text("r"), $0.element.map(way.text)] }
    }

    /// Stages keys, in one run or as what an earlier run has left, and seals.
    private func seal(
        _ keys: [String?], _ way: Way, kind: KeyKind = .timestamp, extract: TableExtract = makeIncremental(),
        readsOffsets: Bool? = true, watermark: Watermark? = nil
    ) throws -> StagedRows {
        let folder = try Folder()
        var destination = SQLiteFile(path: folder.file())
        var lease = try destination.lease(extract)
        let run = makeRun()
        var columns = Self.columns
        if kind == .text { columns[2].type = .text }
        var plan = makePlan(extract, kind: kind, chunks: 2, watermark: watermark, columns: columns, run: run)
        plan.readsOffsets = readsOffsets
        var staging = try lease.stage(plan, columns: columns, run: run, goingOn: false)
        try staging.write(makeBatch(rows(keys, way)), chunk: 1)
        try staging.complete(chunk: 1, order: 1)
        if way == .resumed {
            lease.end(keepsStaging: true)
            destination = SQLiteFile(path: folder.file())
            lease = try destination.lease(extract)
            let found = try #require(destination.glance(at: extract))
            staging = try lease.stage(found.plan, columns: found.columns, run: makeRun(), goingOn: true)
        }
        try staging.complete(chunk: 2, order: 2)
        defer { lease.end(keepsStaging: false) }
        return try staging.seal().summary
    }

    @Test(arguments: Way.allCases) func theLargestIsTheLatest(_ way: Way) throws {
        let staged = try seal(
            [
                "2024-01-01 11:00:00", "2024-01-01T10:59:59.9Z", "2024-01-01T12:30:00.25+01:00", nil,
                "9999-12-31 23:59:59", "zzz",
                "2024-02-30 00:00:00", "2024-01-01T11:30:00.120",
            ], way)
        #expect(staged.largestKey?.description == "2024-01-01 11:30:00.25")
        #expect(staged.rowsWithoutKey == 4)
        let notes = staged.notes.joined(separator: "\n")
        #expect(notes.contains("3 rows have a k that is no moment"), "\(notes)")
        #expect(notes.contains("\"9999-12-31 23:59:59\" where id 5"), "\(notes)")
        #expect(
            notes.contains("Column \"k\": 2 values are not a date or time") && notes.contains("\"zzz\" in row 6"),
            "\(notes)")
    }

    @Test(arguments: Way.allCases) func daysAreDays(_ way: Way) throws {
        let staged = try seal(["2024-01-01", "2024-01-02T10:00:00", "2024-01-02"], way, kind: .date)
        #expect(staged.largestKey?.description == "2024-01-02")
        #expect(staged.rowsWithoutKey == 0)
    }

    @Test(arguments: Way.allCases) func aColumnWithoutAMomentIsRefused(_ way: Way) throws {
        let failure = #expect(throws: Failure.self) { try seal([nil, "1704103200", "03/07/2025 4:47 am"], way) }
        #expect(failure?.message.contains("No value of k") == true)
        #expect(failure?.message.contains("\"1704103200\" where id 2") == true)
        // Days that no calendar has are like no day at all.
        let staged = try seal(["0000-00-00 00:00:00", "infinity", nil], way)
        #expect(staged.largestKey == nil && staged.rowsWithoutKey == 3)
    }

    @Test(arguments: Way.allCases) func offsetsThatTheSourceMayNotKnowAreRefused(_ way: Way) throws {
        let keys = ["2024-01-01 10:00:00", "2025-03-07T04:47:38-08:00"]
        let failure = #expect(throws: Failure.self) { try seal(keys, way, readsOffsets: nil) }
        #expect(failure?.message.contains("2025-03-07 04:47:38, -480 minutes from UTC") == true)
        #expect(try seal(keys, way).largestKey?.description == "2025-03-07 12:47:38")
    }

    @Test(arguments: Way.allCases) func oneRowWithoutAMomentIsOneTooManyWhereThePolicySaysSo(_ way: Way) throws {
        var extract = makeIncremental()
        extract.incremental?.nulls = .fail
        let failure = #expect(throws: Failure.self) {
            try seal(["2024-01-01 10:00:00", "2024-02-30 10:00:00"], way, extract: extract)
        }
        #expect(failure?.message.contains("\"2024-02-30 10:00:00\" where id 2") == true)
    }

    @Test(
        arguments: [
            (["2024-01-01 10:00:00", "2024-01-01T09:00:00"], false),
            (["2024-01-01 10:00:00.12", "2024-01-01 10:00:00"], true),
            (["2024-01-01T10:00:00Z", "2024-01-01T10:00:00.5Z"], false), (["2024-01-01", "2024-01-02T10:00:00"], true),
            (["2024-01-01T10:00:00+01:00", "2024-01-01T10:00:00+02:00"], false),
            (["a", "2024-01-01T10:00:00", "b 10"], true),
            (["2024-01-01T10:00:00.5Z", "2024-01-02T10:00:00.1Z"], true),
        ], Way.allCases)
    func textIsRefusedWhereItDoesNotSortAsItsMoments(_ keys: (texts: [String], areFine: Bool), way: Way) throws {
        if keys.areFine {
            #expect(try seal(keys.texts, way, kind: .text).rows == keys.texts.count)
        } else {
            let failure = #expect(throws: Failure.self) { try seal(keys.texts, way, kind: .text) }
            #expect(failure?.message.contains("\"\(keys.texts[1])\"") == true)
        }
        // What was read before counts as well.
        let watermark = Watermark(.text(keys.texts[0]), isInclusive: true)
        let rest = Array(keys.texts.dropFirst())
        #expect(((try? seal(rest, way, kind: .text, watermark: watermark)) != nil) == keys.areFine)
    }

    /// A call of a function would have SQLite copy each page that the statement changes: it could end in the middle.
    @Test(arguments: [nil, VersionKey(column: "k"), VersionKey(column: "k", isMoment: true)])
    func rowsAreReplacedWithoutAFunction(_ version: VersionKey?) throws {
        let definition = try TableDefinition(makeIncremental(), columns: Self.columns, columnLimit: 100)
        let sql = definition.upsertSQL(
            from: "rows_1", unique: ["id"], newestBy: version, clearing: "_kleene_deleted_at")
        #expect(sql.firstRange(of: #/[a-z_]\(/#) == nil, "\(sql)")
    }

    /// Each pair both ways round: what is stored, what comes, and whether it is taken.
    @Test(arguments: [
        ("'2024-01-01 10:00:00'", "'2024-01-01T10:00:00Z'", true, true),
        ("'2024-01-01 10:00:00'", "'2024-01-01T10:00:00.5Z'", true, false),
        ("'2024-01-01T10:00:00+02:00'", "'2024-01-01 08:00:01'", true, false),
        ("'2024-01-01'", "'2024-01-01 00:00'", true, true), ("'2024-01-01 10:00:00'", "'0000-00-00'", true, true),
        ("'2024-01-01 10:00:00'", "NULL", true, true), ("'2024-01-01 10:00:00'", "5", true, true),
        ("'2024-01-01 10:00:00'", "x'31'", true, true), ("''", "'2024-01-01 10:00:00'", true, true),
        ("'b'", "'a'", true, true),
    ])
    func whatIsNoMomentIsTakenAndWhatIsOlderIsNot(
        _ old: String, _ new: String, _ isTaken: Bool, _ isTakenBack: Bool
    ) throws {
        let database = try SQLiteDatabase(path: ":memory:", access: .create)
        func asks(_ new: String, _ old: String) throws -> Bool {
            try database.value(
                "SELECT \(MomentOrder.isAtLeast("a.c", "b.c")) FROM (SELECT \(new) AS c) a, (SELECT \(old) AS c) b")?
                .integer == 1
        }
        #expect(try asks(new, old) == isTaken && asks(old, new) == isTakenBack)
    }

    @Test func keysOfTimeAreComparedAsMoments() throws {
        let definition = try TableDefinition(makeIncremental(), columns: Self.columns, columnLimit: 100)
        #expect(
            definition.upsertSQL(from: "rows_1", unique: ["id"], newestBy: VersionKey(column: "k", isMoment: true))
                .hasSuffix(
                    #" WHERE (excluded."k" >= "t"."k" COLLATE kleene_moments"#
                        + #" OR excluded."k" IS NULL OR excluded."k" < '' OR excluded."k" >= x''"#
                        + #" OR "t"."k" IS NULL OR "t"."k" < '' OR "t"."k" >= x'')"#))
        #expect(
            definition.appendNewSQL(
                from: "rows_1", unique: ["id"], version: VersionKey(column: "k", isMoment: true)
            ).hasSuffix(
                #"staged."id" IS there."id" AND (staged."k" IS there."k" OR kleene_moment(staged."k") = kleene_moment(there."k")))"#
            ))
        #expect(
            !definition.upsertSQL(from: "rows_1", unique: ["id"], newestBy: VersionKey(column: "k")).contains(
                "kleene_moment"))
    }

    @Test func theFunctionGivesOneSpelling() throws {
        let folder = try Folder()
        try change(folder.file(), "CREATE TABLE any (x)")
        for (text, one) in [
            ("'2024-01-01T10:00:00.120Z'", "2024-01-01 10:00:00.12"), ("'2024-01-01 10:00:00'", "2024-01-01 10:00:00"),
            ("'2024-01-01t10:00+02:00'", "2024-01-01 08:00:00"), ("'2024-01-01 00:00:00   '", "2024-01-01 00:00:00"),
            ("'2024-01-01 10:00   '", "2024-01-01 10:00:00"), ("'2024-01-01T10:00:00'", "2024-01-01 10:00:00"),
        ] {
            #expect(try query(folder.file(), "SELECT kleene_moment(\(text))") == [[.text(one)]], "\(text)")
        }
        for text in ["NULL", "17041032", "'zzz'", "x'323032342D30312D3031'", "'9999-12-31'", "''", "1.5"] {
            #expect(try query(folder.file(), "SELECT kleene_moment(\(text))") == [[.null]], "\(text)")
        }
    }

    @Test func theLargestOfATableIsItsLatestMoment() throws {
        let folder = try Folder()
        let file = SQLiteFile(path: folder.file())
        let chunks = [
            ChunkRows(rows(["2024-01-01T10:00:00", "2024-01-01 11:00:00", "zzz", "2024-01-01 10:30"], .narrow))
        ]
        try runChunks(makeIncremental(), kind: .timestamp, columns: Self.columns, chunks, into: folder.file())
        #expect(try file.largest("k", in: "t") == "2024-01-01 11:00:00")
        #expect(try file.largest("name", in: "t") == "r")
    }
}
