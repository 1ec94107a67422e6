import Foundation
import Testing

@testable import MockSuiteAnalytics

/// The system's Python with pyodbc, and the stock PostgreSQL ODBC driver.
enum StockDriver {
    static let python = "/usr/bin/python3"
    static let isInstalled =
        (try? run(["-c", "import pyodbc; assert 'PostgreSQL Unicode' in pyodbc.drivers()"])) != nil

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    @discardableResult
    static func run(_ arguments: [String]) throws -> String {
        let process = Process()
        let (output, errors) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: python)
        process.arguments = arguments
        // Nothing else is inherited: libpq reads PG* variables. isql crashes without a HOME, and leaves its history there.
        process.environment = ["LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": "/nonexistent"]
        process.environment?["ODBCSYSINI"] = ProcessInfo.processInfo.environment["ODBCSYSINI"]
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "ended with \(process.terminationStatus): \(complaint)")
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// The mock as the stock PostgreSQL ODBC driver sees it, by pyodbc.
@Suite(.enabled(if: StockDriver.isInstalled, "python3-pyodbc and odbc-postgresql are not installed"))
struct DriverTests {
    /// Runs a scenario of `driver.py` on a thread of its own: it blocks until Python is done.
    static func drive(_ server: MockServer, _ arguments: String...) async throws -> String {
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "driver.py").path
        let all = [script, String(server.port)] + arguments
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try StockDriver.run(all) }) }
        }
    }

    /// A mock with `lines` lines for the time of `body`.
    static func withServer(lines: Int = 300, _ body: (MockServer) async throws -> Void) async throws {
        let clock = MockClock()
        var configuration = MockConfiguration()
        configuration.controlPort = 0
        let server = try await MockServer.start(
            configuration, store: try Store(.netSuite(lines: lines), seed: 7, clock: clock), clock: clock)
        do {
            try await body(server)
        } catch {
            await server.shutdown()
            throw error
        }
        await server.shutdown()
    }

    @Test func tokenMadeElsewhereLogsInOnceAndSoDoesThePassword() async throws {
        try await Self.withServer { server in
            let answer = try await Self.drive(server, "login")
            #expect(answer.contains(#""rows": 6"#) && answer.contains("Failed to login using TBA"))
            #expect(answer.contains(#""password": null"#))
            #expect(server.activity.logins.contains { $0.reason == LoginFault.replayedNonce.rawValue })
        }
    }

    @Test(arguments: [
        ("signature", LoginFault.wrongSignature), ("stale", .staleTimestamp), ("account", .wrongAccount),
        ("role", .wrongRole),
    ])
    func wrongLoginIsRefusedWithoutSayingWhy(_ kind: String, _ fault: LoginFault) async throws {
        try await Self.withServer(lines: 0) { server in
            let answer = try await Self.drive(server, "refused", kind)
            #expect(answer.contains("Failed to login using TBA") && !answer.contains(fault.rawValue))
            #expect(server.activity.logins.first?.reason == fault.rawValue)
        }
    }

    @Test func accountLocksAndOpensAfterThirtyMinutes() async throws {
        try await Self.withServer(lines: 0) { server in
            // pyodbc tries every failing connect twice, wide and narrow.
            for _ in 1...3 { _ = try await Self.drive(server, "refused", "signature") }
            #expect(server.activity.counters.loginsRefused == 5)
            #expect(server.activity.counters.loginsLocked == 1)
            let answer = try await Self.drive(server, "refused", "right")
            #expect(answer.contains("account is locked"))
            server.clock.advance(by: 1790)
            #expect(try await Self.drive(server, "refused", "right").contains("account is locked"))
            server.clock.advance(by: 11)
            #expect(try await Self.drive(server, "refused", "right") == "null")
        }
    }

    @Test(arguments: ["100", "1000"])
    func everyTableArrivesAsItIsStored(_ fetch: String) async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "mock-dump-\(UUID().uuidString).db").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Generator.write(.netSuite(lines: 2000), seed: 7, to: try SQLiteConnection(path: path, readOnly: false))
        try await Self.withServer(lines: 2000) { server in
            let answer = try await Self.drive(server, "compare", path, fetch)
            #expect(answer.contains(#""tables": 29"#), "\(answer)")
        }
    }

    static let lines = "select id, memo from transactionline"

    @Test(arguments: [
        (Fault.Kind.ticket, #"[200, "HY000"#, "Error ticket# "), (.reset, #"[200, "08S01"#, "connection has been lost"),
        (.close, #"[200, "08S01"#, "connection has been lost"),
        (.expired, #"[200, "08S01"#, "Connection expired. Please reconnect"),
        (.slow, #"[300, "whole""#, ", 6]"),
    ])
    func fetchFaultStrikesBehindItsRow(_ kind: Fault.Kind, _ start: String, _ part: String) async throws {
        try await Self.withServer { server in
            server.faults.add(Fault(.fetch, kind, matching: "TransactionLine", afterRows: 200))
            let answer = try await Self.drive(server, "faulty", Self.lines, "1")
            #expect(answer.hasPrefix(start) && answer.contains(part), "\(answer)")
        }
    }

    @Test func aSlowServiceTakesItsTimeForEachRow() async throws {
        try await Self.withServer { server in
            var fault = Fault(.fetch, .slow, times: nil, matching: "TransactionLine")
            fault.rowMicroseconds = 1000
            server.faults.add(fault)
            let begin = ContinuousClock.now
            let answer = try await Self.drive(server, "faulty", Self.lines, "1")
            #expect(answer.hasPrefix(#"[300, "whole""#), "\(answer)")
            #expect(ContinuousClock.now - begin >= .milliseconds(300))
        }
    }

    @Test func ticketLeavesTheSessionUsable() async throws {
        try await Self.withServer { server in
            server.faults.add(Fault(.fetch, .ticket, matching: "TransactionLine", afterRows: 200))
            let answer = try await Self.drive(server, "faulty", Self.lines, "1")
            #expect(answer.hasSuffix(", 6]"), "\(answer)")
            server.faults.add(Fault(.statement, .ticket, matching: "TransactionLine"))
            let fetched = try await Self.drive(server, "faulty", Self.lines, "0")
            #expect(fetched.hasPrefix(#"[0, "HY000"#), "\(fetched)")
        }
    }

    @Test(arguments: [Fault.Kind.refused, .locked, .sessionLimit, .reset, .close])
    func loginFaultIsALoginThatFails(_ kind: Fault.Kind) async throws {
        try await Self.withServer(lines: 0) { server in
            server.faults.add(Fault(.login, kind, times: nil))
            let executed = try await Self.drive(server, "refused", "right")
            #expect(executed.contains("08001"))
            #expect(server.activity.counters.loginsAccepted == 0)
        }
    }

    @Test func stalledFetchGoesOnWhenTheFaultIsCleared() async throws {
        try await Self.withServer { server in
            server.faults.add(Fault(.fetch, .stall, matching: "transactionline", afterRows: 100))
            async let answer = Self.drive(server, "faulty", Self.lines, "1")
            while !server.faults.faults.isEmpty { try await Task.sleep(for: .milliseconds(10)) }
            server.faults.clear()
            let whole = try await answer
            #expect(whole == #"[300, "whole", 6]"#)
        }
    }

    @Test func secondStatementOnABusySessionIsRefused() async throws {
        try await Self.withServer { server in
            let answer = try await Self.drive(server, "busy")
            #expect(answer.contains("Only one query at a time"), "\(answer)")
        }
    }

    @Test(arguments: ["CLIENT", "SERVER"])
    func parametersWorkInTheTextAndPrepared(_ mode: String) async throws {
        try await Self.withServer { server in
            let sql = "select id, symbol from currency where id >= ? and name = ? "
            let currencies = try await Self.drive(server, "query", sql, "2", "Euro", mode)
            #expect(currencies == #"[[5, "EUR"]]"#)
            let byDate = "select count(*) from transaction where trandate >= to_date(?, 'YYYY-MM-DD')"
            let counts = try await Self.drive(server, "query", byDate, "2099-01-01", mode)
            #expect(counts == "[[0]]")
        }
    }

    @Test func driverCatalogCallsAreAnswered() async throws {
        try await Self.withServer(lines: 0) { server in
            let answer = try await Self.drive(server, "catalog")
            #expect(
                answer.hasPrefix(
                    #"[["Account", "CUSTOMLIST_KNS_STATES"], ["id", "name"], ["transaction", "id"], "0A000"#))
        }
    }

    @Test func controlChannelMovesTheClockAndIdleSessionsExpire() async throws {
        try await Self.withServer(lines: 0) { server in
            let port = try #require(server.controlPort)
            let answer = try await Self.drive(server, "idle", String(port), server.controlToken)
            #expect(answer.contains("Connection expired. Please reconnect"), "\(answer)")
            let counters = try await ControlClient.send("counters", to: port, token: server.controlToken)
            #expect(counters.contains(#""logins_accepted":1"#), "\(counters)")
            #expect(
                try await ControlClient.send("nonsense", to: port, token: server.controlToken).contains(
                    #""ok":false"#))
        }
    }

    @Test func everyAnswerIsOneStateOfDataThatEvolveMeanwhile() async throws {
        let files = FileManager.default.temporaryDirectory.appending(path: "mock-evolution-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: files) }
        let (before, log) = (files.appending(path: "before.db").path, files.appending(path: "log.db").path)
        let clock = MockClock(start: 1_772_949_600)
        let catalog = Catalog.netSuite(lines: 400)
        let store = try Store(catalog, seed: 7, clock: clock, logPath: log)
        let server = try await MockServer.start(store: store, clock: clock)
        _ = try store.snapshot(to: before)
        try store.configureEvolution(["late=0.4", "delay=200", "bulk=0.1"])
        server.evolve(at: .rows(70))
        let answer = try await Self.drive(server, "evolving", before, log, "3")
        let counters = server.activity.counters
        await server.shutdown()
        #expect(
            answer == #"{"answers": 18, "failures": [], "states": true, "changed": true, "statements": 18}"#,
            "\(answer)")
        // What the driver asks for itself is not counted.
        #expect(counters.statements == 18 && counters.loginsAccepted == 3)
        #expect(server.activity.notes == [])
        let remaining = try FileManager.default.contentsOfDirectory(atPath: files.path).sorted()
        #expect(remaining == ["before.db", "log.db"])
    }

    @Test func evolutionIsControlledOverTheChannel() async throws {
        try await Self.withServer(lines: 100) { server in
            let port = try #require(server.controlPort)
            func tell(_ command: String) async throws -> String {
                try await ControlClient.send(command, to: port, token: server.controlToken)
            }
            #expect(try await tell("freeze 2026-03-08T06:00:00").contains("true"))
            let status = try await tell("evolve 3 tables=customer late=0 advance=10 changes=2")
            #expect(status.contains(#""steps":3"#) && status.contains(#""clock":1772949630"#), "\(status)")
            #expect(try await tell("log table=customer since=0 limit=1").contains(#""sequence":1,"#))
            #expect(try await tell("evolve start every=500 late=0.5").contains(#""every_rows":500"#))
            #expect(!(try await tell("evolve stop").contains("every_rows")))
            for wrong in ["evolve start", "evolve start every=0", "evolve -1", "evolve 1 late=x", "log colour=red"] {
                #expect(try await tell(wrong).contains(#""ok":false"#))
            }
            // However far the mock's clock is from the client's, its token is good.
            #expect(try await Self.drive(server, "refused", "right") == "null")
            #expect(try await tell("counters reset").contains("true"))
            #expect(try await tell("counters").contains(#""logins_accepted":0"#))
        }
    }

    @Test func queryTimeoutEndsAStalledStatement() async throws {
        try await Self.withServer(lines: 0) { server in
            server.faults.add(Fault(.statement, .stall, matching: "currency"))
            let answer = try await Self.drive(server, "timeout")
            #expect(answer.contains("57014") && answer.hasSuffix(", 6]"), "\(answer)")
        }
    }

    @Test func longScanDoesNotHoldUpOtherSessionsAndStopsWhenItsClientGoes() async throws {
        try await Self.withServer(lines: 4000) { server in
            let answer = try await Self.drive(server, "beside")
            #expect(answer == "[6, \"57014\"]", "\(answer)")
        }
    }

    static let isqlIsInstalled = FileManager.default.isExecutableFile(atPath: "/usr/bin/isql")

    @Test(.enabled(if: isqlIsInstalled, "isql is not installed"))
    func isqlLogsInWithATokenToo() async throws {
        try await Self.withServer(lines: 0) { server in
            let answer = try await Self.drive(server, "isql")
            #expect(answer.contains("Euro"), "\(answer)")
        }
    }

    @Test(
        .enabled(if: isqlIsInstalled, "isql is not installed"),
        arguments: [
            ("replayed", LoginFault.replayedNonce), ("signature", .wrongSignature), ("stale", .staleTimestamp),
            ("account", .wrongAccount), ("role", .wrongRole),
        ])
    func isqlIsRefusedToo(_ kind: String, _ fault: LoginFault) async throws {
        try await Self.withServer(lines: 0) { server in
            let answer = try await Self.drive(server, "isql", kind)
            #expect(answer.contains("Failed to login using TBA") && !answer.contains("Euro"), "\(answer)")
            #expect(server.activity.logins.last?.reason == fault.rawValue)
        }
    }

    @Test(.enabled(if: isqlIsInstalled, "isql is not installed"))
    func sixthTryOfIsqlFindsTheAccountLockedAndAfterThirtyMinutesThereIsOne() async throws {
        try await Self.withServer(lines: 0) { server in
            for _ in 1...5 { _ = try await Self.drive(server, "isql", "signature") }
            #expect(server.activity.counters.loginsRefused == 5)
            #expect(try await Self.drive(server, "isql").contains("account is locked"))
            server.clock.advance(by: 1801)
            _ = try await Self.drive(server, "isql", "signature")
            #expect(try await Self.drive(server, "isql").contains("account is locked"))
            server.clock.advance(by: 1801)
            #expect(try await Self.drive(server, "isql").contains("Euro"))
        }
    }
}
