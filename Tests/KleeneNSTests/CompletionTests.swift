import Foundation
import Testing

@testable import KleeneNS

@Suite struct CompletionTests {
    private func line(_ words: String...) -> CompletionLine {
        CompletionLine(words, completing: words.count - 1, home: "/home/me")
    }

    @Test func anOptionsValueIsFoundHoweverAShellHandsItOver() {
        #expect(line("kleene-ns", "extract", "--config", "a.json", "").value(of: "--config") == "a.json")
        #expect(line("kleene-ns", "extract", "--config=a.json", "").value(of: "--config") == "a.json")
        #expect(line("kleene-ns", "extract", "--config", "=", "a.json", "").value(of: "--config") == "a.json")
        #expect(line("kleene-ns", "extract", "--config", "'my file.json'", "").value(of: "--config") == "my file.json")
        #expect(line("kleene-ns", "extract", "--config", #"my\ file.json"#, "").value(of: "--config") == "my file.json")
        #expect(line("kleene-ns", "extract", "--config", "~/a.json", "").value(of: "--config") == "/home/me/a.json")
        #expect(line("kleene-ns", "extract", "--config", "'~/a.json'", "").value(of: "--config") == "~/a.json")
    }

    @Test func whatIsBeingTypedIsNoValue() {
        #expect(line("kleene-ns", "extract", "--config", "a.js").value(of: "--config") == nil)
        #expect(line("kleene-ns", "extract", "--config", "--tag", "x", "").value(of: "--config") == nil)
        #expect(line("kleene-ns", "extract", "").value(of: "--config") == nil)
    }

    /// Bash expands the words that it is offered.
    @Test(arguments: [
        "$(id)", "`id`", "a;b", "a\nb", "a\\b", "'", "\"", "*", "-rf", "", " a", "a\u{1B}[31m", "a|b", "~",
    ])
    func whatAShellWouldTakeForMoreThanLettersIsNotOffered(_ name: String) {
        #expect(CompletionAnswers.offered([name, "orders"]) == ["orders"])
    }

    @Test func namesAreOfferedOnce() {
        #expect(
            CompletionAnswers.offered(["Größe", "a b", "a.b-c_d", "a b", "PostgreSQL Unicode"])
                == ["Größe", "a b", "a.b-c_d", "PostgreSQL Unicode"])
    }
}
