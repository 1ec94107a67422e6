import Extraction
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import PostgresDestination

/// What a database remembers of logins, as sessions of it have it: locks, and a table that goes where nobody needs it.
@Suite(.enabled(if: ThrowawayServer.isThere, "there is no PostgreSQL beside the tests"))
struct PostgresLoginsTests {
    /// A database of its own.
    private final class Database {
        let name = "logins_\(UInt64.random(in: .min ... .max))"

        init() throws { try ThrowawayServer.connect().query("CREATE DATABASE \(name)") }

        deinit { _ = try? ThrowawayServer.connect().query("DROP DATABASE \(name) WITH (FORCE)") }

        var server: PostgresServer {
            var server = ThrowawayServer.server
            server.database = name
            return server
        }

        func session(patience: Double = 20, isNeeded: Bool = true) throws -> PostgresLoginSession {
            try #require(try PostgresLogins(server, isNeeded: isNeeded).session(patience: patience))
        }

        @discardableResult func query(_ sql: String) throws -> [[String?]] {
            try PostgresConnection(server, application: "tests").query(sql)
        }

        /// `table`, `schema` where nothing but that is there, or `nothing`.
        var left: String {
            get throws {
                if try query("SELECT to_regclass('_kleene.logins') IS NOT NULL") == [["t"]] { return "table" }
                return try query("SELECT to_regnamespace('_kleene') IS NOT NULL") == [["t"]] ? "schema" : "nothing"
            }
        }
    }

    private let database: Database

    init() throws { database = try Database() }

    // MARK: Locks

    @Test func nameIsHadByOneSessionAtATime() throws {
        let first = try database.session()
        let second = try database.session(patience: 0.2)
        #expect(try first.lock("a") == nil)
        #expect(try second.lock("b") == nil)
        let holder = try second.lock("a")
        #expect(holder?.hasPrefix("the session ") == true, "\(String(describing: holder))")
        try first.unlock("a")
        #expect(try second.lock("a") == nil)
    }

    @Test func nameIsFreeOnceItsSessionIsGone() throws {
        let second = try database.session()
        do {
            let first = try database.session()
            #expect(try first.lock("a") == nil)
        }
        #expect(try second.lock("a") == nil)
    }

    /// Sessions that wait for a lock: each with the moment since which its statement runs.
    private func waiting() throws -> [String: String] {
        let rows = try database.query(
            """
            SELECT a.pid, a.query_start FROM pg_locks l JOIN pg_stat_activity a USING (pid)
            WHERE l.locktype = 'advisory' AND NOT l.granted AND a.datname = current_database()
            """)
        return Dictionary(rows.map { ($0[0] ?? "", $0[1] ?? "") }) { $1 }
    }

    /// Each has it for its own login: who waits for many gives up because of none.
    @Test func turnsOfOthersAreWaitedFor() throws {
        let server = database.server
        let results = Mutex<[String: String]>([:])
        let (hasTurn, mayGo, isDone) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchGroup())
        func log(in name: String, patience: Double, _ body: @escaping @Sendable () -> Void) {
            DispatchQueue.global().async(group: isDone) {
                do {
                    let session = try PostgresLogins(server, isNeeded: true).session(patience: patience)
                    let holder = try session?.lock("a")
                    results.withLock { $0[name] = holder ?? "had it" }
                    body()
                    try session?.unlock("a")
                } catch {
                    results.withLock { $0[name] = "\(error)" }
                }
            }
        }
        // Also where an expectation throws.
        defer { mayGo.signal() }
        let first = try database.session()
        #expect(try first.lock("a") == nil)
        log(in: "second", patience: 60) {
            hasTurn.signal()
            mayGo.wait()
        }
        try wait { try waiting().count == 1 }
        let second = try waiting().keys
        log(in: "third", patience: 1) {}
        try wait { try waiting().count == 2 }
        let third = try #require(try waiting().first { !second.contains($0.key) })
        try first.unlock("a")
        hasTurn.wait()
        // The third has waited as long as it is told to, and sees that another has it by now.
        try wait { try waiting()[third.key].map { $0 != third.value } ?? false }
        mayGo.signal()
        isDone.wait()
        #expect(results.withLock { $0 } == ["second": "had it", "third": "had it"])
    }

    @Test(
        .enabled(if: Pool.isThere, "there is no pgbouncer beside the tests"),
        arguments: [("transaction", false), ("statement", false), ("session", true)])
    func poolThatBreaksLocksIsRefusedOrDoneWithout(mode: String, isGood: Bool) throws {
        let pool = try Pool(mode: mode)
        func session(isNeeded: Bool) throws -> PostgresLoginSession? {
            try PostgresLogins(pool.server, isNeeded: isNeeded).session(patience: 1)
        }
        #expect(try (session(isNeeded: false) != nil) == isGood)
        if isGood {
            #expect(try session(isNeeded: true) != nil)
        } else {
            let error = #expect(throws: Failure.self) { try session(isNeeded: true) }
            #expect(error?.message.contains("is a pool that changes sessions") == true)
        }
    }

    // MARK: Servers that cannot be had

    @Test func serverThatIsAwayIsAFailureOnlyToWhoNeedsIt() throws {
        var gone = database.server
        gone.port = 1
        #expect(try PostgresLogins(gone, isNeeded: false).session(patience: 1) == nil)
        let error = #expect(throws: Failure.self) { try PostgresLogins(gone, isNeeded: true).session(patience: 1) }
        #expect(error?.kind == .destination)
        for change: (inout PostgresServer) -> Void in [{ $0.password = "wrong" }, { $0.database = "nowhere" }] {
            var other = database.server
            change(&other)
            #expect(try PostgresLogins(other, isNeeded: false).session(patience: 1) == nil)
            #expect(throws: Failure.self) { try PostgresLogins(other, isNeeded: true).session(patience: 1) }
        }
    }

    /// The database as a user has it that owns nothing.
    private func asAnother(_ terms: String = "", _ body: (_ server: PostgresServer, _ role: String) throws -> Void)
        throws
    {
        let role = database.name + "_other"
        try database.query("CREATE ROLE \(role) LOGIN PASSWORD 'p' \(terms)")
        defer { _ = try? database.query("DROP ROLE \(role)") }
        var server = database.server
        (server.user, server.password) = (role, "p")
        try body(server, role)
    }

    /// Hundreds of containers at once are more than a server takes: those that it turns away do not log in as if there were none.
    @Test func serverThatIsFullIsDoneWithoutByNobody() throws {
        try asAnother("CONNECTION LIMIT 0") { server, _ in
            for isNeeded in [false, true] {
                let error = #expect(throws: Failure.self) {
                    try PostgresLogins(server, isNeeded: isNeeded).session(patience: 1)
                }
                #expect(error?.message.contains("too many connections") == true)
            }
        }
    }

    @Test func readOnlySessionsAreDoneWithout() throws {
        try database.query("ALTER DATABASE \(database.name) SET default_transaction_read_only = on")
        let session = try PostgresLogins(database.server, isNeeded: false).session(patience: 1)
        #expect(try session?.prepare(isMaking: true) != true)
    }

    @Test func userWithoutRightsMakesNothing() throws {
        try asAnother { server, role in
            func session(isNeeded: Bool) throws -> PostgresLoginSession {
                try #require(try PostgresLogins(server, isNeeded: isNeeded).session(patience: 1))
            }
            #expect(try session(isNeeded: false).prepare(isMaking: true) == false)
            let error = #expect(throws: Failure.self) { try session(isNeeded: true).prepare(isMaking: true) }
            #expect(error?.advice.contains("GRANT CREATE ON SCHEMA _kleene") == true, "\(String(describing: error))")
            #expect(try database.left == "nothing")
            // A schema that was given to the user is enough.
            try database.query("CREATE SCHEMA _kleene AUTHORIZATION \(role)")
            #expect(try session(isNeeded: true).prepare(isMaking: true))
            try database.query("DROP OWNED BY \(role)")
        }
    }

    // MARK: What is made goes

    /// The texts of which one must stay begin with "!".
    private func end(_ session: PostgresLoginSession) { session.leave { _, text in !text.hasPrefix("!") } }

    @Test func whatWasMadeForALoginGoesWithIt() throws {
        #expect(try database.session().prepare(isMaking: false) == false)
        let session = try database.session()
        #expect(try session.prepare(isMaking: true))
        try session.write("fine", "a")
        #expect(try session.text("a") == "fine")
        #expect(try session.all().map(\.name) == ["a"])
        end(session)
        #expect(try database.left == "nothing")
    }

    @Test func whatHasToBeRememberedStays() throws {
        for keeps in [false, true] {
            let session = try database.session()
            #expect(try session.prepare(isMaking: true))
            try session.write(keeps ? "fine" : "! refused", "a")
            if keeps { try session.keep() }
            end(session)
            #expect(try database.left == "table")
            try database.query("DROP SCHEMA _kleene CASCADE")
        }
    }

    @Test func whoLeavesLastRemovesWhatTheFirstHasMade() throws {
        let first = try database.session()
        #expect(try first.prepare(isMaking: true))
        let second = try database.session()
        #expect(try second.prepare(isMaking: true))
        end(first)
        #expect(try database.left == "table")
        try second.write("fine", "b")
        end(second)
        #expect(try database.left == "nothing")
    }

    @Test func whatAProcessLeavesThatDiesIsRemovedByTheNext() throws {
        do {
            let dead = try database.session()
            #expect(try dead.prepare(isMaking: true))
            try dead.write("! under way", "a")
        }
        let other = try database.session()
        #expect(try other.prepare(isMaking: true))
        end(other)
        #expect(try database.left == "table")
        let next = try database.session()
        #expect(try next.prepare(isMaking: true))
        try next.write("fine", "a")
        end(next)
        #expect(try database.left == "nothing")
    }

    @Test func schemaThatSomebodyElseHasMadeStays() throws {
        try database.query("CREATE SCHEMA _kleene")
        let session = try database.session()
        #expect(try session.prepare(isMaking: true))
        end(session)
        #expect(try database.left == "schema")
    }

    @Test func whatSomebodyElseHasPutThereStays() throws {
        let session = try database.session()
        #expect(try session.prepare(isMaking: true))
        try database.query("CREATE TABLE _kleene.other (a int)")
        end(session)
        #expect(try database.query("SELECT to_regclass('_kleene.other') IS NOT NULL") == [["t"]])
    }

    @Test func tableBesideBooksStays() throws {
        for makesBooksFirst in [true, false] {
            let books = BookTables(
                server: try PostgresConnection(database.server, application: "tests"), schema: "public", place: "here")
            if makesBooksFirst { try books.create() }
            let session = try database.session()
            #expect(try session.prepare(isMaking: true))
            if !makesBooksFirst { try books.create() }
            end(session)
            #expect(try database.left == "table")
            try database.query("DROP SCHEMA _kleene CASCADE")
        }
    }

    /// Nobody finds a table that another is just removing, nor fails over making it.
    @Test func sessionsThatComeAndGoTogetherAllFindIt() throws {
        let problems = Mutex<[String]>([])
        let server = database.server
        for round in 0..<10 {
            DispatchQueue.concurrentPerform(iterations: 6) { number in
                do {
                    guard let session = try PostgresLogins(server, isNeeded: true).session(patience: 60) else { return }
                    guard try session.prepare(isMaking: true) else { throw PostgresError(message: "no room") }
                    let name = "user \(number % 2)"
                    if let holder = try session.lock(name) { throw PostgresError(message: "held by \(holder)") }
                    try session.write("fine \(round)", name)
                    if try session.text(name) != "fine \(round)" { throw PostgresError(message: "another text") }
                    try session.unlock(name)
                    session.leave { _, _ in true }
                } catch {
                    problems.withLock { $0.append("\(error)") }
                }
            }
            #expect(try database.left == "nothing", "\(round)")
        }
        #expect(problems.withLock { $0 } == [])
    }
}
