import Rows
import Testing

@testable import Extraction

/// The one loop in which what failed is tried again.
@Suite struct PatienceTests {
    private let source = LostSource()

    private func patience(attempts: Int = 4, isInterrupted: Bool = false) -> Patience<LostSource> {
        let context = RunContext(
            settings: RunSettings(retry: RetryPolicy(attempts: attempts, firstDelay: 0, longestDelay: 0)),
            version: "test", isInterrupted: { isInterrupted })
        return Patience(
            source: source, extract: TableExtract(name: "e", table: TableName(name: "t"), destinationTable: "t"),
            context: context)
    }

    private func failure(_ body: () throws -> Void) -> FailureClass? {
        #expect(throws: Failure.self, performing: body)?.kind
    }

    // MARK: Logins

    @Test func aLoginIsTriedAgainUntilThePolicyGivesUp() throws {
        source.refusals = [.connection, .connection]
        try patience().connect()
        #expect(source.logins == 3)
        source.refusals = Array(repeating: .connection, count: 9)
        #expect(failure { try patience().connect() } == .connection)
        #expect(source.logins == 3 + 4)
    }

    @Test(arguments: [FailureClass.connection, .sessionGone, .timeout, .credentials])
    func aLoginThatMayHaveBeenRefusedIsNotRepeated(_ kind: FailureClass) {
        source.mayLogInAgain = false
        source.refusals = [kind]
        #expect(failure { try patience().connect() } == kind)
        #expect(source.logins == 1)
    }

    @Test func withoutRetriesNothingIsTriedTwice() {
        source.refusals = [.connection]
        #expect(failure { try patience(attempts: 1).connect() } == .connection)
        #expect(source.logins == 1)
    }

    // MARK: Questions

    @Test(arguments: [FailureClass.sessionGone, .timeout])
    func aQuestionIsAskedAgainOnAFreshConnection(_ kind: FailureClass) throws {
        var failures = [kind]
        let answer = try patience().ask {
            if let kind = failures.popLast() { throw Failure(kind, "Gone.") }
            return 7
        }
        #expect(answer == 7 && source.logins == 1 && source.disconnects == 1)
    }

    @Test func theFreshConnectionIsTriedForAsAnyLogin() throws {
        source.refusals = [.connection, .connection]
        var failures = [FailureClass.sessionGone]
        try patience().ask { if let kind = failures.popLast() { throw Failure(kind, "Gone.") } }
        #expect(source.logins == 3)
        failures = [.sessionGone]
        source.refusals = [.connection]
        source.mayLogInAgain = false
        #expect(
            failure { try patience().ask { if let kind = failures.popLast() { throw Failure(kind, "Gone.") } } }
                == .connection)
    }

    @Test(arguments: FailureClass.allCases.filter { ![.sessionGone, .timeout].contains($0) })
    func whatIsNotTheConnectionsFaultIsNotAskedTwice(_ kind: FailureClass) {
        var asked = 0
        #expect(
            failure {
                try patience().ask {
                    asked += 1
                    throw Failure(kind, "No.")
                }
            } == kind)
        #expect(asked == 1 && source.logins == 0)
    }

    /// Small questions can't be read in two.
    @Test func aQuestionThatTimesOutTwiceIsGivenUp() {
        var asked = 0
        #expect(
            failure {
                try patience().ask {
                    asked += 1
                    throw Failure(.timeout, "Slow.")
                }
            } == .timeout)
        #expect(asked == 2)
    }

    // MARK: Reads

    @Test func whatCanBeHalvedIsHandedBackForThat() throws {
        var tries = 0
        let patience = patience()
        func read(after failures: Int) throws -> Patience<LostSource>.Outcome<Int> {
            try patience.attempt(after: failures) {
                tries += 1
                throw Failure(.data, "Bad.")
            } decide: { failure, count in
                patience.decide(failure, attempt: count, canHalve: true)
            }
        }
        guard case .halved(let first) = try read(after: 0) else { throw Failure(.internal, "It was not halved.") }
        #expect(first.kind == .data && tries == 2)
        // Half of what has failed is not tried twice.
        guard case .halved = try read(after: 1) else { throw Failure(.internal, "It was not halved.") }
        #expect(tries == 3 && source.disconnects == 3)
    }

    @Test func errorsThatAreNoFailuresPass() {
        struct Stopped: Error {}
        let patience = patience()
        #expect(throws: Stopped.self) {
            _ = try patience.attempt {
                throw Stopped()
            } decide: { _, _ in
                .giveUp
            }
        }
    }

    @Test func anInterruptionEndsTheWaitAndSaysWhatIsKept() {
        let context = RunContext(
            settings: RunSettings(retry: RetryPolicy(firstDelay: 60)), version: "test", isInterrupted: { true })
        let patience = Patience(
            source: source, extract: TableExtract(name: "e", table: TableName(name: "t"), destinationTable: "t"),
            context: context)
        let failure = #expect(throws: Failure.self) {
            _ = try patience.attempt(kept: KeptChunks(complete: 2, total: 3)) {
                throw Failure(.connection, "Gone.")
            } decide: { failure, count in
                patience.decide(failure, attempt: count)
            }
        }
        #expect(failure?.kind == .interrupted)
        #expect(failure?.message.contains("2 of 3 chunks are complete and kept") == true)
    }
}

/// A source that can be logged in to, at most, and answers nothing.
private final class LostSource: Source {
    /// How the next logins fail, the next one last.
    var refusals: [FailureClass] = []
    var mayLogInAgain = true
    private(set) var logins = 0
    private(set) var disconnects = 0

    func connect() throws -> SourceFacts {
        logins += 1
        if let kind = refusals.popLast() { throw Failure(kind, "Not now.") }
        return SourceFacts(
            driverName: "", driverVersion: "", databaseName: "", databaseVersion: "", encoding: "narrow UTF-8")
    }

    func disconnect() { disconnects += 1 }

    private var nothing: Failure { Failure(.statement, "Nothing is answered.") }

    func schemas() throws -> [CatalogSchema] { throw nothing }
    func tables(schema: String?) throws -> [CatalogTable] { throw nothing }
    func columns(of table: TableName, withKey: Bool) throws -> CatalogTableColumns { throw nothing }
    func clock() throws -> SourceClock { throw nothing }
    func extent(of column: String, kind: KeyKind, in table: TableName, where condition: Condition?) throws -> KeyExtent
    {
        throw nothing
    }
    func maximum(of column: String, kind: KeyKind, in table: TableName, where condition: Condition?) throws -> KeyValue?
    {
        throw nothing
    }
    func statement(for query: TableQuery) throws -> String { throw nothing }
    func open(_ query: TableQuery, hint: Never?) throws -> LostReader { throw nothing }
}

private final class LostReader: TableReader {
    let columns: [Column] = []
    let layout = BatchLayout(slots: [], capacity: 1)

    func fill(_ batch: RowBatch) throws -> Bool { false }
}
