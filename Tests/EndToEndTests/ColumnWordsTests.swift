import Foundation
import TestSupport
import Testing

/// `"columns": ["*", "!calculated", "!custentity_*", "id"]`: which these are, the source says.
@Suite struct ColumnWordsTests {
    private static func customers(_ columns: String, _ more: String = "") -> String {
        """
        {"name": "customers", "table": "customer", "columns": \(columns), "load_method": "upsert", "unique_columns": ["id"],
         "extract_type": "incremental", "incremental_key": "lastmodifieddate", "destination_table": "c"\(more)}
        """
    }

    private static let words = #"["*", "!calculated", "!custentity_*", "custentity_kns_segment"]"#

    private func columns(_ bench: MockBench) throws -> [String] {
        try sqlite(bench.destination, "SELECT name FROM pragma_table_info('c')").split(separator: "\n").map(String.init)
    }

    @Test func planAndTheTableHaveWhatWasChosen() throws {
        let bench = try MockBench(extracts: Self.customers(Self.words))
        let plan = try bench.json(try bench.ask("plan", "--format", "json"))
        let read = try #require(plan["columns"] as? [String])
        #expect(read.contains("custentity_kns_segment") && read.contains("companyname"))
        #expect(!read.contains { $0 == "balancesearch" || $0 == "custentity_kns_currencies" }, "\(read)")
        let words = try #require(plan["column_words"] as? [[String: Any]])
        #expect(words.map { $0["meaning"] as? String } == ["glob", "kind", "glob", "name"])
        #expect(words.map { $0["excludes"] as? Bool } == [false, true, true, false])
        #expect(words[1]["columns"] as? [String] ?? [] != [])
        let said = try bench.ask("plan").output
        #expect(
            said.contains("\"!calculated\", a kind, leaves out") && said.contains("Columns: \(read.count) of"),
            "\(said)")
        #expect(try bench.ask("extract", "--quiet").code == 0)
        #expect(try columns(bench) == read + ["_kleene_run_id", "_kleene_extracted_at"])
        // A second run goes on from the watermark, and the same columns by their names are the same.
        #expect(try bench.ask("extract", "--quiet").code == 0)
        let names = "[" + read.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
        try bench.configure([Self.customers(names)])
        #expect(try bench.ask("extract", "--quiet").code == 0)
        try bench.configure([Self.customers(#"["*", "!calculated"]"#)])
        let refused = try bench.ask("extract", "--quiet")
        #expect(refused.code == 2 && refused.all.contains("added columns: custentity_kns_currencies"), "\(refused.all)")
    }

    @Test func aColumnThatComesIsNewAndOneThatGoesIsGone() throws {
        let bench = try MockBench(extracts: Self.customers(#"["id", "lastmodifieddate", "custentity_*"]"#))
        try bench.tell("columns", "hide", "customer", "custentity_kns_segment")
        #expect(try bench.ask("extract", "--quiet").code == 0)
        #expect(try !columns(bench).contains("custentity_kns_segment"))
        try bench.tell("columns", "show", "customer", "custentity_kns_segment")
        let came = try bench.json(try bench.ask("extract", "--quiet", "--format", "json"))
        #expect(
            (came["notes"] as? [String])?.contains { $0.contains("New: the column \"custentity_kns_segment\"") }
                == true, "\(came)")
        #expect(try columns(bench).contains("custentity_kns_segment"))
        try bench.tell("columns", "hide", "customer", "custentity_kns_segment")
        let gone = try bench.ask("extract", "--quiet")
        #expect(gone.code == 6 && gone.all.contains("\"custentity_kns_segment\""), "\(gone.all)")
        #expect(try bench.ask("verify", "--quiet").code == 6)
        try bench.tell("columns", "show", "customer", "custentity_kns_segment")
        #expect(try bench.ask("extract", "--quiet").code == 0)
        // The rows that were read before it came lack its values.
        #expect(try bench.ask("verify", "--quiet").code == 7)
    }

    @Test func whatTheExtractNeedsMustBeAmongThem() throws {
        let bench = try MockBench(extracts: Self.customers(#"["*", "!last*"]"#))
        let refused = try bench.ask("extract", "--quiet")
        #expect(refused.code == 2 && refused.all.contains("incremental key \"lastmodifieddate\""), "\(refused.all)")
        // The advice: "Add it to "columns"".
        try bench.configure([Self.customers(#"["*", "!last*", "lastmodifieddate"]"#)])
        #expect(try bench.ask("extract", "--quiet").code == 0)
        try bench.configure([Self.customers(#"["*", "!id"]"#)])
        let unkeyed = try bench.ask("plan")
        #expect(unkeyed.code == 2 && unkeyed.all.contains("unique column \"id\""), "\(unkeyed.all)")
    }

    @Test func flagsTakeTheSameWords() throws {
        let bench = try MockBench()
        let flags = ["--table", "customer", "--columns", "*,!calculated,!custom", "--destination", "d.db"]
        let plan = try bench.program.run(["plan", "--format", "json"] + flags + bench.mockFlags)
        let read = try #require(try bench.json(plan)["columns"] as? [String])
        #expect(read.contains("companyname") && !read.contains { $0.hasPrefix("cust") }, "\(read)")
        let shown = try bench.ask(
            "columns", "customer", "--columns", "*,!calculated,!custom", "--format", "csv", "--fields",
            "name,read,words")
        let lines = shown.output.split(separator: "\n").map(String.init)
        #expect(lines.contains("id,true,*") && lines.contains("balancesearch,false,\"*, !calculated\""), "\(shown.all)")
        let chosen = lines.filter { $0.contains(",true,") }.map { String($0.prefix { $0 != "," }) }
        #expect(chosen == read)
        let preview = try bench.ask(
            "preview", "customer", "--columns", "id,custentity_*", "--limit", "1", "--format", "csv")
        #expect(preview.output.hasPrefix("id,custentity_kns_segment,custentity_kns_currencies"), "\(preview.all)")
        for command in [["columns", "customer"], ["preview", "customer"], ["plan", "--table", "customer"]] {
            let refused = try bench.program.run(command + ["--columns", "!a,!b"] + bench.mockFlags)
            #expect(refused.code == 2 && refused.all.contains("begin with \"*\""), "\(command): \(refused.all)")
        }
    }

    /// Of several tables not each has what is left out.
    @Test func anExclusionThatLeavesNothingOutIsNotedAndNoFailure() throws {
        let bench = try MockBench(
            extracts:
                #"{"table": ["depart*", "subsid*"], "columns": ["*", "!custrecord_*"], "destination_table": "ns_{table}"}"#
        )
        let plan = try bench.ask("plan")
        #expect(plan.code == 0 && plan.output.contains("\"!custrecord_*\" leaves nothing out"), "\(plan.all)")
        #expect(try bench.ask("extract", "--quiet").code == 0)
        let doctor = try bench.ask("doctor")
        #expect(doctor.code == 0, "\(doctor.all)")
        try bench.configure([#"{"table": "department", "columns": ["id", "name", "!fullname"]}"#])
        let check = try bench.run("config", "check")
        #expect(check.code == 0 && check.errors.contains("\"!fullname\" in \"columns\""), "\(check.all)")
    }

    /// Another source tells no kinds: a word that needs one is said, and globs do.
    @Test func anySourceTakesGlobs() throws {
        let bench = try FileBench()
        try bench.fill(bench.source, table: "items", (1...3).map { "\($0)|item \($0)|memo \($0)|\($0)" })
        try bench.configure(["--load-method", "truncate_load"], #""columns": ["*", "!calculated", "!m*"]"#)
        let plan = try bench.run("plan")
        #expect(plan.code == 0 && plan.output.contains("does not say which columns are calculated"), "\(plan.all)")
        #expect(try bench.run("extract").code == 0)
        #expect(try bench.rows("*").first?.hasPrefix("1|item 1|1|") == true)
        try bench.configure(["--load-method", "truncate_load"], #""columns": ["calculated"]"#)
        let refused = try bench.run("extract")
        #expect(
            refused.code == 1 && refused.all.contains("does not say which columns are calculated"), "\(refused.all)")
        // A column of that name is what is meant.
        _ = try sqlite(bench.source, "ALTER TABLE items ADD COLUMN calculated TEXT")
        try bench.configure(["--load-method", "drop_create_load"], #""columns": ["id", "calculated"]"#)
        #expect(try bench.run("extract").code == 0)
        #expect(try sqlite(bench.destination, "SELECT count(*), count(calculated) FROM t") == "3|0")
    }

    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["KLEENE_PG_HOST"] != nil, "there is no PostgreSQL beside the tests")
    )
    func aPostgreSQLTableFollowsTheWords() throws {
        let place = try MockIntoPostgres(Self.customers(#"["id", "lastmodifieddate", "custentity_*"]"#))
        try place.bench.tell("columns", "hide", "customer", "custentity_kns_segment")
        try place.extract()
        try place.bench.tell("columns", "show", "customer", "custentity_kns_segment")
        try place.extract()
        #expect(try place.ask("SELECT count(*) > count(custentity_kns_segment) FROM {schema}.c") == "t")
        try place.bench.tell("columns", "hide", "customer", "custentity_kns_segment")
        try place.extract(code: 6)
    }
}
