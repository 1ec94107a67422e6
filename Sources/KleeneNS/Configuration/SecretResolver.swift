import Extraction
import Glibc

/// Fetches secrets from where a configuration says they are, and remembers them for redaction.
struct SecretResolver {
    let environment: [String: String]
    /// Relative paths of secret files start here.
    let directory: String
    /// What was fetched, for the redactor.
    private(set) var secrets: [Secret] = []
    /// Variables that secrets came from: no child of ours gets them.
    private(set) var variables: Set<String> = []

    init(environment: [String: String], directory: String) {
        self.environment = environment
        self.directory = directory
    }

    /// Seconds that a secret's command may take; it may have to ask a person for a PIN.
    private static let commandLimit = 120

    /// Announces all references, so that a command that fetches one secret does not inherit the variables of others.
    mutating func expect(_ references: [SecretReference]) {
        for case .environment(let name) in references.map(\.place) { variables.insert(name) }
    }

    /// The secret; throws a `Failure` of kind `configuration` that holds nothing of it.
    mutating func resolve(_ reference: SecretReference) throws -> Secret {
        let text: String
        switch reference.place {
        case .environment(let name): text = try variable(name, reference.origin)
        case .file(let path): text = try contents(of: path, reference.origin)
        case .command(let arguments): text = try output(of: arguments, reference.origin)
        }
        let secret = Secret(text)
        secrets.append(secret)
        return secret
    }

    private mutating func variable(_ name: String, _ origin: String) throws -> String {
        variables.insert(name)
        guard let value = environment[name] else {
            throw Failure(
                .configuration,
                "The secret \(origin) is to come from the environment variable \(name), which is not set.",
                advice: "Set \(name) for this command, or name another place for the secret.")
        }
        guard !value.isEmpty else {
            throw Failure(
                .configuration,
                "The secret \(origin) is to come from the environment variable \(name), which is empty.",
                advice: "Set \(name) to the secret.")
        }
        return value
    }

    private func contents(of path: String, _ origin: String) throws -> String {
        let place = path.hasPrefix("/") ? path : directory + "/" + path
        let beginning = "The secret \(origin) is to come from the file \(place), which"
        let file = unsafe open(place, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            throw Failure(
                .configuration, "\(beginning) cannot be read: \(SystemError.text(errno)).",
                advice: "Check the path and the permissions.")
        }
        defer { close(file) }
        var facts = stat()
        guard unsafe fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw Failure(.configuration, "\(beginning) is not a regular file.", advice: "Name a file.")
        }
        // Judged on the open file, so that nothing can be swapped in between.
        guard facts.st_mode & 0o077 == 0 else {
            throw Failure(
                .configuration, "\(beginning) other users may read or change.", advice: "Run `chmod 600 \(place)`.")
        }
        let bytes = try Descriptor.readAll(file, limit: 1 << 20)
        guard let bytes, let text = Self.text(bytes) else {
            throw Failure(
                .configuration, "\(beginning) does not hold one line of UTF-8 text.",
                advice: "Write the secret alone into it.")
        }
        return text
    }

    private func output(of arguments: [String], _ origin: String) throws -> String {
        let beginning = "The secret \(origin) is to come from the command `\(arguments[0])`, which"
        let result: (bytes: [UInt8], ending: ProcessEnding)
        do {
            result = try ChildProcess.output(
                of: arguments, environment: environment.filter { !variables.contains($0.key) },
                seconds: Self.commandLimit)
        } catch let error as SystemError {
            throw Failure(
                .configuration, "\(beginning) could not be started: \(error).",
                advice: "Check that it is installed and in PATH.")
        }
        // Not a word of what it printed: on a failure, too, that may be the secret.
        guard case .exited(0) = result.ending else {
            throw Failure(
                .configuration, "\(beginning) \(result.ending).",
                advice: "Run it by hand; it must print the secret and end with code 0.")
        }
        guard let text = Self.text(result.bytes) else {
            throw Failure(
                .configuration, "\(beginning) did not print one line of UTF-8 text.",
                advice: "Run it by hand; it must print the secret alone.")
        }
        return text
    }

    /// The one line that the bytes are, without its line end.
    ///
    /// Nil for none, several, or bytes that are not text.
    static func text(_ bytes: [UInt8]) -> String? {
        var bytes = bytes
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty, !bytes.contains(where: { $0 == 0 || $0 == 10 || $0 == 13 }) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}
