import ODBC
import Testing
import Text

@Suite struct ConnectionStringTests {
    @Test(arguments: [
        ("plain", "plain"), ("a b", "{a b}"), ("a;b", "{a;b}"), ("a}b", "{a}}b}"), ("{a}", "{{a}}}"),
        ("a+b%41", "{a+b%41}"),
        ("pässwörd", "{pässwörd}"), ("1.2-3_4", "1.2-3_4"), ("", ""), (" ", "{ }"), ("=", "{=}"),
        ("a}\u{301}b", "{a}}\u{301}b}"),
    ])
    func valuesAreBracedUnlessPlain(value: String, text: String) throws {
        var string = ConnectionString()
        try string.append("PWD", value)
        #expect(string.text.reveal() == "PWD=\(text)")
        #expect(ConnectionString.parse(string.text.reveal()).first?.value == value)
    }

    @Test func anyValueSurvivesQuotingAndParsing() throws {
        var generator = SystemRandomNumberGenerator()
        let alphabet = "{}};;=+ %'\"a1é🌍\\[]()".map { $0 } + ["}\u{301}", ";\u{301}", "{\u{301}", "=\u{301}"]
        for _ in 0..<5000 {
            let first = String(
                (0..<Int.random(in: 0...12)).compactMap { _ in alphabet.randomElement(using: &generator) })
            let second = String(
                (0..<Int.random(in: 0...12)).compactMap { _ in alphabet.randomElement(using: &generator) })
            var string = ConnectionString()
            try string.append("UID", first)
            try string.append("PWD", second)
            #expect(ConnectionString.parse(string.text.reveal()).map(\.value) == [first, second])
        }
    }

    @Test func bareValuesThatWouldBreakTheStringAreRefused() throws {
        var string = ConnectionString()
        try string.append("Database", "/tmp/a b.db", quoting: .bare)
        #expect(string.text.reveal() == "Database=/tmp/a b.db")
        for value in ["/tmp/a;b.db", "/tmp/a;\u{301}b.db", "{x}", "{\u{301}x}", " x", "a\0b"] {
            #expect(throws: ConnectionStringError.self) { try string.append("Database", value, quoting: .bare) }
        }
    }

    @Test(arguments: ["", "a=b", "a;b", "a b", "{x}"])
    func keywordsThatAreNoneAreRefused(keyword: String) {
        var string = ConnectionString()
        #expect(throws: ConnectionStringError.self) { try string.append(keyword, "x") }
    }

    @Test func itHasNoPrintableForm() throws {
        var string = ConnectionString(raw: "Driver={X};PASSWORD=raw-secret;")
        try string.append("PWD", Secret("s3cr;et}"))
        try string.append("ApiKey", Secret("key-secret"), syntax: .braces)
        var dumped = ""
        dump(string, to: &dumped)
        for text in ["\(string)", String(reflecting: string), dumped] {
            #expect(!text.contains("s3cr") && !text.contains("raw-secret") && !text.contains("key-secret"))
        }
        #expect(string.contains("pwd") && string.value(of: "pwd") == nil && string.value(of: "ApiKey") == nil)
        #expect(string.text.reveal() == "Driver={X};PASSWORD=raw-secret;PWD={s3cr;et}}};ApiKey=key-secret")
        #expect(string.contains("password") && string.value(of: "driver") == "X")
    }
}
