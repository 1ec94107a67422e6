import ArgumentParser
import Extraction
import SuiteAnalytics
import Testing

@testable import KleeneNS

/// What answers come to: a configuration that the decoder takes, the same whoever answered.
@Suite struct SetupDocumentTests {
    private static var whole: SetupAnswers {
        var answers = SetupCourseTests.connection
        for (topic, value) in [
            SetupTopic.table: ["transaction"], .columns: ["tranid", "memo"], .loadMethod: ["upsert"],
            .uniqueColumns: ["id"],
            .extractType: ["incremental"], .incrementalKey: ["lastmodifieddate"], .destination: ["netsuite.db"],
            .destinationTable: ["t"],
        ] { answers[topic] = value }
        return answers
    }

    private static func judgement(_ answers: SetupAnswers) -> SetupJudgement {
        SetupJudgement(answers: answers, knowledge: SetupKnowledge(), directory: "/etc")
    }

    @Test func theFileIsForPeople() throws {
        #expect(
            SetupDocument(answers: Self.whole, knowledge: SetupKnowledge()).text == """
                {
                  "source": {
                    "account_id": "1234567",
                    "role_id": 57,
                    "auth": {
                      "method": "tba",
                      "consumer_key": {"env": "NETSUITE_CONSUMER_KEY"},
                      "consumer_secret": {"env": "NETSUITE_CONSUMER_SECRET"},
                      "token_id": {"env": "NETSUITE_TOKEN_ID"},
                      "token_secret": {"env": "NETSUITE_TOKEN_SECRET"}
                    }
                  },
                  "destination": {"type": "sqlite", "path": "netsuite.db"},
                  "extracts": [
                    {
                      "name": "transaction",
                      "table": "transaction",
                      "columns": ["tranid", "memo", "id", "lastmodifieddate"],
                      "load_method": "upsert",
                      "unique_columns": ["id"],
                      "extract_type": "incremental",
                      "incremental_key": "lastmodifieddate",
                      "destination_table": "t"
                    }
                  ]
                }

                """)
        let configuration = try Self.judgement(Self.whole).configuration()
        #expect(configuration.extracts.count == 1 && configuration.source.secrets.count == 4)
        #expect(Self.judgement(Self.whole).flaws.isEmpty)
    }

    @Test func everyKindOfLoginAndDestinationIsTaken() throws {
        for kind in Authentication.kinds {
            var answers = Self.whole
            (answers[.method], answers[.destination]) = ([kind.name], ["postgresql"])
            for (topic, value) in [
                SetupTopic.postgresHost: ["db:5433"], .postgresDatabase: ["shop"], .postgresUser: ["me"],
                .postgresPassword: ["env:PGPW"], .postgresSchema: ["netsuite"],
            ] { answers[topic] = value }
            for member in kind.members where !member.isOptional && member.form != .secret {
                answers[SetupTopic(key: member.key)] = ["a@example.org"]
            }
            #expect(Self.judgement(answers).flaws.isEmpty, "\(kind.name) \(Self.judgement(answers).flaws)")
            let configuration = try Self.judgement(answers).configuration()
            guard case .postgresql(let place) = configuration.destination else {
                Issue.record("\(kind.name)")
                continue
            }
            #expect(place.words.contains("db") && place.words.contains("5433") && place.schema == "netsuite")
        }
        var odbc = SetupCourseTests.answers([
            .profile: ["odbc"], .driver: ["PostgreSQL Unicode"], .attributes: ["Servername=db", "Database=shop"],
            .user: ["me"], .password: ["file:pw"], .schema: ["public"], .table: ["orders"], .destination: ["d.db"],
        ])
        #expect(Self.judgement(odbc).flaws.isEmpty)
        _ = try Self.judgement(odbc).configuration()
        odbc[.attributes] = ["Password=x"]
        #expect(!Self.judgement(odbc).flaws.isEmpty)
    }

    /// One validator for the file, flags and answers.
    @Test(arguments: [
        (SetupTopic.accountID, "no account!"), (.roleID, "many"), (.roleID, "3"), (.method, "magic"),
        (.loadMethod, "upsrt"),
        (.destinationTable, "_kleene_x"), (.serviceHost, "https://x"), (.secrets, "somewhere"), (.name, "a*"),
        (.loadMethod, "truncate_load"),
    ])
    func whatTheDecoderRefusesIsRefused(topic: SetupTopic, value: String) {
        var answers = Self.whole
        answers[topic] = [value]
        #expect(!Self.judgement(answers).flaws(of: topic).isEmpty, "\(Self.judgement(answers).flaws)")
    }

    // MARK: Words that choose columns

    /// The columns of the file that answers come to.
    private static func columns(_ answers: SetupAnswers, _ knowledge: SetupKnowledge = SetupKnowledge()) throws
        -> [String]?
    {
        let judgement = SetupJudgement(answers: answers, knowledge: knowledge, directory: "/etc")
        #expect(judgement.flaws.isEmpty, "\(judgement.flaws)")
        return try judgement.configuration().extracts.first?.columns
    }

    /// A listing in which `memo` is calculated, and the source says so.
    private static var listed: SetupKnowledge {
        var knowledge = SetupCourseTests.listed()
        knowledge.columns?.kinds = ColumnKind.allCases
        if let place = knowledge.columns?.columns.firstIndex(where: { $0.name == "memo" }) {
            knowledge.columns?.columns[place].calculated = true
        }
        return knowledge
    }

    @Test(
        arguments: [
            // Nobody has listed the table: a kind may leave out anything.
            (["*", "!m*"], false, ["*", "!m*"]), (["*", "!i*"], false, ["*", "!i*", "id"]),
            (["*", "!calculated"], false, ["*", "!calculated", "id", "lastmodifieddate"]),
            (["*", "!calculated"], true, ["*", "!calculated"]),
            (["*", "!standard", "memo"], true, ["*", "!standard", "memo", "id", "lastModifiedDate"]),
            (["t*"], true, ["t*", "id", "lastModifiedDate"]),
            (["calculated"], true, ["calculated", "id", "lastModifiedDate"]),
        ] as [([String], Bool, [String])])
    func whatIdentifiesRowsIsReadWhateverChooses(words: [String], isListed: Bool, written: [String]) throws {
        var answers = Self.whole
        answers[.columns] = words
        if isListed { answers[.incrementalKey] = ["lastModifiedDate"] }
        #expect(try Self.columns(answers, isListed ? Self.listed : SetupKnowledge()) == written)
    }

    /// The very sentences of the configuration.
    @Test(arguments: [["!memo"], ["*", "!"], ["id", "!ID"]])
    func aBadChoiceIsRefusedInTheWordsOfTheConfiguration(words: [String]) throws {
        var answers = Self.whole
        (answers[.columns], answers[.uniqueColumns]) = (words, ["tranid"])
        let said = ColumnChoice(words).faults.map(\.message)
        let flaws = Self.judgement(answers).flaws(of: .columns)
        #expect(!said.isEmpty && said.allSatisfy { sentence in flaws.contains { $0.contains(sentence) } }, "\(flaws)")
    }

    @Test(arguments: [
        (["x*"], "\"x*\" takes no column of the table."),
        (["idd"], "The table has no column \"idd\". Did you mean \"id\"?"),
        (["custon"], "The table has no column \"custon\". Did you mean \"custom\"?"),
        (["custom"], "\"custom\" takes no column of the table."),
        (["*", "!standard"], "No column of the table is left."),
    ])
    func aWordThatTakesNothingIsRefused(words: [String], sentence: String) {
        var answers = Self.whole
        (answers[.columns], answers[.incrementalKey]) = (words, ["lastModifiedDate"])
        let flaws = SetupJudgement(answers: answers, knowledge: Self.listed, directory: "/etc").flaws(of: .columns)
        #expect(flaws == [sentence])
    }

    @Test func aSourceWithoutKindsSaysSo() {
        var answers = Self.whole
        (answers[.columns], answers[.incrementalKey]) = (["*", "custom"], ["lastModifiedDate"])
        let flaws = SetupJudgement(answers: answers, knowledge: SetupCourseTests.listed(), directory: "/etc").flaws(
            of: .columns)
        #expect(flaws.count == 1 && flaws[0].hasPrefix("This source does not say which columns are custom"), "\(flaws)")
    }

    @Test func whatIdentifiesRowsCannotBeLeftOutByName() {
        var answers = Self.whole
        answers[.columns] = ["*", "!ID"]
        #expect(Self.judgement(answers).flaws(of: .uniqueColumns) == ["The columns leave \"id\" out, by \"!ID\"."])
        #expect(Self.judgement(answers).flaws(of: .incrementalKey).isEmpty)
    }

    @Test func itIsSaidHowManyColumnsAreChosen() {
        var answers = Self.whole
        answers[.columns] = ["*", "!calculated", "!nothing*"]
        let said = SetupProposals(answers, Self.listed).chosenWords
        #expect(
            said == [
                "Columns: 3 of the source's 4 are read. \"*\" takes 4 (id, memo, trandate, lastModifiedDate); "
                    + "\"!calculated\", a kind, leaves out 1 (memo); \"!nothing*\" leaves out 0.",
                "\"!nothing*\" leaves nothing out: the table has no such column.",
            ], "\(said)")
        answers[.columns] = ["id", "memo"]
        #expect(SetupProposals(answers, Self.listed).chosenWords.isEmpty)
        #expect(SetupProposals(answers, SetupKnowledge()).chosenWords.isEmpty)
    }

    /// A secret in an argument is refused, and not repeated.
    @Test func aSecretInPlaceOfItsPlaceIsNotRepeated() {
        var answers = Self.whole
        answers[SetupTopic(key: "token_id")] = ["70ce9d70ce9d70ce9d"]
        let flaws = Self.judgement(answers).flaws
        #expect(flaws.contains { $0.topic?.name == "token-id" && $0.message.hasPrefix("names no place") })
        #expect(!"\(flaws)".contains("70ce9d"))
    }

    /// Every member of every kind of login has its flag, and so has every question.
    @Test func everyAnswerIsAFlag() throws {
        let known = Set(
            (try InitSourceOptions.parse([]).answers + InitExtractOptions.parse([]).answers).map { $0.0.name })
        for kind in Authentication.kinds {
            for member in kind.members {
                #expect(known.contains(SetupTopic(key: member.key).name), "\(member.key)")
            }
        }
        for way in ["dsn", "driver", "connection-string"] {
            var knowledge = SetupCourseTests.listed()
            knowledge.tables?.append(CatalogTable(catalog: nil, schema: "two", table: "t", type: "TABLE", remarks: nil))
            let asked = SetupCourseTests.walk(
                SetupAnswers(), knowledge,
                given: [
                    "profile": ["odbc"], "reached-by": [way], "table": ["transaction"], "destination": ["postgresql"],
                    "user": ["u"], "schema": ["s"],
                ])
            for topic in asked where !topic.hasPrefix("look") && topic != "done" && topic != "attribute" {
                #expect(known.contains(topic), "\(topic)")
            }
        }
    }

    /// What nobody is asked about stands in the file where a flag says it, and in the flags that make the same file.
    @Test func whatOnlyAFlagSaysIsWrittenAndSaidAgain() throws {
        var answers = Self.whole
        answers[.method] = ["oauth2"]
        for (key, value) in [
            ("client_id", "c"), ("certificate_id", "i"), ("private_key", "file:key.pem"),
            ("private_key_phrase", "env:PHRASE"), ("algorithm", "PS384"), ("scope", "suite_analytics"),
            ("aud", "https://1234567.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token"),
            ("token_host", "1234567.suitetalk.api.netsuite.com"), ("token_in", "password"), ("ca_file", "ca.pem"),
            ("certificate", "certificate.pem"),
        ] { answers[SetupTopic(key: key)] = [value] }
        (answers[.servicePort], answers[.attributes]) = (["1709"], ["A=1"])
        #expect(Self.judgement(answers).flaws.isEmpty, "\(Self.judgement(answers).flaws)")
        let text = SetupDocument(answers: answers, knowledge: SetupKnowledge()).text
        #expect(text.contains(#""private_key_phrase": {"env": "PHRASE"}"#) && text.contains(#""algorithm": "PS384""#))
        let asked = SetupCourse(answers, SetupKnowledge()).questions.map(\.topic)
        let flags = answers.flags(asked + SetupTopic.unasked(of: answers).filter { !asked.contains($0) })
        let command = try #require(try KleeneNSCommand.parseAsRoot(["init"] + flags) as? KleeneNSCommand.Init)
        let again = SetupAnswers(command.source, command.extract)
        #expect(SetupDocument(answers: again, knowledge: SetupKnowledge()).text == text)
    }

    @Test(
        arguments: [
            ("db", "db", nil), ("db:5433", "db", "5433"), ("::1", "::1", nil), ("[::1]:5433", "::1", "5433"),
            ("[::1]", "::1", nil), ("fe80::1:5432", "fe80::1:5432", nil), ("[::1]x", "[::1]x", nil), ("db:", "db", ""),
        ] as [(String, String, String?)])
    func aServersAddressIsTakenApart(text: String, host: String, port: String?) {
        let address = SetupDocument.address(text)
        #expect(address.host == host && address.port == port, "\(address)")
    }

    /// Answers, written as flags, are the same answers.
    @Test func flagsAreTheSameAnswers() throws {
        var answers = Self.whole
        (answers[.attributes], answers[.truststore]) = (["A=1", "B=2"], ["/a,/b"])
        for columns in [["a", "b"], []] {
            answers[.columns] = columns
            let topics = answers.topics.sorted { $0.name < $1.name }
            let command = try #require(
                try KleeneNSCommand.parseAsRoot(["init"] + answers.flags(topics)) as? KleeneNSCommand.Init)
            #expect(SetupAnswers(command.source, command.extract) == answers)
        }
    }

    @Test func aDraftIsTheSameAnswers() throws {
        let json = try JSONText(Self.whole.json.pretty.utf8).value
        #expect(SetupAnswers(json) == Self.whole)
        #expect(SetupAnswers(.object(["table": .string("t")])) == nil && SetupAnswers(.array([])) == nil)
    }
}
