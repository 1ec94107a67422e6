import Foundation
import Testing

@testable import MockSuiteAnalytics

/// Clients that send what nobody should. A crash of the mock would end this process.
@Suite struct HostileTests {
    /// `hostile.py` asks after each act whether another client is still served, and names the acts after which it was not.
    @Test(arguments: [("before_login", 20), ("statements", 90), ("control", 60), ("mutated", 400)])
    func nothingThatAClientSendsHarmsTheOthers(_ scenario: String, _ least: Int) async throws {
        try await DriverTests.withServer { server in
            let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "hostile.py").path
            let arguments = [
                script, String(server.port), String(try #require(server.controlPort)), scenario, server.controlToken,
            ]
            let answer = try await withCheckedThrowingContinuation { continuation in
                Thread.detachNewThread { continuation.resume(with: Result { try StockDriver.run(arguments) }) }
            }
            struct Outcome: Decodable {
                let acts: Int
                let failed: [String]
            }
            let outcome = try JSONDecoder().decode(Outcome.self, from: Data(answer.utf8))
            #expect(outcome.failed == [])
            #expect(outcome.acts >= least)
        }
    }

    @Test(arguments: [
        ("a", 0), ("a + b", 1), ("f(a), f(b), f(c)", 1), ("((a))", 2), ("a + (b - (c * d))", 5), ("a, b + c, d", 1),
        ("((a + b), c) or d", 4), ("(((", 3), (")))", 0), ("case when a then case when b then c end end", 4),
    ])
    func depthCountsWhatJoinsBetweenCommas(_ text: String, _ depth: Int) throws {
        #expect(Parser.depth(of: try Tokenizer.tokens(of: text)) == depth)
    }

    @Test func deepQueriesAreRefusedAndWideOnesAreNot() throws {
        let deep = "select 1 from dual where 1 = 1" + String(repeating: " or 1 = 1", count: 200)
        #expect(throws: SQLRefusal.tooComplex) { try Parser.parse(deep) }
        let items = (0..<900).map { "nvl(substr(name, 1, \($0 + 1)), 'x') || '-' as c\($0)" }.joined(separator: ", ")
        let keys = (0..<1000).map { "-\($0)" }.joined(separator: ", ")
        let wide = "select \(items) from currency where id in (\(keys)) or id in (\(keys))"
        #expect(try Renderer.render(Parser.parse(wide).query, in: DialectTests.view).columns.count == 900)
    }

    @Test(arguments: [
        (#"{"point": "fetch", "kind": "ticket"}"#, Fault(.fetch, .ticket)),
        (#"{"point": "login", "kind": "slow", "times": null}"#, Fault(.login, .slow, times: nil)),
        ("login slow times=always", Fault(.login, .slow, times: nil)),
        ("login slow always", Fault(.login, .slow, times: nil)), ("login slow", Fault(.login, .slow)),
        (
            #"{"point": "fetch", "kind": "stall", "times": 3, "matching": "a b", "after_rows": 7}"#,
            Fault(.fetch, .stall, times: 3, matching: "a b", afterRows: 7)
        ),
    ])
    func faultIsReadFromJSONAsFromWords(_ text: String, _ fault: Fault) throws {
        #expect(try ControlCommand.fault(text) == fault)
    }

    @Test(arguments: [
        "times=-1", "times=x", "milliseconds=-5", "row_microseconds=-1", "after_rows=", "sql_state=abc",
        "sql_state=hy000", "=", "colour=red",
    ])
    func oddFaultIsRefusedAndNotInForce(_ word: String) async throws {
        try await DriverTests.withServer(lines: 0) { server in
            let answer = ControlCommand.answer("fault statement error \(word)", server)
            #expect(answer.hasPrefix(#"{"error":"#) && answer.contains(#""ok":false"#), "\(answer)")
            #expect(server.faults.faults.isEmpty)
        }
    }
}
