import ODBC
import Testing
import Text

/// What each driver reads out of a connection string, as it was measured.
@Suite struct ValueSyntaxTests {
    private func text(_ profile: DriverProfile, _ keyword: String, _ value: String) throws -> String {
        var string = ConnectionString()
        try string.append(keyword, value, syntax: profile.syntax)
        return string.text.reveal()
    }

    private func problem(_ profile: DriverProfile, _ keyword: String, _ value: String) -> ConnectionStringError.Problem?
    {
        var string = ConnectionString()
        do {
            try string.append(keyword, value, syntax: profile.syntax)
            return nil
        } catch {
            return error.problem
        }
    }

    @Test(arguments: [
        "::1", "/var/run/postgresql", "127.0.0.1,127.0.0.2", "my db", "dbü", "db+x", "db'q", "db%41", "a}b", "a=b",
        " lead",
    ])
    func psqlodbcTakesAllButThePasswordAsItIs(value: String) throws {
        #expect(try text(.postgreSQL, "Database", value) == "Database=\(value)")
        #expect(try text(.postgreSQL, "Servername", value) == "Servername=\(value)")
    }

    @Test func psqlodbcTakesBracesOffThePasswordAndTheSettings() throws {
        #expect(try text(.postgreSQL, "PWD", "a;b}+c") == "PWD={a;b}}+c}")
        #expect(try text(.postgreSQL, "ConnSettings", "SET x TO 'a+b'") == "ConnSettings={SET x TO 'a+b'}")
        #expect(problem(.postgreSQL, "Database", "a;b") == .characters(";"))
        #expect(problem(.postgreSQL, "Database", "{x") == .openingBrace)
    }

    /// MariaDB's driver drops blanks within braces: the login would go out with another password and be counted.
    @Test(arguments: [" x", "x ", "\tx", "\u{A0}x"])
    func mariaDBRefusesValuesWithBlanksAtTheirEnds(value: String) {
        #expect(problem(.mariaDB, "PWD", value) == .blank)
        #expect(problem(.mariaDB, "DATABASE", value) == .blank)
    }

    @Test func mariaDBReadsTheRestInBraces() throws {
        #expect(try text(.mariaDB, "DATABASE", "a;b}c d") == "DATABASE={a;b}}c d}")
        #expect(try text(.mariaDB, "SERVER", "::1") == "SERVER={::1}")
    }

    @Test func accessDriverTakesPathsAsTheyAreAndNoLongOnes() throws {
        #expect(try text(.mdbTools, "DBQ", "/a b/n=w{.mdb") == "DBQ=/a b/n=w{.mdb")
        #expect(problem(.mdbTools, "DBQ", "/" + String(repeating: "x", count: 255)) == .length(255))
        #expect(problem(.mdbTools, "DBQ", "/a;b.mdb") == .characters(";"))
    }

    @Test func freeTDSEndsAValueAtBraceAndSemicolon() throws {
        #expect(try text(.freeTDS, "PWD", "a}b;c") == "PWD={a}b;c};")
        #expect(problem(.freeTDS, "PWD", "a};b") == .characters("};"))
    }

    @Test func aReplacedValueIsThereOnce() throws {
        var string = ConnectionString(raw: "Driver=X;Database={/a;b};Timeout=5;database=/c")
        try string.replace("Database", with: "/d", syntax: ValueSyntax(.bare))
        #expect(string.text.reveal() == "Driver=X;Timeout=5;Database=/d")
    }
}
