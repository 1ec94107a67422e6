import Foundation
import ODBC
import ODBCSource
import TestSupport
import Testing

@testable import SuiteAnalytics

/// Each text of the table, whenever in the life of credentials it is said: through the real driver manager,
/// with new homes and a clock that jumps. The driver counts.
@Suite struct LoginPhaseTests {
    enum Phase: CaseIterable {
        /// With credentials that never worked.
        case first
        /// With credentials that have worked, in a run or a question later.
        case later
        /// In a run that has lost its session, in the middle of a read or behind it.
        case again
        /// At further logins of a run, beside the connection that lives, and from then on.
        case further
        /// At further logins, and when the connection beside them is lost as well.
        case furtherThenAgain
        /// At further logins of every run, of which the first login is let in: so many sessions are not granted.
        case furtherOnly
    }

    private static let states = ["28000", "08001", "HY000", "HYT00"]
    /// The home of each invocation, and the seconds by which the clock jumps before it.
    private static let invocations: [(home: String, seconds: Double)] = [
        ("h0", 0), ("h1", 0), ("h1", 86_400 * 40), ("h0", -7200), ("h2", 7200), ("h0", 0),
    ]

    /// A user's homes and the workplace beside the destination, and the service as the driver plays it.
    private final class World {
        private let directory: TemporaryDirectory
        private let driver: RecordingDriver
        private let failing: String
        private let account: AccountID
        private var home = "h0"
        private var begin: Int
        private var logins: [Bool] = []

        init(_ driver: RecordingDriver, state: String, text: String) throws {
            self.driver = driver
            directory = try TemporaryDirectory()
            try FileManager.default.createDirectory(atPath: directory.path("w"), withIntermediateDirectories: true)
            let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
            failing = "at connect fail \(state) 0 \"\(escaped)\""
            guard let account = AccountID(rawValue: "1234567_SB1") else { throw CocoaError(.formatting) }
            self.account = account
            begin = try Self.size(driver)
        }

        private static func record(_ driver: RecordingDriver) -> String {
            driver.settings.attributes.last { $0.keyword == "Record" }?.value ?? ""
        }

        private static func size(_ driver: RecordingDriver) throws -> Int {
            (try? FileManager.default.attributesOfItem(atPath: record(driver))[.size] as? Int) ?? 0
        }

        /// How many logins were tried since the last look.
        private func tried() throws -> Int {
            guard let file = FileHandle(forReadingAtPath: Self.record(driver)) else { return 0 }
            defer { try? file.close() }
            try file.seek(toOffset: UInt64(begin))
            let bytes = try file.readToEnd() ?? Data()
            begin += bytes.count
            return String(decoding: bytes, as: UTF8.self).split(separator: "\n").count {
                $0.contains(" SQLDriverConnect ")
            }
        }

        /// The service lets in from now on, and loses each session when its tables are asked for; or it fails.
        func turn(well: Bool) throws {
            try driver.rewrite(
                """
                sql contains "oa_tables"
                column "table_name" VARCHAR size 128
                at execute die
                """,
                probe: """
                    \(well ? "" : failing)
                    sql contains "FROM DUAL"
                    column "t" VARCHAR size 20
                    column "n" INTEGER size 10
                    row literal:1 "4"
                    """)
        }

        func age(by seconds: Double, home: String) throws {
            self.home = home
            try RememberedLogins(below: directory.url).age(by: seconds)
        }

        func source(_ living: LivingConnections) -> DataSource {
            var settings = ServiceSettings(
                account: account, role: 57, authentication: MockServer.authentication,
                stateDirectory: directory.path(home))
            settings.driver = driver.libraryPath
            settings.attributes = driver.settings.attributes
            settings.workplace = directory.path("w")
            let reading = ReadSettings()
            return DataSource(
                service: SuiteAnalyticsService(settings, reading: reading, living: living), reading: reading
            ) { _ in }
        }

        /// Whether a login came to be.
        @discardableResult func connect(_ source: DataSource) throws -> Bool {
            let isIn = (try? source.connect()) != nil
            // One login at most: what follows is not ours to decide.
            let count = try tried()
            try #require(count <= 1)
            if count == 1 { logins.append(isIn) }
            return isIn
        }

        /// Loses the session, and tries to have another.
        func loseAndConnect(_ source: DataSource) throws {
            _ = try? source.tables(schema: nil)
            try connect(source)
        }

        var failures: Int { logins.count { !$0 } }
        /// The most of them without a success between.
        var failuresInARow: Int { logins.split(separator: true).map(\.count).max() ?? 0 }
    }

    /// One invocation; the service is turned in the first.
    private func invoke(_ world: World, _ phase: Phase, isFirst: Bool) throws {
        let living = LivingConnections()
        let main = world.source(living)
        let isWell = phase == .furtherOnly || isFirst && phase != .first
        try world.turn(well: isWell)
        defer { main.disconnect() }
        guard try world.connect(main), isWell else { return }
        try world.turn(well: false)
        if phase == .later { return }
        if phase != .again {
            // Two helpers of one extract, and one of the next.
            for _ in 0..<3 { try world.connect(world.source(living)) }
        }
        if phase == .again || phase == .furtherThenAgain { try world.loseAndConnect(main) }
    }

    /// A SQLSTATE for each thing that a text may mean: what follows depends on nothing else.
    private static func pairs(_ sign: LoginSign) -> [(state: String, meaning: LoginMeaning)] {
        var found: [(state: String, meaning: LoginMeaning)] = []
        for state in states {
            let diagnostic = Diagnostic(state: SQLState(rawValue: state), nativeCode: 0, message: sign.example)
            let meaning = LoginText.judge.verdict(
                on: ODBCError(kind: .error, function: "SQLDriverConnect", diagnostics: [diagnostic])
            ).meaning
            if !found.contains(where: { $0.meaning == meaning }) { found.append((state, meaning)) }
        }
        return found
    }

    @Test(arguments: Phase.allCases)
    func refusalsAreTwoInARowAndNothingElseShutsADoorForLongerThanTheWaits(_ phase: Phase) throws {
        let driver = try RecordingDriver("")
        var logins = 0
        for sign in LoginText.judge.signs where !sign.phrases.isEmpty {
            for (state, meaning) in Self.pairs(sign) {
                let world = try World(driver, state: state, text: sign.example)
                let place: Comment = "\(phase), \(state), \(sign.example)"
                for (number, (home, seconds)) in Self.invocations.enumerated() {
                    try world.age(by: seconds, home: home)
                    try invoke(world, phase, isFirst: number == 0)
                }
                switch meaning {
                case .refused: #expect(world.failuresInARow == (phase == .furtherOnly ? 1 : 2), place)
                // One after each wait, of which each jump is one.
                case .locked: #expect(world.failures <= (phase == .first ? 1 : 4), place)
                case .unanswered where phase == .first: #expect(world.failures <= 2, place)
                case .unanswered, .notTried: break
                }
                // The service is well again.
                try world.turn(well: true)
                if meaning == .notTried || phase == .furtherOnly && meaning != .locked {
                    #expect(try world.connect(world.source(LivingConnections())), place)
                } else if meaning != .refused, phase != .first {
                    try world.age(by: LoginBreaker.longestWait, home: "h0")
                    #expect(try world.connect(world.source(LivingConnections())), place)
                }
                logins += world.failures
            }
        }
        #expect(logins > 60)
    }
}
