import Foundation
import TestSupport
import Testing

/// Listings that are kept: what they save, when they are not used, and what has changed since.
@Suite struct CachedListingTests {
    private let directory: TemporaryDirectory
    private let program: Program
    private let mock: MockServerTests.Mock

    init() throws {
        directory = try TemporaryDirectory()
        program = Program(directory: directory.url)
        mock = try MockServerTests.Mock()
    }

    private func run(_ arguments: String...) throws -> Program.Result {
        try program.run(arguments + ["--mock", "127.0.0.1:\(mock.port)", "--state-dir", directory.path("state")])
    }

    private var cacheFile: String {
        get throws {
            let names = try FileManager.default.contentsOfDirectory(atPath: directory.path("state"))
            return directory.path("state/" + (try #require(names.first { $0.hasSuffix(".catalog") })))
        }
    }

    private func logins() throws -> Int { try #require(try mock.count("logins_tried")) }

    /// Changes the kept file as text.
    private func edit(_ change: (String) -> String) throws {
        let file = try cacheFile
        try change(String(contentsOfFile: file, encoding: .utf8)).write(
            toFile: file, atomically: false, encoding: .utf8)
    }

    @Test func repeatedListingsCostNoLogin() throws {
        let first = try run("tables", "--format", "csv")
        #expect(!first.errors.contains("--refresh"), "\(first.errors)")
        #expect(try logins() == 1)
        let second = try run("tables", "--format", "csv")
        #expect(second.output == first.output)
        #expect(second.errors.contains("ago; --refresh reads the source again"), "\(second.errors)")
        #expect(try run("schemas").output.contains("Kleene Mock Company"))
        #expect(try run("tables", "--schema", "nowhere").errors.contains("no table in a schema \"nowhere\""))
        #expect(try logins() == 1)

        let columns = try run("columns", "customer", "account", "--format", "json")
        #expect(try logins() == 2)
        #expect(try run("columns", "CUSTOMER", "account", "--format", "json").output == columns.output)
        #expect(try logins() == 2)
        let all = try run("columns", "--all", "--format", "json")
        #expect(try run("columns", "--all", "--format", "json").output == all.output)
        #expect(try logins() == 3)
        #expect(try run("columns", "--all", "--refresh", "--format", "json").output == all.output)
        #expect(try logins() == 4)
        #expect(try !run("tables", "--quiet").errors.contains("refresh"))
    }

    @Test func keptFileIsTheOwnersAloneAndHoldsNoCredentials() throws {
        _ = try run("columns", "--all")
        let attributes = try FileManager.default.attributesOfItem(atPath: try cacheFile)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let text = try String(contentsOfFile: try cacheFile, encoding: .utf8)
        for secret in ["c0ffee00", "5ec2e75e", "70ce9d70", "ba5eba11"] { #expect(!text.contains(secret)) }
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path("state"))
        #expect(names.count { $0.contains(".catalog") } == 1, "\(names)")
    }

    @Test func extractsReadTheSource() throws {
        _ = try run("columns", "account")
        try mock.tell("change DELETE FROM oa_columns WHERE table_name = 'Account' AND column_name = 'acctnumber'")
        #expect(try run("columns", "account").output.contains("acctnumber"))
        let extract = try run("extract", "--table", "account", "--destination", directory.path("d.db"))
        #expect(extract.code == 0, "\(extract.errors)")
        let found = try sqlite(
            directory.path("d.db"), "SELECT count(*) FROM pragma_table_info('account') WHERE name = 'acctnumber'")
        #expect(found == "0")
    }

    @Test(arguments: [
        ("not JSON", "it is not what kleene-ns wrote"), ("{\"format\":1}", "it is not what kleene-ns wrote"),
        ("{\"format\":99,\"more\":true}", "a newer kleene-ns wrote it, in format 99"),
        ("", "it is not what kleene-ns wrote"),
    ])
    func fileThatIsOfNoUseIsReplaced(text: String, why: String) throws {
        let first = try run("tables")
        try edit { _ in text }
        let second = try run("tables")
        #expect(second.code == 0 && second.output == first.output)
        #expect(second.errors.contains("cannot be used, so the source is read: \(why)"), "\(second.errors)")
        #expect(try logins() == 2)
        #expect(try run("tables").errors.contains("--refresh"))
        #expect(try logins() == 2)
    }

    @Test func fileOfAnotherRoleIsNotBelieved() throws {
        _ = try run("tables")
        try edit { $0.replacing("\"role\":57", with: "\"role\":58") }
        #expect(try run("tables").errors.contains("it is of another account, role or server"))
        #expect(try logins() == 2)
    }

    @Test func listingIsReadAnewAfterADay() throws {
        _ = try run("tables")
        let now = Int(Date().timeIntervalSince1970)
        func age(_ seconds: Int) throws {
            try edit { $0.replacing(#/"readAt":\d+/#, with: "\"readAt\":\(now - seconds)") }
        }
        try age(86_000)
        #expect(try run("tables").errors.contains("23 hours ago"))
        #expect(try logins() == 1)
        try age(86_401)
        #expect(try !run("tables").errors.contains("ago"))
        #expect(try logins() == 2)
        // From the future, as after a clock was put right.
        try age(-3600)
        _ = try run("tables")
        #expect(try logins() == 3)
    }

    @Test func differenceTellsWhatChangedInEveryFormat() throws {
        let first = try run("columns", "--all", "--diff")
        #expect(first.code == 0)
        #expect(first.errors.contains("there is no cached listing to compare with"), "\(first.errors)")
        #expect(try run("columns", "--all", "--diff").errors.contains("nothing has changed since"))

        func change() throws {
            for sql in [
                "UPDATE oa_columns SET oa_precision = 77, oa_length = 77 WHERE table_name = 'Account' AND column_name = 'acctnumber'",
                "UPDATE oa_columns SET oa_userdata = 'CHM--C----------' WHERE table_name = 'Account' AND column_name = 'fullname'",
                "DELETE FROM oa_columns WHERE table_name = 'Customer' AND column_name = 'email'",
                "INSERT INTO oa_columns SELECT table_qualifier, table_owner, table_name, 'custentity_new', data_type, type_name, "
                    + "oa_length, oa_precision, oa_radix, oa_scale, oa_nullable, oa_scope, oa_userdata, oa_support, "
                    + "pseudo_column, oa_columntype, remarks, mock_restricted FROM oa_columns "
                    + "WHERE table_name = 'Customer' AND column_name = 'companyname'",
                "DELETE FROM oa_columns WHERE table_name = 'CUSTOMRECORD_KNS_EMPTY'",
                "DELETE FROM oa_tables WHERE table_name = 'CUSTOMRECORD_KNS_EMPTY'",
            ] {
                let answer = try mock.tell("change " + sql)
                #expect(answer.contains("\"ok\":true"), "\(sql): \(answer)")
            }
        }
        try change()
        let kept = try String(contentsOfFile: try cacheFile, encoding: .utf8)
        func difference(_ format: String) throws -> String {
            try edit { _ in kept }
            let result = try run("columns", "--all", "--diff", "--format", format)
            #expect(result.code == 0, "\(result.errors)")
            #expect(result.errors.contains("compared with the listing read"), "\(result.errors)")
            return result.output
        }
        let lines = try difference("jsonl").split(separator: "\n")
        let entries = try lines.map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        let told = Set(
            entries.map { entry in
                ["change", "object", "table", "column", "field", "before", "after"]
                    .map { entry[$0].map { "\($0)" } ?? "" }.joined(separator: " ")
                    .replacing("<null>", with: "-")
            })
        #expect(told.contains("removed table CUSTOMRECORD_KNS_EMPTY - - - -"), "\(told)")
        #expect(told.contains("removed column Customer email - - -"), "\(told)")
        #expect(told.contains("added column Customer custentity_new - - -"), "\(told)")
        #expect(
            told.contains { $0.hasPrefix("changed column Account acctnumber length ") && $0.hasSuffix(" 77") },
            "\(told)")
        for field in ["custom", "hidden", "calculated", "last_modified", "incremental_key_candidate"] {
            let isTold = entries.contains {
                $0["column"] as? String == "fullname" && $0["field"] as? String == field
                    && $0["before"] as? Bool == false && $0["after"] as? Bool == true
            }
            #expect(isTold, "\(field): \(told)")
        }
        #expect(entries.count == 9, "\(told)")
        #expect(try difference("json").contains(#""column":"custentity_new""#))
        #expect(try difference("csv").contains("custentity_new"))
        #expect(try difference("table").contains("custentity_new"))
        // The new listing is now the kept one.
        #expect(try run("columns", "--all", "--diff", "--format", "json").output == "[]\n")
    }

    @Test func tablesThatCameAndWentAreTold() throws {
        _ = try run("tables")
        _ = try run("columns", "department")
        try mock.tell("change UPDATE oa_tables SET table_name = 'departments' WHERE table_name = 'department'")
        try mock.tell("change UPDATE oa_tables SET table_type = 'VIEW' WHERE table_name = 'Account'")
        try mock.tell("change DELETE FROM oa_columns WHERE table_name = 'department'")
        let gone = try run("columns", "department", "--diff", "--format", "jsonl")
        #expect(gone.code == 0, "\(gone.errors)")
        #expect(gone.output.contains(#""change":"removed","object":"table""#), "\(gone.all)")

        // What was asked above has been kept: the listing of tables is already the new one.
        #expect(try run("tables", "--diff", "--format", "json").output == "[]\n")
        try mock.tell("change UPDATE oa_tables SET table_name = 'department' WHERE table_name = 'departments'")
        try mock.tell("change UPDATE oa_tables SET table_type = 'TABLE' WHERE table_name = 'Account'")
        let output = try run("tables", "--diff", "--format", "jsonl").output
        #expect(output.contains(#""change":"removed","object":"table""#) && output.contains(#""table":"departments""#))
        #expect(output.contains(#""change":"added","object":"table""#), "\(output)")
        #expect(output.contains(#""field":"type","before":"VIEW","after":"TABLE""#), "\(output)")
        #expect(output.split(separator: "\n").count == 3, "\(output)")
    }

    @Test(arguments: ["--refresh", "--diff"])
    func otherSourcesAreNotKept(flag: String) throws {
        let result = try program.run(["tables", flag, "--driver", "no such driver"])
        #expect(result.code == 2)
        #expect(result.errors.contains("\(flag) is for NetSuite"), "\(result.errors)")
    }

    @Test func stateThatCannotBeKeptCostsAWarning() throws {
        _ = try run("tables")
        let file = try cacheFile
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createDirectory(atPath: file, withIntermediateDirectories: false)
        let result = try run("tables")
        #expect(result.code == 0 && result.output.contains("Customer"))
        #expect(result.errors.contains("could not be kept"), "\(result.errors)")
    }
}
