import Foundation
import TestSupport

/// A unit of a user's service manager, read as systemd.syntax(7) and systemd.service(5) say, and a service of it started as that
/// manager starts it: where no systemd runs, and without anything of ours that could be wrong in the same way.
struct PlayedUnit {
    struct Malformed: Error { var line: String }
    /// Where the manager would not start the service at all.
    struct NotStarted: Error { var reason: String }

    private var settings: [String: [String]] = [:]

    /// - Parameter text: Settings of sections, without lines that are continued.
    init(_ text: String) throws {
        var section = ""
        for line in text.split(separator: "\n").map(String.init) where !line.hasPrefix("#") && !line.hasPrefix(";") {
            if line.hasPrefix("["), line.hasSuffix("]") {
                section = String(line.dropFirst().dropLast())
                continue
            }
            guard let equals = line.firstIndex(of: "="), !section.isEmpty, !line.hasSuffix("\\") else {
                throw Malformed(line: line)
            }
            settings["\(section).\(line[..<equals])", default: []].append(
                String(line[line.index(after: equals)...]))
        }
    }

    /// All values of a setting, such as `Timer.OnCalendar`.
    subscript(name: String) -> [String] { settings[name] ?? [] }

    /// Starts the service once and waits for its end: in the home directory, with a manager's few variables, and with the
    /// credentials that it asks for.
    ///
    /// - Parameters:
    ///   - home: The user's.
    ///   - store: Where the user's credentials lie.
    func start(home: URL, store: URL? = nil) throws -> Program.Result {
        guard self["Service.Type"] == ["oneshot"], let line = self["Service.ExecStart"].first else {
            throw NotStarted(reason: "it is no service that runs once")
        }
        let words = try Self.words(line)
        // For others a manager of systemd would look along a path of its own.
        guard let program = words.first, program.hasPrefix("/") else { throw NotStarted(reason: "no absolute path") }
        let limits = self["Service.NoNewPrivileges"] == ["yes"] ? ["/usr/bin/setpriv", "--no-new-privs"] : []
        var command = ShellCommand(limits + words, in: home, home: home.path)
        command.environment = [
            "HOME": home.path, "USER": "me", "LOGNAME": "me", "SHELL": "/bin/sh", "LANG": "C.UTF-8",
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "INVOCATION_ID": "0f0e",
            "SYSTEMD_EXEC_PID": "1",
        ]
        for name in ["ODBCSYSINI", "ODBCINI"] {
            command.environment[name] = ProcessInfo.processInfo.environment[name]
        }
        for assignment in try self["Service.Environment"].flatMap({ try Self.words($0, replaces: ["%"]) }) {
            guard let equals = assignment.firstIndex(of: "=") else { throw Malformed(line: assignment) }
            command.environment[String(assignment[..<equals])] = String(assignment[assignment.index(after: equals)...])
        }
        let names = self["Service.LoadCredential"]
        guard !names.isEmpty else { return try command.run() }
        let credentials = home.appending(path: ".credentials-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: credentials, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        defer { try? FileManager.default.removeItem(at: credentials) }
        for name in names {
            guard let store, let data = FileManager.default.contents(atPath: store.appending(path: name).path) else {
                throw NotStarted(reason: "the credential \(name) is nowhere")
            }
            let path = credentials.appending(path: name).path
            guard
                FileManager.default.createFile(atPath: path, contents: data, attributes: [.posixPermissions: 0o400])
            else { throw NotStarted(reason: "\(path) cannot be made") }
        }
        command.environment["CREDENTIALS_DIRECTORY"] = credentials.path
        return try command.run()
    }

    /// The words of a setting: in quotes where they have blanks, with the escapes of C.
    ///
    /// - Parameter replaces: What stands for something else unless it is doubled: in a command line specifiers and variables, in
    ///   `Environment` specifiers alone.
    static func words(_ line: String, replaces: Set<Character> = ["%", "$"]) throws -> [String] {
        var (words, word, quote) = ([String](), nil as String?, nil as Character?)
        var rest = line[...]
        while let character = rest.popFirst() {
            switch character {
            case quote: quote = nil
            case "\"" where quote == nil, "'" where quote == nil:
                quote = character
                word = word ?? ""
            case " " where quote == nil:
                if let word { words.append(word) }
                word = nil
            case "\\":
                let escapes: [Character: Character] = [
                    "n": "\n", "r": "\r", "t": "\t", "\\": "\\", "\"": "\"", "'": "'",
                ]
                guard let next = rest.popFirst(), let meant = escapes[next] else { throw Malformed(line: line) }
                word = (word ?? "") + String(meant)
            case _ where replaces.contains(character):
                // Anything else would be a specifier, or a variable's value.
                guard rest.popFirst() == character else { throw Malformed(line: line) }
                word = (word ?? "") + String(character)
            default: word = (word ?? "") + String(character)
            }
        }
        guard quote == nil else { throw Malformed(line: line) }
        return words + (word.map { [$0] } ?? [])
    }
}
