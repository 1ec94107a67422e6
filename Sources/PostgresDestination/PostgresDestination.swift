package import Extraction
import Files
import Rows
import Staging
import Text

/// A schema of a PostgreSQL server as the destination of extracts.
///
/// Rows wait in a file on this machine, in the workplace, and come into the server by one transaction that only copies: readers see the
/// old rows or the new ones. A server that is away while rows are read costs no second read. Where the load makes a new table and the read
/// takes less than a minute, that transaction begins with the read (`EarlyLoad`).
///
/// It holds nothing open between calls, except the lock of a lease.
package final class PostgresDestination: Destination, Sendable {
    /// What a program may set, and a test.
    package struct Settings: Sendable {
        /// The directory in which locks and staging lie.
        package var workplace: String
        /// Which source the rows come from, in words that are the same in every run; nil for one that only looks.
        package var source: String?
        /// How long a load waits for a lock that a reader or another program holds, in seconds.
        package var lockSeconds = 60
        /// How long a load that begins while rows are read waits for the last of them, in seconds.
        package var earlySeconds = 60

        package init(workplace: String) { self.workplace = workplace }
    }

    /// Every letter counts in a name between quotes, and all of ours are.
    package static let rules = TableRules(
        name: "PostgreSQL", nameCase: .sensitive, reservedPrefixes: ["pg_"], longestName: PostgresName.longest,
        hasDecimals: true, reservedColumns: ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"])

    let server: PostgresServer
    let schema: String
    let settings: Settings
    let workplace: Workplace
    /// The locks that sessions of this process hold on the server.
    let locks = HeldLocks()

    /// - Parameter schema: The schema in which the tables lie; it must be there.
    package init(_ server: PostgresServer, schema: String = "public", settings: Settings) {
        self.server = server
        self.schema = schema
        self.settings = settings
        let place = Fingerprint.of(server.identity + "\u{1F}" + schema)
        self.workplace = Workplace(beside: settings.workplace + "/postgresql-" + place)
    }

    package var workplacePath: String { workplace.path }

    /// The destination in a sentence.
    var place: String { "the schema \"\(schema)\" of \(server.words)" }

    // MARK: Connections

    /// Does something in a session of its own; what goes wrong is said as a sentence.
    func connected<Result>(
        _ attempt: String, for extract: String? = nil, _ body: (PostgresConnection) throws -> Result
    ) throws -> Result {
        try trying(attempt) { try body(connect(for: extract)) }
    }

    func connect(for extract: String? = nil) throws -> PostgresConnection {
        try PostgresConnection(server, application: "kleene-ns" + (extract.map { " \($0)" } ?? ""))
    }

    func trying<Result>(_ attempt: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as PostgresError {
            throw error.failure(attempt, on: server.words)
        }
    }

    func bookTables(_ server: PostgresConnection) -> BookTables {
        BookTables(server: server, schema: schema, place: place)
    }

    // MARK: Destination

    package var books: any Books { self }

    package func admit(_ extract: TableExtract) throws {
        try Admission(destination: self, extract: extract).check()
    }

    package func standing(of extract: TableExtract) throws -> Standing {
        try connected("Reading the books of \"\(extract.destinationTable)\"") {
            try bookTables($0).standing(of: extract.name, table: extract.destinationTable)
        }
    }

    package func largest(_ column: String, in table: String) throws -> String? {
        try connected("Looking for the largest \"\(column)\" of \"\(table)\"") { server in
            guard let found = try ExistingRelation.find(schema, table, in: server),
                let column = found.column(column)?.name
            else { return nil }
            return try server.value("SELECT max(\(PostgresName.quote(column)))::text FROM \(found.sql)")
        }
    }

    package func edit(
        _ editing: StateEditing, vouching: (String) -> EditVouching,
        change: (String, ExtractState?) throws -> ExtractState?
    ) throws -> [StateEdit] {
        // Runs from other machines have other workplaces.
        let held = try editing.extracts.sorted().map { try lock($0) }
        defer { withExtendedLifetime(held) {} }
        try PrivateDirectory.prepare(FileSystem.parent(of: workplace.path), kind: .destination)
        return try edit(editing, in: workplace, vouching: vouching, change: change)
    }
}
