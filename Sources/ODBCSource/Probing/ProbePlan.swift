package import Extraction
package import ODBC

/// One question to a source, by itself: what it asks, and what the answer means.
package struct ProbeItem {
    package let name: String
    /// Throws what the source refused and the item did not expect it to.
    package let examine: (ProbeSession) throws -> ProbeAnswer

    package init(_ name: String, examine: @escaping (ProbeSession) throws -> ProbeAnswer) {
        self.name = name
        self.examine = examine
    }
}

/// What an item came to.
package struct ProbeAnswer {
    package var status: Check.Status
    package var detail: String
    package var facts: [ProbeFinding.Fact]

    package init(_ status: Check.Status, _ detail: String, facts: [ProbeFinding.Fact] = []) {
        self.status = status
        self.detail = detail
        self.facts = facts
    }
}

/// What a service wants to be asked, and the SQL in which the common questions are put to it.
package struct ProbePlan {
    /// A `FROM` for constants; nil where it has to be found out.
    package var fromConstants: String?
    /// Expressions that tell the source's time as `YYYY-MM-DD HH:MM:SS`, with or without more behind it.
    package var clocks = ["CURRENT_TIMESTAMP"]
    /// A statement that returns a few hundred rows, the same each time; nil for one made of constants.
    package var blockStatement: (() -> String)?
    /// A statement of bounded cost that takes the source a while; nil where none is known.
    package var slowStatement: String?
    /// The service's own questions, between the common ones and those that may end the connection.
    package var items: [ProbeItem] = []
    /// Words that must not be in a report, with what stands for them.
    package var privateWords: [(word: String, placeholder: String)] = []
    /// How long a statement may run before it is cancelled, in milliseconds.
    package var cancelDelay = 1000

    package init() {}
}

/// One connection under examination.
///
/// Every statement goes through it, so that it knows when the connection is lost. It never opens another.
package final class ProbeSession {
    package let connection: Connection
    package let plan: ProbePlan
    let profile: DriverProfile
    let fetchesWide: Bool
    private let service: any ODBCService
    /// ` FROM DUAL`, or nothing.
    package var fromConstants: String
    /// Set once the source or the driver has ended the connection, or does not let go of a call.
    package private(set) var isLost = false
    private var words: [(word: String, placeholder: String)]

    init(
        _ connection: Connection, plan: ProbePlan, profile: DriverProfile, fetchesWide: Bool, service: any ODBCService
    ) {
        self.connection = connection
        self.plan = plan
        self.profile = profile
        self.fetchesWide = fetchesWide
        self.service = service
        self.fromConstants = plan.fromConstants ?? ""
        self.words = plan.privateWords
    }

    /// All rows of a statement as text.
    package func rows(_ sql: String) throws(ODBCError) -> [[String?]] {
        try run { statement throws(ODBCError) in
            try statement.execute(sql)
            return try statement.textRows()
        }
    }

    /// The first value of an expression.
    package func value(_ expression: String) throws(ODBCError) -> String? {
        try rows("SELECT \(expression)\(fromConstants)").first?.first ?? nil
    }

    /// Something with a statement of its own; notices when that costs the connection.
    package func run<Value>(_ body: (Statement) throws(ODBCError) -> Value) throws(ODBCError) -> Value {
        do {
            return try body(try Statement(connection))
        } catch {
            notice(error)
            throw error
        }
    }

    /// Notices an error that means the end of the connection.
    package func notice(_ error: ODBCError) {
        if service.failure(error, .listing("")).kind == .sessionGone || connection.isDead { isLost = true }
    }

    /// Nothing more may be asked: a call has not come back.
    package func giveUp() { isLost = true }

    /// Keeps a word that the source has told out of the report.
    package func conceal(_ word: String, as placeholder: String) { words.append((word, placeholder)) }

    /// An error for a report: state, number of the driver's own, text.
    package func words(of error: ODBCError) -> String {
        let codes = error.principal.map { "[\($0.state), \($0.nativeCode)] " } ?? ""
        return codes + error.saying
    }

    /// All that the driver said, letter for letter, prefixes included: what failures are told apart by.
    package func rawWords(of error: ODBCError) -> String {
        let records = error.diagnostics.map { "[\($0.state), \($0.nativeCode)] \($0.shown)" }
        return error.function + " " + (records.isEmpty ? error.saying : records.joined(separator: "; "))
    }

    /// A text without what would tell whose account it is.
    func masked(_ text: String) -> String { PrivateWords.masked(text, words) }
}
