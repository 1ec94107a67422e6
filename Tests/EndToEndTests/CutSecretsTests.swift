import Foundation
import ODBCSource
import TestSupport
import Testing

/// A driver that puts the password into all that it says, cut at a dozen offsets or at all, and a real run behind it: nothing of four
/// characters of it is in any output, file or record.
@Suite struct CutSecretsTests {
    private static let alphabets: [String: [String]] = [
        "letters": "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ".map(String.init),
        "quotes": "{}\"'\\`]&+%Zq7".map(String.init) + ["}\u{301}", "'\u{308}", "\"\u{20DD}"],
        "beyond ASCII": "äöüßÄÖÜéèêñçøåабвгджзийкАБВГД漢字仮名".map(String.init),
        "emoji": ["😀", "👩‍👩‍👧", "🏳️‍🌈", "👍🏽", "🌍", "e\u{301}", "z"],
    ]

    /// A text within the quotes of a driver's script.
    private static func scripted(_ text: String) -> String {
        text.unicodeScalars.map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : "\($0)" }.joined()
    }

    /// Four characters of a secret, scalar by scalar, in some bytes.
    private static func piece(of secret: String, in data: Data) -> String? {
        let scalars = Array(secret.unicodeScalars)
        // Three characters may be left; JSON puts a backslash before a quote, which is not the secret's own.
        return scalars.indices.dropLast(3).lazy.filter { start in
            // Nor is the quote that JSON or a sentence puts before or behind the three.
            scalars[start] != "\"" && !"\"\\".unicodeScalars.contains(scalars[start + 3])
                && (scalars[start] != "\\" || !"\"\\".unicodeScalars.contains(scalars[start + 1]))
        }.map { start in
            String(String.UnicodeScalarView(scalars[start..<start + 4]))
        }.first { data.range(of: Data($0.utf8)) != nil }
    }

    @Test(arguments: Array(alphabets.keys).sorted(), [4, 12, 60, 200])
    func nothingOfASecretThatADriverCutsIsShownOrKept(alphabet: String, length: Int) throws {
        let directory = try TemporaryDirectory()
        var generator = SystemRandomNumberGenerator()
        let letters = try #require(Self.alphabets[alphabet])
        // Capitals by turns: there are words, and in a database what lies side by side by chance, of four small letters or capitals.
        func drawn(_ place: Int) -> String {
            let letter = letters.randomElement(using: &generator) ?? ""
            return alphabet == "letters" ? (place % 2 == 0 ? letter.uppercased() : letter.lowercased()) : letter
        }
        // No blank or quote at its ends, which would be refused; and other letters than within, for JSON to end a text with.
        let secret = "k" + (0..<length - 2).map(drawn).joined() + "z"
        let scalars = Array(secret.unicodeScalars)
        func text(_ part: some Sequence<Unicode.Scalar>) -> String { String(String.UnicodeScalarView(part)) }
        // `make test-cuts` has them all.
        let offsets =
            ProcessInfo.processInfo.environment["KLEENE_TEST_EVERY_CUT"] != nil
            ? Array(1..<scalars.count)
            : (0..<12).map { _ in Int.random(in: 1..<scalars.count, using: &generator) } + [scalars.count - 1, 4]
        let heads = offsets.map { text(scalars[..<$0]) }
        let tails = offsets.map { text(scalars[$0...]) }
        // As a driver cuts, and as a buffer of 512 or of 4096 bytes does.
        let long = [510, 512, 4094, 4096].flatMap { size in
            [1, 3, 5, 9].map { String(repeating: "x", count: max(1, size - 1 - secret.utf8.count + $0)) + secret }
        }
        let mojibake = text(secret.utf8.map { UnicodeScalar($0) })
        func records(_ texts: [String]) -> String {
            texts.map { "at connect fail 08001 1 \"[Recording]\(Self.scripted($0))\"" }.joined(separator: "\n")
        }
        let prints = (heads.map { "PWD={" + $0 } + tails.map { $0 + "}" } + long + [mojibake]).flatMap { line in
            ["stdout", "stderr"].map { "at connect say \($0) \"\(Self.scripted(line))\\n\"" }
        }.joined(separator: "\n")
        let driver = try RecordingDriver("", probe: prints)
        let settings = driver.settings.attributes.map { "\"\($0.keyword)\": \"\($0.value)\"" }.joined(separator: ", ")
        try """
        {"source": {"profile": "odbc", "driver": "\(driver.libraryPath)", "user": "me", "password": {"env": "PLANTED"},
                    "attributes": {\(settings)}, "retry": {"attempts": 1, "budget": 0}},
         "destination": {"type": "sqlite", "path": "d.db"}, "extracts": [{"name": "t", "schema": "s", "table": "t"}]}
        """.write(toFile: directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        let program = Program(directory: directory.url, environment: ["PLANTED": secret])
        var seen = Data()
        for said in [heads.map { "refused for PWD={" + $0 }, tails.map { $0 + "} it was" } + [mojibake], long] {
            try driver.rewrite(records(said))
            for arguments in [
                ["extract", "--log-level", "trace"],
                ["extract", "--log-format", "json", "--log-level", "debug", "--format", "json"],
                ["doctor"],
            ] {
                let result = try program.run(arguments)
                #expect([1, 7].contains(result.code), "\(result.all)")
                seen.append(Data(result.all.utf8))
            }
            let runs = try program.run(["runs", "list", "--format", "json"])
            seen.append(Data(runs.all.utf8))
            // Of four characters, no head or tail is one that says anything.
            #expect(length == 4 || runs.output.contains("[redacted]"))
        }
        var found = Self.piece(of: secret, in: seen)
        #expect(found == nil, "\(found ?? "") of \(secret) in the output")
        let names = try FileManager.default.subpathsOfDirectory(atPath: directory.url.path)
        #expect(names.contains("d.db"))
        for name in names {
            found = Self.piece(of: secret, in: FileManager.default.contents(atPath: directory.path(name)) ?? Data())
            #expect(found == nil, "\(found ?? "") of \(secret) in \(name)")
        }
    }
}
