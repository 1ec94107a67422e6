import Extraction
import SuiteAnalytics
import Testing

@testable import KleeneNS

/// What `init` asks and in which order, without a terminal and without a source.
@Suite struct SetupCourseTests {
    static func answers(_ pairs: KeyValuePairs<SetupTopic, [String]>) -> SetupAnswers {
        var answers = SetupAnswers()
        for (topic, value) in pairs { answers[topic] = value }
        return answers
    }

    static let connection = answers([
        .profile: ["netsuite"], .accountID: ["1234567"], .roleID: ["57"], .method: ["tba"], .secrets: ["env"],
        .driver: [], .truststore: [], .serviceHost: [],
    ])

    @Test func answersOfAnotherKindComeToNothing() {
        var answers = Self.connection
        for (topic, text) in [
            (SetupTopic.login, "no"), (.table, "t"), (.loadMethod, "upsert"), (.destination, "d.db"),
            (.destinationTable, "t"), (.finish, "write"),
        ] {
            answers[topic] = [text]
        }
        let names = [
            "account-id", "client-id", "dsn", "postgres-host", "prove", "reached-by", "secrets", "service-port",
            "token-id", "user",
        ]
        func idle() -> [String] {
            SetupCourse(answers, SetupKnowledge()).idle(Set(names.map { SetupTopic($0) })).map(\.name)
        }
        #expect(idle() == ["client-id", "dsn", "postgres-host", "prove", "reached-by", "user"])
        (answers[.destination], answers[.login]) = (["postgresql"], ["yes"])
        (answers[.postgresHost], answers[.method]) = (["h"], ["password"])
        #expect(idle() == ["client-id", "dsn", "reached-by", "token-id"])
        (answers[.profile], answers[.reachedBy]) = (["odbc"], ["dsn"])
        #expect(idle() == ["account-id", "client-id", "secrets", "service-port", "token-id"])
    }

    static func listed() -> SetupKnowledge {
        var knowledge = SetupKnowledge()
        knowledge.tables = ["Vendor", "aaa", "customer", "transaction"].map {
            CatalogTable(catalog: "c", schema: "s", table: $0, type: "TABLE", remarks: nil)
        }
        knowledge.columns = CatalogTableColumns(
            name: TableName(catalog: "c", schema: "s", name: "transaction"),
            columns: [
                CatalogColumn(name: "id", type: "BIGINT", key: 1), CatalogColumn(name: "memo", type: "VARCHAR2"),
                CatalogColumn(name: "trandate", type: "TIMESTAMP", incrementalKeyCandidate: true),
                CatalogColumn(
                    name: "lastModifiedDate", type: "TIMESTAMP", incrementalKeyCandidate: true, lastModified: true),
            ])
        knowledge.likely = KnownTables.likely
        return knowledge
    }

    static func topic(_ step: SetupStep) -> String {
        switch step {
        case .ask(let question): question.topic.name
        case .look(let look): "look \(look)"
        case .done: "done"
        }
    }

    /// All that is asked when each question gets its proposal, or what is given.
    static func walk(
        _ answers: SetupAnswers = SetupAnswers(), _ knowledge: SetupKnowledge = SetupKnowledge(),
        given: [String: [String]] = [:]
    ) -> [String] {
        var (answers, knowledge, asked) = (answers, knowledge, [String]())
        for _ in 0..<60 {
            let next = SetupCourse(answers, knowledge).next
            asked.append(topic(next))
            switch next {
            case .ask(let question):
                answers[question.topic] = given[question.topic.name] ?? question.proposal ?? ["x"]
            case .look(.tables): knowledge.tables = listed().tables
            case .look(.columns): knowledge.columns = listed().columns
            case .look(.keys):
                knowledge.keys = KeyFindings(
                    TableName(name: "t"), rows: 0, candidates: [], statements: 0, notes: [])
            case .look(.plan): knowledge.hasSeenPlan = true
            case .done: return asked
            }
        }
        return asked
    }

    @Test func theFormsOrderIsKept() {
        let asked = Self.walk(given: ["table": ["transaction"]])
        #expect(
            asked == [
                "profile", "account-id", "role-id", "method", "secrets", "consumer-key", "consumer-secret", "token-id",
                "token-secret", "driver", "truststore", "service-host", "login", "look tables", "table", "look columns",
                "columns", "load-method", "unique-columns", "extract-type", "incremental-key", "destination",
                "destination-table", "look plan", "finish", "done",
            ], "\(asked)")
    }

    @Test func theMockNeedsNeitherDriverNorSecret() {
        var knowledge = SetupKnowledge()
        knowledge.isMock = true
        let asked = Self.walk(SetupAnswers(), knowledge, given: ["table": ["transaction"]])
        #expect(asked.filter { !$0.hasPrefix("look") && $0 != "done" }.count == 14, "\(asked)")
        #expect(!asked.contains("driver") && !asked.contains("consumer-key") && !asked.contains("profile"))
    }

    @Test func addingAsksForNoConnectionAndNoDestination() {
        var knowledge = SetupKnowledge()
        knowledge.isAdding = true
        let asked = Self.walk(SetupAnswers(), knowledge, given: ["table": ["transaction"]])
        #expect(asked.first == "login" && !asked.contains("destination") && asked.contains("destination-table"))
    }

    @Test(arguments: ["drop_create_load", "truncate_load"])
    func whatReplacesAllIsFullAndNeedsNoKey(method: String) {
        let asked = Self.walk(Self.connection, given: ["table": ["transaction"], "load-method": [method]])
        #expect(!asked.contains("unique-columns") && !asked.contains("extract-type"), "\(asked)")
    }

    @Test func eachKindOfLoginIsAskedForItsMembers() {
        for kind in Authentication.kinds {
            let asked = Self.walk(given: ["method": [kind.name], "secrets": ["each"], "table": ["transaction"]])
            for member in kind.members where !member.isOptional {
                #expect(asked.contains(SetupTopic(key: member.key).name), "\(kind.name) \(member.key): \(asked)")
            }
        }
    }

    /// Each question of NetSuite's side says where the answer is found.
    @Test func eachDetailSaysWhereItIsFound() {
        for kind in Authentication.kinds {
            let course = SetupCourse(
                Self.answers([.accountID: ["1"], .method: [kind.name], .secrets: ["each"]]), SetupKnowledge())
            for question in course.questions.prefix(while: { $0.topic != .login })
            where ![.profile, .method, .secrets].contains(question.topic) {
                #expect(
                    ConnectGuide.place(of: question.topic.key, method: kind.name).map(question.notes.contains) == true,
                    "\(kind.name) \(question.topic.name)")
            }
        }
    }

    @Test func theLikeliestTablesComeFirst() {
        let options = SetupProposals(SetupAnswers(), Self.listed()).tables.map(\.value)
        #expect(options == ["transaction", "customer", "Vendor", "aaa"])
    }

    @Test func proposalsHaveTheirReasons() throws {
        var knowledge = Self.listed()
        let answers = Self.answers([.table: ["transaction"]])
        var proposals = SetupProposals(answers, knowledge)
        #expect(proposals.uniqueColumns?.value == ["id"] && proposals.incrementalKey?.value == ["lastModifiedDate"])
        #expect(proposals.incrementalKey?.reason.contains("source marks it") == true)
        #expect(proposals.loadMethod.value == ["upsert"])
        #expect(proposals.incrementalKeys.map(\.value) == ["lastModifiedDate", "trandate"])
        // What is known elsewhere is written as this source spells it.
        knowledge.known = KnownTables.table("transaction")
        proposals = SetupProposals(answers, knowledge)
        #expect(
            proposals.incrementalKey
                == .init(
                    value: ["lastModifiedDate"], reason: "Other companies use this column."))
        // A proof goes before what is said.
        var candidate = KeyCandidate(columns: ["memo"], origins: [.probed])
        candidate.proof = KeyProof(rows: 9, nulls: 0, duplicates: 0)
        knowledge.keys = KeyFindings(TableName(name: "t"), rows: 9, candidates: [candidate], statements: 1, notes: [])
        proposals = SetupProposals(answers, knowledge)
        #expect(proposals.uniqueColumns?.value == ["memo"])
        #expect(proposals.uniqueColumns?.reason.contains("identifies all 9 rows") == true)
        // Of a table that nobody knows, all rows are read.
        knowledge = SetupKnowledge()
        #expect(SetupProposals(answers, knowledge).loadMethod.value == ["drop_create_load"])
    }

    @Test func aProofSaysWhatItCosts() throws {
        var answers = Self.connection
        for (topic, value) in [
            SetupTopic.login: ["yes"], .table: ["transaction"], .columns: [], .loadMethod: ["upsert"],
        ] {
            answers[topic] = value
        }
        guard case .ask(let question) = SetupCourse(answers, Self.listed()).next else {
            Issue.record("nothing is asked")
            return
        }
        #expect(question.topic == .uniqueColumns && question.canProve && question.reading("?") == .prove)
        #expect(question.notes.contains { $0.contains("40 statements") && $0.contains("5 minutes") })
        answers[.prove] = ["yes"]
        #expect(SetupCourse(answers, Self.listed()).next == .look(.keys))
    }

    @Test func goingBackForgetsTheAnswerBefore() {
        let course = SetupCourse(Self.connection, SetupKnowledge())
        #expect(course.topic(before: .login) == .serviceHost)
        #expect(course.topic(before: .roleID) == .accountID)
        #expect(course.topic(before: .profile) == nil)
    }

    @Test func whatOnlyAPersonKnowsIsMissing() {
        let course = SetupCourse(SetupAnswers(), SetupKnowledge())
        #expect(
            course.missing.map(\.topic.name) == ["account-id", "role-id", "method", "table", "destination"],
            "\(course.missing.map(\.topic.name))")
        let filled = SetupCourse(Self.answers([.table: ["t"], .loadMethod: ["upsert"]]), SetupKnowledge())
            .filled(stopsAtLook: false)
        #expect(filled[.columns] == [] && filled[.extractType] == ["full"] && filled[.finish] == ["write"])
        #expect(filled[.destinationTable] == ["t"] && filled[.accountID] == nil)
    }
}
