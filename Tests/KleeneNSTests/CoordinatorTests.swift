import Extraction
import Foundation
import Glibc
import ODBCSource
import Testing
import Text

@testable import KleeneNS

/// The coordinator against a worker that misbehaves in every way a driver can make it.
@Suite struct CoordinatorTests {
    /// What a coordinator told its observers; used from the test's own thread.
    final class Heard {
        var events: [RunEvent] = []
        var lines: [String] = []
        var recorded: [RunRecord] = []
        /// Seconds that each of them might have waited for.
        var patience: [Int] = []
        var notes: [String] {
            events.compactMap { if case .note(_, let text) = $0 { text } else { nil } }
        }
    }

    let heard = Heard()
    let interruption: Interruption

    init() throws {
        interruption = try Interruption()
        interruption.await()
    }

    static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/fake_worker.py").path

    func coordinator(
        arguments: [String] = [], path: String = "/usr/bin/env", stallLimit: Int = 30, secret: String? = nil,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        observe: @escaping (RunEvent) -> Void = { _ in }
    ) -> Coordinator {
        Coordinator(
            program: WorkerProgram(
                path: path, arguments: ["env", "python3", Self.script] + arguments, environment: environment),
            source: .odbc(DataSourceSettings(driver: "Fake", password: secret.map { Secret($0) })),
            driverName: "The driver Fake", stallLimit: stallLimit,
            interruption: interruption,
            observe: { [heard] event in
                heard.events.append(event)
                observe(event)
            }, hear: { [heard] in heard.lines.append($0) })
    }

    func extract(
        _ names: [String], by coordinator: Coordinator, find: @escaping (String) throws -> RunRecord? = { _ in nil }
    ) -> [ExtractResult] {
        var salt: UInt32 = 0
        let history = RunHistory(
            list: { _, _ in [] },
            find: find,
            add: { [heard] record, seconds in
                heard.recorded.append(record)
                heard.patience.append(seconds)
            })
        let extracts = names.map {
            TableExtract(name: $0, table: TableName(schema: "public", name: "t"), destinationTable: $0)
        }
        return coordinator.extract(extracts, into: .sqlite(path: "/nowhere/x.db"), history: history) {
            salt += 1
            return RunIdentity(startedAt: Timestamp(Date()), salt: salt)
        }
    }

    /// A coordinator is kept while a person is asked other things.
    @Test func eachQuestionIsTimedByItself() throws {
        var begun = 0
        var coordinator = coordinator()
        coordinator.begin = { begun += 1 }
        for _ in 1...3 { _ = try coordinator.ask(CatalogQuestion.schemas) }
        #expect(begun == 3)
    }

    @Test func oneWorkerDoesAllExtracts() {
        let results = extract(["ok-1", "ok-2"], by: coordinator())
        #expect(results.map(\.status) == [.succeeded, .succeeded])
        #expect(results.map(\.rows) == [7, 7])
        #expect(heard.recorded.isEmpty)
    }

    @Test(arguments: [
        ("crash", FailureClass.driverCrashed, "SIGSEGV"), ("killed", .driverCrashed, "SIGKILL"),
        ("exit", .driverCrashed, "code 3"), ("garbage", .driverCrashed, "not an event"),
        ("half", .driverCrashed, "code 0"), ("endless", .driverCrashed, "not an event"),
        ("stall", .driverStalled, "3 seconds"),
    ])
    func aBadDriverCostsOneExtract(_ name: String, _ kind: FailureClass, _ words: String) throws {
        let results = extract(["ok-1", name, "ok-2"], by: coordinator(stallLimit: name == "stall" ? 3 : 60))
        #expect(results.map(\.status) == [.succeeded, .failed, .succeeded])
        let failure = try #require(results[1].failure)
        #expect(failure.kind == kind)
        #expect(failure.message.contains(words))
        #expect(failure.message.contains("public.t"))
        #expect(heard.recorded.map(\.extract) == [name])
        #expect(heard.recorded.first?.rowsRead == 3)
        #expect(ProgramExit(results, signal: nil) == .partlyFailed)
    }

    @Test func aDriverThatTalksTooMuchHarmsNobody() {
        #expect(extract(["noise"], by: coordinator()).map(\.status) == [.succeeded])
        #expect(heard.lines.count >= 2000)
        #expect(heard.lines.allSatisfy { $0.utf8.count <= 4096 })
    }

    @Test func aLoadMayTakeLongerThanTheStallLimit() {
        #expect(extract(["load"], by: coordinator(stallLimit: 1)).map(\.status) == [.succeeded])
    }

    @Test func aRunThatWasCommittedBeforeTheCrashSucceeded() {
        let results = extract(["committed", "ok"], by: coordinator(), find: Self.succeeded)
        #expect(results.map(\.status) == [.succeeded, .succeeded])
        #expect(heard.recorded.isEmpty)
    }

    static func succeeded(_ id: String) -> RunRecord {
        var record = RunRecord(
            TableExtract(name: "committed", table: TableName(name: "t"), destinationTable: "committed"),
            run: RunIdentity(startedAt: Timestamp(Date()), salt: 1), version: "test")
        record.runID = id
        record.status = .succeeded
        return record
    }

    @Test(arguments: ["committed", "killed"])
    func whatIsNotKnownForWantOfItsRecordIsSaid(name: String) throws {
        let results = extract([name], by: coordinator()) { _ in throw Failure(.destination, "The disk is gone.") }
        let failure = try #require(results[0].failure)
        #expect(failure.kind == .driverCrashed && failure.message.contains("SIGKILL"))
        // One that never came to loading has loaded nothing, whatever the books are like.
        let isKnown = name == "killed"
        #expect(failure.advice.contains("The destination is as it was.") == isKnown)
        #expect(failure.advice.contains("rows may be loaded all the same") != isKnown)
        #expect(failure.advice.contains("(The disk is gone.)") != isKnown)
        #expect(failure.advice.contains("`kleene-ns runs show \(try #require(results[0].runID))`") != isKnown)
    }

    @Test func aDestinationThatWasHeldForAWhileIsAskedAgain() {
        var asked = 0
        let results = extract(["committed"], by: coordinator()) { id in
            asked += 1
            if asked == 1 { throw Failure(.destination, "It is locked.") }
            return Self.succeeded(id)
        }
        #expect(results.map(\.status) == [.succeeded])
        #expect(heard.recorded.count == 1)
    }

    @Test func aRefusedLoginIsNotTriedAgain() {
        let results = extract(["ok", "refused", "ok-2"], by: coordinator())
        #expect(results.map(\.status) == [.succeeded, .failed, .notRun])
        #expect(ProgramExit(results, signal: nil) == .loginRefused)
    }

    @Test func aWorkerThatDiesAtStartIsNotStartedForEachExtract() throws {
        let results = extract(["ok-1", "ok-2"], by: coordinator(arguments: ["--die"]))
        #expect(results.map(\.status) == [.failed, .failed])
        let failure = try #require(results[0].failure)
        #expect(failure.kind == .environment)
        #expect(failure.message.contains("code 127"))
    }

    @Test func aWorkerThatIsNotThereIsASentence() throws {
        let results = extract(["ok"], by: coordinator(path: "/nowhere/kleene-ns"))
        #expect(try #require(results[0].failure).message.contains("No such file or directory"))
    }

    @Test func secretsAreRedactedInAllThatAWorkerSays() throws {
        let secret = "se}cret\"42"
        let results = extract(["leak"], by: coordinator(secret: secret))
        #expect(try #require(results[0].failure).message == "no route to [redacted]")
        #expect(heard.lines == ["login with [redacted]"])
        #expect(heard.notes == ["UID=x;PWD={[redacted]}"])
        #expect(throws: Failure(.connection, "no route to [redacted]")) {
            try coordinator(secret: secret).ask(CatalogQuestion.tables(schema: nil))
        }
    }

    @Test func anAnswerComesBack() throws {
        #expect(
            try coordinator().ask(CatalogQuestion.schemas) == .schemas([CatalogSchema(catalog: nil, schema: "public")]))
    }

    @Test func aCrashWhileListingIsASentence() throws {
        let failure = try #require(throws: Failure.self) {
            try coordinator().ask(CatalogQuestion.columns([TableName(name: "t")]))
        }
        #expect(failure.kind == .driverCrashed)
        #expect(failure.message.contains("SIGABRT"))
    }

    @Test func aSignalLetsTheWorkerStopByItself() {
        let interruption = interruption
        let coordinator = coordinator { event in
            if case .progress("polite", _, _) = event { interruption.deliver(SIGTERM) }
        }
        let results = extract(["ok", "polite", "ok-2"], by: coordinator)
        #expect(results.map(\.status) == [.succeeded, .interrupted, .notRun])
        #expect(ProgramExit(results, signal: interruption.signal) == .terminated)
        #expect(heard.recorded.isEmpty)
    }

    @Test func theEndOfTheTimeLetsTheWorkerStopAndASignalAfterItDoesNotKill() {
        let interruption = interruption
        let coordinator = coordinator { event in
            if case .progress("polite", _, _) = event { interruption.expire() }
        }
        let results = extract(["ok", "polite", "ok-2"], by: coordinator)
        #expect(results.map(\.status) == [.succeeded, .interrupted, .notRun])
        #expect(ProgramExit(results, signal: nil, isOutOfTime: interruption.isOutOfTime) == .runtimeReached)
        #expect(ProgramExit(Array(results.prefix(1)), signal: nil, isOutOfTime: true) == .done)
        interruption.deliver(SIGTERM)
        #expect(interruption.count == 1 && !interruption.isOutOfTime)
    }

    @Test func aSecondSignalKillsAWorkerThatDoesNotStop() {
        let interruption = interruption
        let clock = ContinuousClock()
        let begin = clock.now
        let coordinator = coordinator { event in
            guard case .progress("stubborn", _, _) = event else { return }
            interruption.deliver(SIGINT)
            interruption.deliver(SIGINT)
        }
        let results = extract(["stubborn", "ok"], by: coordinator)
        #expect(results.map(\.status) == [.interrupted, .notRun])
        #expect(heard.recorded.map(\.status) == [.interrupted])
        // At once: also where another program holds the destination.
        #expect(heard.patience == [0])
        #expect(ProgramExit(results, signal: interruption.signal) == .interrupted)
        #expect(clock.now - begin < .seconds(5))
    }

    @Test func aWorkerThatDoesNotStopIsKilledAfterItsGrace() {
        let interruption = interruption
        let coordinator = coordinator { event in
            if case .progress("stubborn", _, _) = event { interruption.deliver(SIGINT) }
        }
        #expect(extract(["stubborn"], by: coordinator).map(\.status) == [.interrupted])
        #expect(heard.patience == [2])
    }

    @Test(
        arguments: [
            (nil, "glibc.malloc.tcache_count=65535"), ("", "glibc.malloc.tcache_count=65535"),
            ("glibc.malloc.perturb=7", "glibc.malloc.perturb=7:glibc.malloc.tcache_count=65535"),
            ("glibc.malloc.tcache_count=9:glibc.rtld.nns=4", "glibc.malloc.tcache_count=9:glibc.rtld.nns=4"),
        ] as [(String?, String)])
    func aWorkerKeepsFreedMemoryUnlessTheUserSaysOtherwise(given: String?, expected: String) {
        let program = WorkerProgram.ourselves(
            environment: given.map { ["GLIBC_TUNABLES": $0] } ?? [:], without: [])
        #expect(program.environment["GLIBC_TUNABLES"] == expected)
    }

    @Test func aWorkerInheritsThreeStreamsAndNoSecret() throws {
        let report = FileManager.default.temporaryDirectory.appendingPathComponent("report-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: report) }
        // A descriptor that must not be inherited.
        let leak = dup(0)
        defer { close(leak) }
        var environment = ProcessInfo.processInfo.environment
        environment["THE_PASSWORD"] = "planted-secret"
        let program = WorkerProgram.ourselves(environment: environment, without: ["THE_PASSWORD"])
        _ = try coordinator(
            arguments: ["--report", report.path], secret: "planted-secret", environment: program.environment
        ).ask(CatalogQuestion.schemas)
        let text = try String(contentsOf: report, encoding: .utf8)
        #expect(!text.contains("planted-secret"))
        #expect(!text.contains("THE_PASSWORD"))
        #expect(text.contains("SWIFT_BACKTRACE=enable=no"))
        // 3 is the report itself.
        let descriptors = try #require(text.split(separator: "\n").last).split(separator: " ")
        #expect(
            descriptors.filter { !$0.hasPrefix("3=") && !$0.hasSuffix("/fd") }
                == ["0=pipe", "1=pipe", "2=pipe"])
    }
}
