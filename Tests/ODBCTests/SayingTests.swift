import Testing

@testable import ODBC

/// What drivers say, one record or several, is read as the sentences that it is.
@Suite struct SayingTests {
    private static func saying(_ messages: [String]) -> String {
        ODBCError(
            kind: .error, function: "SQLExecDirect",
            diagnostics: messages.map { Diagnostic(state: .general, nativeCode: 1, message: $0) }
        ).saying
    }

    @Test(arguments: [
        (["it failed"], "it failed"), (["It failed."], "It failed"), (["Is it there?"], "Is it there?"),
        (["one", "two"], "one; two"), (["One.", "Two."], "One. Two"), (["One.", "two"], "One. two"),
        (["one", "Two."], "one; Two"), (["one;", "two"], "one; two"), (["One!", "Two"], "One! Two"),
        (["one", "two", "three"], "one; two; three"), (["One.", "Two.", "Three."], "One. Two. Three"),
        (["one", "Two.", "three"], "one; Two. three"), (["One.", "One."], "One"),
    ])
    func recordsAreKeptApart(messages: [String], saying: String) {
        #expect(Self.saying(messages) == saying)
        // A vendor's prefix is no part of it.
        #expect(Self.saying(messages.map { "[Vendor][Driver]" + $0 }) == saying)
    }

    @Test(arguments: [
        ("refused\n\tIs the server running?", "refused. Is the server running?"),
        ("refused.\n\tIs the server running?", "refused. Is the server running?"),
        ("relation does not exist;\nError while executing", "relation does not exist; Error while executing"),
        ("a line that goes on\r\nbehind its end", "a line that goes on behind its end"),
        ("one\n\n  \ntwo\n", "one two"),
    ])
    func linesThatBeginASentenceEndTheOneBefore(message: String, saying: String) {
        #expect(Self.saying([message]) == saying)
    }

    /// Words are searched for in what came, whatever is shown.
    @Test func wordsAreAsTheyCame() {
        let error = ODBCError(
            kind: .error, function: "f",
            diagnostics: ["One.", "Two"].map { Diagnostic(state: .general, nativeCode: 1, message: $0) })
        #expect(error.words == "one.; two")
    }
}
