import ArgumentParser
import Dispatch
import Foundation
import MockSuiteAnalytics

/// Serves until it is told to stop by a signal.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serve, and print one line of JSON when ready.",
        discussion: """
            The line has host, port, control_port, control_token (which `control` of the same user finds by itself), account, role and dummy credentials. The connection's options carry \
            what NetSuite's driver has in CustomProperties: ns.account, ns.role, ns.static_schema, ns.uppercase, \
            ns.oauth2token. Access tokens are asked for at token_url, on the same port, over TLS with token_certificate.

            `kleene-ns init --mock 127.0.0.1:PORT`, with that port, sets kleene-ns up against it; every other command takes \
            --mock as well.

            Zones are names such as America/Los_Angeles, or +HH:MM, -HH:MM, -HH:MM:SS from UTC.

            Why a login was refused is said to standard error, once a reason; the client is not told, as NetSuite's is not.

            The log is a SQLite file that may be read meanwhile: versions(sequence, visible_at, table_name, operation, \
            id, key, row_json) has every version of each row that changed, statements(sequence, session, sql, \
            mock_time) the queries, each with the last version that it could see.
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

    @Flag(help: "Keep the clock where it starts; only advance and evolve move it.")
    var stopClock = false

    @Option(help: "Minutes by which SYSDATE lies from its zone.")
    var sysdateOffset = 0

    @Option(help: "The zone in which SYSDATE is told.")
    var sysdateZone = "UTC"

    @Option(help: "The zone in which the rows' dates of change are written.")
    var keyZone = "UTC"

    @Option(help: "Write every version of every row, and every query, to this new SQLite file.")
    var log: String?

    @Option(help: "How the data evolves, as in \"late=0.2 delay=900\"; see kleene-ns-mock control --help.")
    var evolve: String?

    @Option(help: "Let the data evolve by a step after so many rows served (500) or seconds (2s).")
    var evolveEvery: String?

    mutating func validate() throws {
        for (flag, port) in [("--port", port), ("--control-port", controlPort)] where !(0...65535).contains(port) {
            throw ValidationError("\(flag) must be from 0 to 65535, and is \(port).")
        }
        guard (1...10_000).contains(sessions) else {
            throw ValidationError("--sessions must be from 1 to 10000, and is \(sessions).")
        }
        guard (-525_600...525_600).contains(sysdateOffset) else {
            throw ValidationError("--sysdate-offset must be within a year of minutes, and is \(sysdateOffset).")
        }
        // As kleene-ns takes ids, which people copy from host names.
        account = account.uppercased().replacing("-", with: "_")
        guard !account.isEmpty, account.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }) else {
            throw ValidationError("--account takes an account id, such as 1234567_SB1.")
        }
        if let clock, MockClock.time(clock) == nil {
            throw ValidationError("--clock \(clock) is neither a time nor a number of seconds.")
        }
        for (flag, zone) in [("--sysdate-zone", sysdateZone), ("--key-zone", keyZone)] where Zone(zone) == nil {
            throw ValidationError("\(flag) \(zone) is neither a zone's name nor of the form +HH:MM.")
        }
        if let evolveEvery, EvolutionPace(evolveEvery) == nil {
            throw ValidationError(
                "--evolve-every \(evolveEvery) is neither rows, such as 500, nor seconds, such as 2s.")
        }
        if let log, FileManager.default.fileExists(atPath: log) {
            throw ValidationError("--log \(log) is there already; serve does not overwrite.")
        }
    }

    private func makeClock() -> MockClock {
        let start = clock.flatMap { MockClock.time($0) }
        let clock = MockClock(
            start: start, sysdateOffset: sysdateOffset * 60, sysdateZone: Zone(sysdateZone) ?? .utc,
            keyZone: Zone(keyZone) ?? .utc)
        if stopClock { clock.freeze(at: start ?? clock.now.rounded(.down)) }
        return clock
    }

    func run() async throws {
        let clock = makeClock()
        var configuration = MockConfiguration()
        configuration.port = port
        configuration.controlPort = controlPort
        configuration.sessionLimit = sessions
        configuration.credentials.account = account
        configuration.credentials.role = role
        let notes = RefusalNotes(configuration.credentials)
        configuration.watchRefusals = { notes.tell($0) }
        let (stop, sources) = Self.signals()
        let store = try Store(try data.makeCatalog(), seed: data.seed, clock: clock, logPath: log)
        do {
            try store.configureEvolution((evolve ?? "").split(separator: " ").map(String.init))
        } catch {
            // exit() runs no deinit.
            store.remove()
            throw ValidationError("--evolve: \(error)")
        }
        let server: MockServer
        do {
            server = try await MockServer.start(configuration, store: store, clock: clock)
        } catch {
            store.remove()
            throw CannotListen(ports: [port] + (controlPort == 0 ? [] : [controlPort]), reason: "\(error)")
        }
        if let evolveEvery { server.evolve(at: EvolutionPace(evolveEvery)) }
        let tokenFile = server.controlPort.map { ControlTokenFile(port: $0) }
        if let tokenFile, !tokenFile.write(server.controlToken) {
            let note = "kleene-ns-mock: \(tokenFile.path) cannot be made, so `control` needs --token.\n"
            FileHandle.standardError.write(Data(note.utf8))
        }
        defer { tokenFile?.remove() }
        // Written past C's buffer, which would keep the line from a pipe's reader.
        FileHandle.standardOutput.write(Data((try Ready(server, configuration, log: log).line + "\n").utf8))
        if isatty(1) == 1, isatty(2) == 1 {
            let words =
                "Account \(account), role \(role). In another terminal: kleene-ns init --mock 127.0.0.1:\(server.port). Ctrl-C ends this.\n"
            FileHandle.standardError.write(Data(words.utf8))
        }
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
    let controlToken: String
    let account: String
    let role: Int
    let consumerKey: String
    let consumerSecret: String
    let tokenId: String
    let tokenSecret: String
    let email: String
    let password: String
    let clientId: String
    let certificateId: String
    /// Where to ask for access tokens, with the certificate that vouches for itself.
    let tokenUrl: String
    let tokenCertificate: String
    var database = "NetSuite2.com"
    var driver = "PostgreSQL Unicode"
    /// The file of the log.
    let log: String?
    /// What to give the driver, but for user and password.
    let connectionString: String

    init(_ server: MockServer, _ configuration: MockConfiguration, log: String?) {
        self.log = log
        let credentials = configuration.credentials
        port = server.port
        controlPort = server.controlPort
        controlToken = server.controlToken
        account = credentials.account
        role = credentials.role
        consumerKey = credentials.consumerKey
        consumerSecret = credentials.consumerSecret
        tokenId = credentials.tokenID
        tokenSecret = credentials.tokenSecret
        email = credentials.email
        password = credentials.password
        clientId = credentials.clientID
        certificateId = "mock-rsa-3072"
        tokenUrl = server.tokenURL
        tokenCertificate = server.tokenCertificate
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

/// A port on which the server cannot listen: no fault of the command line, which is not shown again.
struct CannotListen: PlainFailure {
    var ports: [Int]
    /// What the networking says, in its own form.
    var reason: String

    var description: String {
        let words = ports.map(String.init).joined(separator: " or ")
        let isTaken = reason.contains("in use")
        return "Port \(words) of 127.0.0.1 "
            + (isTaken ? "is taken by another program." : "cannot be used: \(reason).") + " Port 0 picks a free one."
    }
}
