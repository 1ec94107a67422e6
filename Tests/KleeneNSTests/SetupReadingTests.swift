import Testing

@testable import KleeneNS

/// What a typed line means.
@Suite struct SetupReadingTests {
    private static let tables = SetupQuestion(
        .table, "Table", .one(of: ["transaction", "transactionLine", "customer", "7"].map { SetupOption($0) }))

    @Test(arguments: [
        ("customer", SetupReading.answer(["customer"])), ("CUSTOMER", .answer(["customer"])),
        (" 2 ", .answer(["transactionLine"])),
        ("7", .answer(["7"])), ("cust", .answer(["customer"])), ("trans", .narrowed([0, 1])), ("<", .back),
        ("transaction", .answer(["transaction"])),
        ("custmer", .fault("Nothing is called \"custmer\". Did you mean \"customer\"?")),
        ("", .fault("An answer is needed; < goes back.")),
    ])
    func oneOfMany(line: String, expected: SetupReading) { #expect(Self.tables.reading(line) == expected) }

    private static let columns: SetupQuestion = {
        var question = SetupQuestion(
            .columns, "Columns", .many(of: ["id", "name", "date", "memo"].map { SetupOption($0) }, mayBeAll: true))
        question.proposal = []
        return question
    }()

    @Test(arguments: [
        ("", SetupReading.answer([])), ("all", .answer([])), ("*", .answer([])),
        ("1-3", .answer(["id", "name", "date"])),
        ("memo, 1", .answer(["memo", "id"])), ("4 id ID", .answer(["memo", "id"])), ("m", .narrowed([1, 3])),
        ("id,nme", .fault("Nothing is called \"nme\". Did you mean \"name\"?")),
        ("3-9", .fault("Nothing is called \"3-9\".")),
        (",", .fault("An answer is needed; < goes back.")), ("*,!memo", .answer(["*", "!memo"])),
        ("m*", .answer(["m*"])), ("2, !calculated *", .answer(["name", "!calculated", "*"])),
        ("custom", .answer(["custom"])), ("date,*,*", .answer(["date", "*"])),
    ])
    func severalOfMany(line: String, expected: SetupReading) { #expect(Self.columns.reading(line) == expected) }

    /// Rows are identified by columns that are named.
    @Test(arguments: ["*", "!id", "i*", "custom"])
    func wordsThatChooseAreForAllColumnsOnly(word: String) {
        let question = SetupQuestion(
            .uniqueColumns, "Unique", .many(of: ["id", "name"].map { SetupOption($0) }, mayBeAll: false))
        guard case .fault(let sentence) = question.reading(word) else {
            Issue.record("\(word) is taken")
            return
        }
        #expect(sentence.hasPrefix("Nothing is called \"\(word)\"."))
    }

    @Test func choicesGoByNumberAndName() {
        var question = SetupQuestion(
            .extractType, "Type", .choice([SetupOption("full"), SetupOption("incremental")]))
        question.proposal = ["full"]
        #expect(question.reading("") == .answer(["full"]) && question.reading("2") == .answer(["incremental"]))
        #expect(question.reading("3") == .fault("\"3\" is none of them: full, incremental."))
    }

    /// What is typed unseen is no part of what is read of it.
    @Test func aSecretIsNotInItsReading() {
        let question = SetupQuestion(SetupTopic("token-id"), "Token id", .secret(file: "secrets/token_id"))
        #expect(question.reading("70ce9d70ce9d") == .typed && question.reading("<") == .back)
        for place in ["env:TOKEN", "file:secrets/x", "command:pass show x", "credential:token_id"] {
            #expect(question.reading(place) == .answer([place]))
        }
    }

    @Test(arguments: [
        ("env:A", #"{"env":"A"}"#), ("file: /x/y", #"{"file":"/x/y"}"#),
        ("command:pass show a/b", #"{"command":["pass","show","a/b"]}"#),
        ("command:pass show 'a b'", #"{"command":["/bin/sh","-c","pass show 'a b'"]}"#),
        ("credential:token_id", #"{"credential":"token_id"}"#),
    ])
    func placesOfSecrets(text: String, json: String) { #expect(SecretSpelling(text)?.json.text == json) }

    @Test(arguments: ["abc", "env:", "ENV:A", "https://x", "credential:../x", ""])
    func whatIsNoPlace(text: String) { #expect(SecretSpelling(text) == nil) }
}
