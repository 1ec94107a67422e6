import Extraction
import Foundation
import Glibc
import TestSupport
import Testing
import Text

@testable import KleeneNS

@Suite struct SecretTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    func resolve(_ place: SecretReference.Place, environment: [String: String]? = nil) throws -> String {
        var resolver = SecretResolver(
            environment: environment ?? ProcessInfo.processInfo.environment, directory: directory.url.path)
        return try resolver.resolve(SecretReference(place: place, origin: "$.source.password")).reveal()
    }

    func write(_ text: String, mode: Int) throws {
        let path = directory.path("secret")
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    func sentence(_ body: () throws -> String) throws -> String {
        let failure = try #require(throws: Failure.self) { _ = try body() }
        #expect(failure.kind == .configuration)
        #expect(failure.message.contains("$.source.password"))
        return failure.description
    }

    @Test func aSecretHasNoPrintableForm() {
        struct Holder { var secret = Secret("hunter2") }
        let secret = Secret("hunter2")
        var dumped = ""
        dump(Holder(), to: &dumped)
        for text in ["\(secret)", String(describing: secret), String(reflecting: secret), "\(Holder())", dumped] {
            #expect(!text.contains("hunter2"))
        }
    }

    @Test func aVariableIsReadAndRemembered() throws {
        var resolver = SecretResolver(environment: ["P": "hunter2"], directory: "/")
        #expect(try resolver.resolve(SecretReference(place: .environment("P"), origin: "x")) == Secret("hunter2"))
        #expect(resolver.variables == ["P"])
        #expect(resolver.secrets == [Secret("hunter2")])
        #expect(
            try sentence { try resolve(.environment("NOT_SET"), environment: [:]) }.contains(
                "NOT_SET, which is not set"))
        #expect(try sentence { try resolve(.environment("P"), environment: ["P": ""]) }.contains("empty"))
    }

    @Test func aFileIsReadOnlyIfOthersCannot() throws {
        try write("hunter2\n", mode: 0o600)
        #expect(try resolve(.file("secret")) == "hunter2")
        for mode in [0o640, 0o604, 0o660] {
            try write("hunter2\n", mode: mode)
            let text = try sentence { try resolve(.file("secret")) }
            #expect(text.contains("other users may read or change"))
            #expect(text.contains("chmod 600"))
        }
        #expect(try sentence { try resolve(.file("missing")) }.contains("No such file"))
        #expect(try sentence { try resolve(.file("/dev/null")) }.contains("regular file"))
        try write("two\nlines", mode: 0o600)
        #expect(try sentence { try resolve(.file("secret")) }.contains("one line"))
    }

    @Test func aCommandsOutputIsTheSecretAndIsNeverShown() throws {
        #expect(try resolve(.command(["printf", "hunter2\\n"])) == "hunter2")
        let failed = try sentence { try resolve(.command(["sh", "-c", "echo hunter2; echo hunter2 >&2; exit 3"])) }
        #expect(failed.contains("ended with code 3"))
        #expect(!failed.contains("hunter2"))
        #expect(try sentence { try resolve(.command(["kleene-no-such-program"])) }.contains("could not be started"))
        #expect(try sentence { try resolve(.command(["true"])) }.contains("did not print one line"))
    }

    // MARK: Flaws

    /// What comes with a secret when it is copied, by kind; each names where and what, and none the secret.
    @Test(arguments: [
        (" keykey1", "begins with a blank"), ("keykey1 ", "ends with a blank"), ("\tkeykey1", "begins with a tab"),
        ("\u{A0}keykey1", "begins with a no-break space"), ("keykey1\u{A0}", "ends with a no-break space"),
        ("\u{FEFF}keykey1", "begins with a byte order mark"), ("keykey1\u{200B}", "ends with an invisible character"),
        ("\"keykey1\"", "is in quotes"), ("'keykey1'", "is in quotes"), ("“keykey1”", "is in quotes"),
        ("<keykey1>", "is in angle brackets"), ("key\u{1B}key1", "holds a control character"),
        ("key\u{200B}key1", "holds an invisible character"), ("key\u{202E}key1", "holds an invisible character"),
        (" keykey1 ", "begins with a blank, and ends with a blank"),
        ("\u{3000}keykey1", "begins with a blank of another width"),
    ])
    func aSecretThatWasCopiedWithSomethingIsRefusedByName(text: String, flaw: String) throws {
        let failure = try sentence { try resolve(.environment("P"), environment: ["P": text]) }
        #expect(failure.contains("from the environment variable P, \(flaw), which came"), "\(failure)")
        #expect(!failure.contains("key1") && failure.contains("\"exact\": true"))
        try write(text, mode: 0o600)
        #expect(try sentence { try resolve(.file("secret")) }.contains(flaw))
        // The way through, for whoever has such a password.
        var resolver = SecretResolver(environment: ["P": text], directory: "/")
        let exact = SecretReference(place: .environment("P"), origin: "x", isExact: true)
        #expect(try resolver.resolve(exact).reveal() == text)
    }

    @Test(arguments: ["hunter2", "a b", "\"a", "a\"", "p'a'ss", "pä}\u{301}ss", "👩‍👩‍👧🏳️‍🌈", "a\u{A0}b", "“", "<"])
    func whatMayBeASecretIsTaken(text: String) throws {
        #expect(try resolve(.environment("P"), environment: ["P": text]) == text)
    }

    @Test func aLineEndInAVariableIsFoundAndOneInAFileIsTheFiles() throws {
        #expect(
            try sentence { try resolve(.environment("P"), environment: ["P": "keykey1\r\n"]) }.contains(
                "ends with a line end"))
        for end in ["\n", "\r\n", ""] {
            try write("keykey1" + end, mode: 0o600)
            #expect(try resolve(.file("secret")) == "keykey1")
        }
        try write("keykey1\n\n", mode: 0o600)
        #expect(try sentence { try resolve(.file("secret")) }.contains("one line"))
    }

    @Test func allSecretsThatAreNotToBeHadAreNamedAtOnce() throws {
        var resolver = SecretResolver(environment: ["C": " hunter2"], directory: directory.url.path)
        let references = [
            SecretReference(place: .environment("A"), origin: "$.a"), .init(place: .file("missing"), origin: "$.b"),
            .init(place: .environment("C"), origin: "$.c"), .init(place: .command(["false"]), origin: "$.d"),
        ]
        let failure = try #require(throws: Failure.self) { try resolver.fetch(references) }
        for word in [
            "4 secrets", "$.a ", "A, which is not set", "$.b ", "No such file", "$.c,", "a blank", "$.d ", "code 1",
        ] {
            #expect(failure.description.contains(word), "\(word) in \(failure)")
        }
        #expect(!failure.description.contains("hunter2"))
        #expect(failure.kind == .configuration)
    }

    // MARK: Commands

    @Test(.timeLimit(.minutes(1))) func aCommandIsDoneWhenItEndsWhateverItLeavesBehind() throws {
        // The child keeps the output open for an hour.
        let left = try resolve(
            .command(
                ["sh", "-c", "echo hunter2; sleep 3600 & echo $! > pid"]
                    .map { $0.replacing("> pid", with: "> \(directory.path("pid"))") }))
        #expect(left == "hunter2")
        let id = try #require(
            Int32(try String(contentsOfFile: directory.path("pid"), encoding: .utf8).trimmingCharacters(in: .newlines)))
        kill(id, SIGKILL)
    }

    @Test(.timeLimit(.minutes(1))) func aCommandThatPrintsWithoutEndIsStopped() throws {
        let failure = try sentence { try resolve(.command(["sh", "-c", "exec yes hunter2hunter2"])) }
        #expect(failure.contains("printed more than 66 kB and was stopped") && !failure.contains("hunter2"))
        #expect(try resolve(.command(["sh", "-c", "printf %065536d 7"])).count == 65_536)
    }

    // MARK: Redaction

    /// Secrets made of what quoting and encoding change.
    static let secrets: [String] = {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("abcXYZ019 {}\"'\\/+=&%;:@#é漢😀\t")
        let random = (0..<60).map { _ in
            String(
                (0..<Int.random(in: 4...24, using: &generator)).compactMap { _ in
                    alphabet.randomElement(using: &generator)
                })
        }
        return random + ["hunter2", "a}b}c}", "p@ss/word+1", "\"quoted\"", "åäö€", "100%sure"]
    }()

    /// In another group it would be stopped when it asks for a PIN, and would live on when Ctrl-C ends us.
    @Test func aCommandIsInOurGroup() throws {
        #expect(try resolve(.command(["cut", "-d ", "-f5", "/proc/self/stat"])) == String(getpgrp()))
    }

    @Test(arguments: secrets)
    func noFormOfASecretSurvives(_ secret: String) throws {
        let redact = Redactor([Secret(secret)])
        let base64 = Data(secret.utf8).base64EncodedString()
        let encoded = try #require(secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        let query = try #require(secret.addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed))
        let json = String(decoding: try JSONEncoder().encode([secret]), as: UTF8.self).dropFirst(2).dropLast(2)
        let shown = [
            secret, "{" + secret.replacing("}", with: "}}") + "}", encoded, query, base64,
            base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: ""), String(json),
        ]
        for form in shown {
            let text = redact("before \(form) after")
            #expect(text.hasPrefix("before "))
            #expect(text.hasSuffix(" after"))
            #expect(!text.contains(form))
            #expect(text.contains(Redactor.replacement))
        }
    }

    @Test func shortSecretsAreNotLookedFor() {
        let redact = Redactor([Secret("hunter2"), Secret("abc")])
        #expect(redact("abc and hunter 2 are fine, e\u{301} too") == "abc and hunter 2 are fine, e\u{301} too")
        #expect(redact("hunter2hunter2") == "[redacted][redacted]")
    }

    @Test func theLongerOfTwoSecretsIsReplacedWhole() {
        #expect(Redactor([Secret("pass"), Secret("password1")])("x password1 pass") == "x [redacted] [redacted]")
    }

    @Test func ofTwoSecretsThatOverlapNothingIsLeft() {
        let redact = Redactor([Secret("token-abc"), Secret("abc-secret"), Secret("secret!!")])
        #expect(redact("x token-abc-secret!! y") == "x [redacted] y")
        #expect(redact("token-abcabc-secret") == "[redacted][redacted]")
    }
}
