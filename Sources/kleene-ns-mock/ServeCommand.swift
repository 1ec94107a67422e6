import ArgumentParser
import Dispatch
import Foundation
import MockSuiteAnalytics

/// Serves until it is told to stop by a signal.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve, and print one line of JSON when ready.",
        discussion: """
            The line has host, port, control_port, account, role and dummy credentials. The connection's options carry \
            what NetSuite's driver has in CustomProperties: ns.account, ns.role, ns.static_schema, ns.uppercase.
            """)

    @Option(help: "Port on 127.0.0.1; 0 picks a free one.")
    var port = 0

    @Option(help: "Port of the control channel on 127.0.0.1; 0 picks a free one.")
    var controlPort = 0

    @OptionGroup var data: DataOptions

    @Option(help: "The account id that logins must name.")
    var account = MockCredentials().account

    @Option(help: "The role id that logins must name.")
    var role = MockCredentials().role

    @Option(help: "Sessions at a time.")
    var sessions = 50

    @Option(help: "Start the mock's clock at this time, such as 2026-01-31T12:00:00 (UTC), or at seconds since 1970.")
    var clock: String?

    @Option(help: "Minutes by which SYSDATE lies from UTC.")
    var sysdateOffset = 0

    func validate() throws {
        if let clock, Self.seconds(clock) == nil {
            throw ValidationError("--clock \(clock) is neither a time nor a number of seconds.")
        }
    }

    private static func seconds(_ text: String) -> Double? {
        Double(text)
            ?? Moment(iso: text.hasSuffix("Z") ? String(text.dropLast()) : text)
            .map { Double($0.secondsSince1970) }
    }

    func run() async throws {
        let clock = MockClock(start: clock.flatMap(Self.seconds), sysdateOffset: sysdateOffset * 60)
        var configuration = MockConfiguration()
        configuration.port = port
        configuration.controlPort = controlPort
        configuration.sessionLimit = sessions
        configuration.credentials.account = account
        configuration.credentials.role = role
        let (stop, sources) = Self.signals()
        let store = try Store(try data.makeCatalog(), seed: data.seed, clock: clock)
        let server = try await MockServer.start(configuration, store: store, clock: clock)
        // Written past C's buffer, which would keep the line from a pipe's reader.
        FileHandle.standardOutput.write(Data((try Ready(server, configuration).line + "\n").utf8))
        for await _ in stop { break }
        sources.forEach { $0.cancel() }
        await server.shutdown()
    }

    /// A stream that yields when the process is told to end, and what must be kept alive for it.
    private static func signals() -> (stream: AsyncStream<Void>, sources: [any DispatchSourceSignal]) {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield() }
            source.resume()
            return source
        }
        return (stream, sources)
    }
}

/// What a client needs to know, in one line of JSON.
struct Ready: Encodable {
    var host = "127.0.0.1"
    let port: Int
    let controlPort: Int?
    let account: String
    let role: Int
    let consumerKey: String
    let consumerSecret: String
    let tokenId: String
    let tokenSecret: String
    let email: String
    let password: String
    var database = "NetSuite2.com"
    var driver = "PostgreSQL Unicode"
    /// What to give the driver, but for user and password.
    let connectionString: String

    init(_ server: MockServer, _ configuration: MockConfiguration) {
        let credentials = configuration.credentials
        port = server.port
        controlPort = server.controlPort
        account = credentials.account
        role = credentials.role
        consumerKey = credentials.consumerKey
        consumerSecret = credentials.consumerSecret
        tokenId = credentials.tokenID
        tokenSecret = credentials.tokenSecret
        email = credentials.email
        password = credentials.password
        connectionString =
            "Driver=PostgreSQL Unicode;Server=127.0.0.1;Port=\(server.port);Database=NetSuite2.com;SSLmode=disable;"
            + "UseDeclareFetch=1;Fetch=1000;MaxVarcharSize=4000;"
            + "pqopt={options='-c ns.account=\(account) -c ns.role=\(role)'}"
    }

    var line: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}
