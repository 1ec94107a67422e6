import Extraction
import Foundation
import TestSupport
import Testing
import Text

@testable import KleeneNS

/// Secrets of every alphabet, in texts that were cut anywhere.
@Suite struct RedactionTests {
    /// What secrets are made of. Letters alone in the first: no word of the texts around can be a piece by chance.
    static let alphabets: [[String]] = [
        "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789".map(String.init),
        "0123456789abcdef".map(String.init),
        "{}\"'\\`]&=;%+ a1Zé".map(String.init) + ["}\u{301}", "'\u{308}", "\"\u{20DD}", "]\u{301}"],
        "äöüßÄÖÜéèêñçøåабвгджзийкАБВГД".map(String.init),
        "漢字仮名交文한국어العربيةעברית".map(String.init),
        ["😀", "👩‍👩‍👧", "🏳️‍🌈", "🇩🇪", "👍🏽", "🌍", "é", "e\u{301}", "x"],
    ]

    struct Case: Sendable, CustomTestStringConvertible {
        var alphabet: Int
        var length: Int
        var testDescription: String { "alphabet \(alphabet), \(length) characters" }
    }

    /// `make test-cuts`: takes minutes in a build for debugging.
    static let cutsEverywhere = ProcessInfo.processInfo.environment["KLEENE_TEST_EVERY_CUT"] != nil

    static let cases = alphabets.indices.flatMap { alphabet in
        [4, 5, 7, 8, 13, 40, 200].map { Case(alphabet: alphabet, length: $0) }
    }

    static func secret(_ one: Case, _ generator: inout some RandomNumberGenerator) -> String {
        (0..<one.length).compactMap { _ in alphabets[one.alphabet].randomElement(using: &generator) }.joined()
    }

    /// A form in which a text may be shown, character by character, so that four of a secret can be looked for in it.
    static let forms: [(name: String, form: @Sendable (String) -> String)] = [
        ("plain", { $0 }),
        ("in braces", { $0.unicodeScalars.map { $0 == "}" ? "}}" : "\($0)" }.joined() }),
        ("Latin-1 of UTF-8", { String(String.UnicodeScalarView($0.utf8.map { UnicodeScalar($0) })) }),
        (
            "percent",
            { $0.utf8.map { isLetter($0) ? String(UnicodeScalar($0)) : String(format: "%%%02X", $0) }.joined() }
        ),
        (
            "percent in lower case",
            {
                $0.utf8.map { isLetter($0) ? String(UnicodeScalar($0)) : String(format: "%%%02x", $0) }.joined()
                    .lowercased()
            }
        ),
        // By scalars: a piece may begin with a mark that would go with the quote before it.
        ("JSON", { String(JSONValue.quoted($0).unicodeScalars.dropFirst().dropLast()) }),
        (
            "JSON in ASCII",
            {
                String(JSONValue.quoted($0).unicodeScalars.dropFirst().dropLast()).utf16
                    .map { $0 < 0x80 ? String(UnicodeScalar(UInt8($0))) : String(format: "\\u%04X", $0) }.joined()
            }
        ),
        ("upper case", { $0.uppercased() }),
        ("hexadecimal", { $0.utf8.map { String(format: "%02x", $0) }.joined() }),
    ]

    static func isLetter(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    /// What stands before and behind what is left of a secret in the texts here. Three characters may be left, and with one of
    /// these they would be four of a secret that has it there.
    static let neighbours: (before: [Unicode.Scalar], behind: [Unicode.Scalar]) = (
        ["=", " ", "{"], ["\"", "}", " ", "\\"]
    )

    /// Four characters of a secret that are in a text and were not around it.
    static func piece(of secret: String, as form: (String) -> String, in text: String, around: String) -> String? {
        let scalars = Array(secret.unicodeScalars)
        let (text, around) = (Data(text.utf8), Data(around.utf8))
        for start in scalars.indices.dropLast(3)
        where !neighbours.before.contains(scalars[start]) && !neighbours.behind.contains(scalars[start + 3]) {
            let piece = form(String(String.UnicodeScalarView(scalars[start..<start + 4])))
            let bytes = Data(piece.utf8)
            if text.range(of: bytes) != nil, around.range(of: bytes) == nil { return piece }
        }
        return nil
    }

    @Test(arguments: cases)
    func nothingOfASecretIsInAMessageThatWasCutAnywhere(one: Case) throws {
        var generator = SystemRandomNumberGenerator()
        let secret = Self.secret(one, &generator)
        let redact = Redactor([Secret(secret)])
        let (before, behind) = ("FATAL: refused for \"PWD=", "\" of me, please")
        for (name, form) in Self.forms {
            let written = form(secret)
            let bytes = Array((before + written + behind).utf8)
            let around = before.utf8.count...(before.utf8.count + written.utf8.count)
            var places: Set = [0, around.upperBound, bytes.count]
            if Self.cutsEverywhere {
                places.formUnion(around)
            } else {
                for _ in 0..<(one.length < 40 ? 12 : 4) { places.insert(.random(in: around, using: &generator)) }
            }
            for place in places {
                // The head as a driver, a buffer or we cut it, the tail as a second record or line has it.
                for part in [bytes[..<place], bytes[place...]] {
                    let text = String(decoding: part, as: UTF8.self)
                    let ways = [text, "\n" + text + "\nmore", "[Vendor][Driver] " + text, text + "..."]
                    let said = ways[Int.random(in: 0..<4, using: &generator)]
                    let left = Self.piece(of: secret, as: form, in: redact.spoken(said), around: before + behind)
                    #expect(left == nil, "\(left ?? "") of \(written), \(name), is left of \(said)")
                    if left != nil { return }
                }
            }
        }
    }

    @Test(arguments: cases)
    func nothingOfASecretIsLeftInsideOfAText(one: Case) throws {
        var generator = SystemRandomNumberGenerator()
        let secret = Self.secret(one, &generator)
        let redact = Redactor([Secret(secret)])
        for (name, form) in Self.forms {
            let text = redact("before \(form(secret)) behind, \(form(secret))\(form(secret)).")
            let left = Self.piece(of: secret, as: form, in: text, around: "before  behind, .")
            #expect(left == nil, "\(name): \(left ?? "") in \(text)")
            #expect(text.hasPrefix("before ") && text.hasSuffix("."))
        }
    }

    /// Whatever a line of a worker escapes: where a text of it holds something of a secret, it is read text by text.
    @Test(arguments: cases)
    func lineWithASecretIsReadTextByText(one: Case) throws {
        var generator = SystemRandomNumberGenerator()
        let secret = Self.secret(one, &generator)
        let redact = Redactor([Secret(secret)])
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        for (name, form) in Self.forms {
            for around in ["", "\"", "/", "\\", "\n", "\u{1}", "é"] {
                let text = "before" + around + form(secret) + around + "behind"
                guard redact(text) != text else { continue }
                let line = Array(try encoder.encode(["statement": "SELECT \"a\"", "text": text]))
                #expect(redact.concerns(line), "\(name), \(around)")
            }
        }
    }

    /// Each run tells its statement, whose names stand between quotes: reading that word by word took 3 ms.
    @Test func lineWithQuotesAndWithoutASecretIsReadAtOnce() throws {
        let line = Array(try JSONEncoder().encode(["statement": "SELECT \"a\" FROM \"s\".\"t\" WHERE b = 'c\\d'"]))
        #expect(line.contains(0x5C))
        #expect(!Redactor([Secret("hunter2-and-more")]).concerns(line))
    }

    /// A line of twenty columns, as some programs print.
    @Test(arguments: cases)
    func nothingOfASecretIsInATextThatWasWrapped(one: Case) throws {
        var generator = SystemRandomNumberGenerator()
        let secret = Self.secret(one, &generator)
        let redact = Redactor([Secret(secret)])
        let scalars = Array("refused for PWD={\(secret)} of me".unicodeScalars)
        let lines = stride(from: 0, to: scalars.count, by: 20).map { start in
            String(String.UnicodeScalarView(scalars[start..<min(start + 20, scalars.count)]))
        }
        let together = redact.spoken(lines.joined(separator: "\n   "))
        // By what no secret holds: three characters that are left and a separator would be four of one that has it there.
        let alone = lines.map { redact.spoken($0) }.joined(separator: "\n")
        for text in [together, alone] {
            let left = Self.piece(of: secret, as: { $0 }, in: text, around: "refused for PWD={ of me}")
            #expect(left == nil, "\(left ?? "") of \(secret) in \(text)")
        }
    }

    /// Base64 wherever the secret stands in the coded text, as in the header of a login; a text as UTF-16.
    @Test(arguments: ["hunter2-and-more", "pä}ss'w\u{301}örd", "token0123456789"])
    func aSecretIsFoundInsideOfCodedText(secret: String) {
        let redact = Redactor([Secret(secret)])
        for user in ["", "u", "us", "use", "user:"] {
            let coded = Data((user + secret + "@host").utf8).base64EncodedString()
            let own = Data(secret.utf8).base64EncodedString().prefix(8)
            #expect(redact("Authorization: Basic \(coded)").contains(Redactor.replacement), "\(user)")
            if user.isEmpty { #expect(!redact(coded).contains(own)) }
        }
        for zero in ["\0", ".", " "] {
            let wide = secret.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
                .map { $0 == 0 ? zero : String(UnicodeScalar($0)) }.joined()
            #expect(redact("got \(wide)!").contains(Redactor.replacement), "\(wide)")
        }
        let lost = secret.unicodeScalars.map { $0.isASCII ? "\($0)" : "?" }.joined()
        #expect(redact("user \(lost)") == "user [redacted]")
    }

    @Test(arguments: [
        "FATAL: password authentication failed for user \"me\"", "", "abc", "Größe 漢字", "connection refused (111)",
        "20261123T234610Z-be22ea2d", "is the server running on host \"db\" and accepting TCP/IP connections?",
    ])
    func whatHoldsNothingOfASecretIsUnchanged(text: String) {
        let redact = Redactor([
            Secret("s3cr;et}{a+b%41"), Secret("5ec2e75ec2e75ec2e75ec2e75ec2e75ec2e75ec2e7"), Secret("abc"),
        ])
        #expect(redact(text) == text)
        #expect(redact.spoken(text) == text)
    }

    @Test func aPieceIsTakenOutWhereATextWasCutAndNotFromTheMiddleOfAWord() {
        let redact = Redactor([Secret("password-of-mine")])
        #expect(redact.spoken("the pass is wrong") == "the pass is wrong")
        #expect(redact.spoken("PWD={pass") == "PWD={[redacted]")
        #expect(redact.spoken("near 'pass' at line 1") == "near '[redacted]' at line 1")
        #expect(redact.spoken("mine\", it said") == "[redacted]\", it said")
        #expect(redact.spoken("found word-of-m there") == "found [redacted] there")
        // Three characters tell nothing.
        #expect(redact.spoken("PWD={pas") == "PWD={pas")
    }

    /// A bracket, a brace or a quote around a piece, which the secret has at that place as well, hides nothing of the piece.
    @Test(arguments: [
        ("kAbCdEfGh]q{}z", "[Recording]q{}z} it was", "[Recording][redacted]} it was"),
        ("kAbCdEfGh]q{}z", "[Vendor]q{}z", "[Vendor][redacted]"),
        ("kAbCdEfGh\"uvwxyz", "said \"uvwxyz\"", "said \"[redacted]\""),
        ("kab1\" oXdEfGhi", "PWD=\"kab1\" of me", "PWD=\"[redacted]\" of me"),
        ("kab1}, CdEfGhi", "PWD={kab1}, more", "PWD={[redacted]}, more"),
        // Cut at both ends, with quotes of its own in it.
        ("kabcdef'g}h\"ijklmnopqr", "PWD=(f'g}h) is wrong", "PWD=([redacted]) is wrong"),
        ("kabcdefg{}hijklmnopqr", "got fg{}h", "got fg{}h"),
        ("kabcdefg{}hijklmnopqr", "got\tg{}hi", "got\t[redacted]"),
    ])
    func whatStandsAroundAPieceHidesNothingOfIt(secret: String, said: String, shown: String) {
        #expect(Redactor([Secret(secret)]).spoken(said) == shown)
    }

    /// What is cut off a secret full of brackets has an edge at each character: of what is found already none is looked at again,
    /// which took minutes for one such message.
    @Test func longPiecesFullOfBracketsTakeNoLonger() {
        let secrets = (0..<6).map { String(repeating: "{}\"'\($0)", count: 40) }
        let redact = Redactor(secrets.map { Secret($0) })
        let text = secrets.map { "PWD=" + $0.dropLast() }.joined(separator: "\n")
        _ = redact.spoken("nothing")
        let took = ContinuousClock().measure { #expect(!redact.spoken(text).contains("'3{}")) }
        #expect(took < .seconds(10), "\(took)")
    }

    /// A cell that is cut for a table would end with the head of a secret that begins before the cut.
    @Test func aTableConcealsBeforeItCuts() {
        let secret = "s3cret-of-mine-and-more"
        let redact = Redactor([Secret(secret)])
        for blanks in 30...70 {
            let cell = String(repeating: "x", count: blanks) + secret + String(repeating: "y", count: 80)
            var listing = Listing(columns: ["a"], rows: [[.init(cell)]])
            listing.cutsLongCells = true
            let text = redact(ListingFormat.table.render(listing, width: 80, conceal: { redact($0) }))
            #expect(!text.contains("s3cr"), "\(text)")
        }
    }
}

extension String {
    /// Byte by byte: to Swift an accent that follows makes another character of the last one.
    func contains(exactly text: String) -> Bool {
        Data(utf8).range(of: Data(text.utf8)) != nil
    }
}
