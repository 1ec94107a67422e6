import Foundation

/// Commands with all that they print, in a text file that people read and a test plays.
///
///     # What the case shows
///     <<< kleene-ns.json
///     {"source": …}
///     >>>
///     $ kleene-ns config check
///     kleene-ns.json has no fault; it has 1 extract.
///     [0]
///
/// A line that begins with `;` is a remark.
package struct Transcript {
    package enum Step {
        case file(name: String, text: String)
        case command(String, output: [String], code: Int32)
        case remark(String)
    }

    package struct Case {
        package var title: String
        package var steps: [Step] = []

        /// Whether a mock server is needed.
        package var needsMock: Bool {
            steps.contains { if case .command(let line, _, _) = $0 { line.contains("$MOCK") } else { false } }
        }
    }

    package struct Malformed: Error { var line: String }

    package var cases: [Case] = []

    package init(cases: [Case]) { self.cases = cases }

    package init(_ text: String) throws {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
        while let line = lines.popFirst() {
            if line.hasPrefix("# ") {
                cases.append(Case(title: String(line.dropFirst(2))))
            } else if line.isEmpty {
                continue
            } else if cases.isEmpty {
                throw Malformed(line: line)
            } else if line.hasPrefix(";") {
                cases[cases.count - 1].steps.append(.remark(line))
            } else if line.hasPrefix("<<< ") {
                let end = lines.firstIndex(of: ">>>") ?? lines.endIndex
                let text = lines[..<end].map { $0 + "\n" }.joined()
                lines = lines[end...].dropFirst()
                cases[cases.count - 1].steps.append(.file(name: String(line.dropFirst(4)), text: text))
            } else if line.hasPrefix("$ ") {
                var output: [String] = []
                while let next = lines.first, Self.code(next) == nil, !next.hasPrefix("$ "), !next.hasPrefix("# ") {
                    output.append(next)
                    lines.removeFirst()
                }
                let code = lines.first.flatMap(Self.code)
                if code != nil { lines.removeFirst() }
                cases[cases.count - 1].steps.append(
                    .command(String(line.dropFirst(2)), output: output, code: code ?? -1))
            } else {
                throw Malformed(line: line)
            }
        }
    }

    /// `[2]`.
    private static func code(_ line: String) -> Int32? {
        line.hasPrefix("[") && line.hasSuffix("]") ? Int32(line.dropFirst().dropLast()) : nil
    }

    package var text: String {
        cases.map { one in
            "# \(one.title)\n"
                + one.steps.map { step in
                    switch step {
                    case .remark(let text): text + "\n"
                    case .file(let name, let text): "<<< \(name)\n\(text)>>>\n"
                    case .command(let line, let output, let code):
                        "$ \(line)\n" + output.map { $0 + "\n" }.joined() + "[\(code)]\n"
                    }
                }.joined()
        }.joined(separator: "\n")
    }

    /// The commands, in their order.
    package var commands: [String] {
        cases.flatMap(\.steps).compactMap { if case .command(let line, _, _) = $0 { line } else { nil } }
    }

    /// All that is printed.
    package var printed: [[String]] {
        cases.flatMap(\.steps).compactMap { if case .command(_, let output, _) = $0 { output } else { nil } }
    }

    // MARK: Playing

    /// The transcript as it is when its commands are run now.
    package func played() throws -> Transcript {
        var played = self
        for (index, one) in cases.enumerated() {
            let bench = one.needsMock ? try MockBench(scale: 100) : nil
            let directory = try bench?.directory ?? TemporaryDirectory()
            if bench != nil { try FileManager.default.removeItem(atPath: directory.path("kleene-ns.json")) }
            for (place, step) in one.steps.enumerated() {
                switch step {
                case .remark: continue
                case .file(let name, let text):
                    let path = directory.path(name)
                    try FileManager.default.createDirectory(
                        atPath: URL(filePath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
                    try text.write(toFile: path, atomically: true, encoding: .utf8)
                case .command(let line, _, _):
                    let (code, text) = try Self.run(line, in: directory, bench)
                    played.cases[index].steps[place] = .command(
                        line, output: Self.anonymous(text, directory, bench), code: code)
                }
            }
        }
        return played
    }

    private static func run(
        _ line: String, in directory: TemporaryDirectory, _ bench: MockBench?
    ) throws -> (code: Int32, text: String) {
        let programs = URL(filePath: Program.binary).deletingLastPathComponent().path
        var command = ShellCommand(
            ["/bin/sh", "-c", "exec 2>&1; \(line)"], in: directory.url, home: directory.url.path)
        command.environment["PATH"] = "\(programs):/usr/bin:/bin"
        for name in ["ODBCSYSINI", "ODBCINI"] {
            command.environment[name] = ProcessInfo.processInfo.environment[name]
        }
        command.environment["SHOP"] = "--driver SQLite3 --attribute Database=shop.db --destination d.db --quiet"
        for (name, value) in places
        where line.contains("$" + name) || name.hasPrefix("PG") && (line.contains("$PG") || line.contains("psql -")) {
            command.environment[name] = value
        }
        // They take a while to make.
        if line.contains("$KEYS") { command.environment["KEYS"] = AssertionTool.keys }
        if let bench {
            command.environment["MOCK"] = bench.mockFlags.joined(separator: " ")
            command.environment["CONTROL"] = String(bench.control)
        }
        let result = try command.run()
        return (result.code, result.output)
    }

    /// What commands may name: the recording driver, and the PostgreSQL beside the tests, for psql too.
    private static let places: [String: String] = {
        let environment = ProcessInfo.processInfo.environment
        var places = ["DRIVER": environment["KLEENE_TEST_DRIVER"] ?? ""]
        for name in ["HOST", "PORT", "USER", "PASSWORD", "DATABASE"] {
            places["PG" + name] = environment["KLEENE_PG_" + name]
        }
        return places
    }()

    /// Without what differs from run to run.
    package static func anonymous(
        _ text: String, _ directory: TemporaryDirectory, _ bench: MockBench?
    ) -> [String] {
        var text = text.replacing(directory.url.path, with: "/home/me")
        if let bench {
            text = text.replacing(String(bench.port), with: "1708").replacing(String(bench.control), with: "1709")
        }
        // An empty text is everywhere.
        if let driver = places["DRIVER"], !driver.isEmpty { text = text.replacing(driver, with: "/opt/driver.so") }
        text = text.replacing(/[^ "]*kleene-oauth-keys-[0-9]+/, with: "/home/keys")
        if let port = places["PGPORT"] {
            text = text.replacing("port \(port)", with: "port 5432").replacing(":\(port)", with: ":5432")
        }
        // Moments of these days, in whatever form; those of the data stay.
        let days = (-2...2).map {
            Date(timeIntervalSinceNow: Double($0) * 86_400).formatted(.iso8601.year().month().day())
        }
        text = text.replacing(/([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z?/) {
            days.contains(String($0.output.1)) ? "TIME" : String($0.output.0)
        }
        text = text.replacing(/[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z/, with: "TIME")
        text = text.replacing(/[0-9]{8}T[0-9]{6}[0-9]*Z?-[0-9a-f]{8}/, with: "RUN")
        text = text.replacing(/(seconds|rows_per_second|run)=[^ \n]+/) { "\($0.output.1)=N" }
        text = text.replacing(/"[0-9]{4}" fits/, with: "\"YEAR\" fits")
        text = text.replacing(/-[0-9a-f]{16}\.login/, with: "-….login")
        text = text.replacing(/another [0-9]+ minutes, until/, with: "another N minutes, until")
        text = text.replacing(/after [0-9]+ ms/, with: "after N ms")
        text = text.replacing(/process [0-9]+/, with: "process N").replacing(/[0-9]+ [kMGT]B in/, with: "N MB in")
            .replacing(/at minute [0-9]+/, with: "at minute N")
        text = text.replacing(
            URL(filePath: Program.binary).resolvingSymlinksInPath().deletingLastPathComponent().path,
            with: "/opt/kleene-ns")
        text = text.replacing(/in \/[^ ,]+, with PATH/, with: "in /home/me, with PATH")
        text = text.replacing(/Registered drivers: [^.]+\./, with: "Registered drivers: ….")
        text = text.replacing(/(PASS +SQLite +)[0-9.]+/) { "\($0.output.1)3" }
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        // What is said of a wait depends on how long it took.
        lines.removeAll { $0.contains(/\ info\ (?:waiting\ for|[0-9]+\ tables\ listed|columns\ of)/) }
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }
}
