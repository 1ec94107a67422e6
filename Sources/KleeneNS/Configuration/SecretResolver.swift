import Extraction
import Glibc
import Text

/// Fetches secrets from where a configuration says they are, and remembers them for redaction.
struct SecretResolver: Unprintable {
    let environment: [String: String]
    /// Relative paths of secret files start here.
    let directory: String
    /// What was fetched, for the redactor.
    private(set) var secrets: [Secret] = []
    private var fetched: [SecretReference: Secret] = [:]
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

    /// Fetches all of several secrets, so that one sentence names all that are not to be had.
    mutating func fetch(_ references: [SecretReference]) throws {
        var failures: [Failure] = []
        for reference in references {
            do { _ = try resolve(reference) } catch let failure as Failure { failures.append(failure) }
        }
        guard let first = failures.first else { return }
        guard failures.count > 1 else { throw first }
        let unset = references.compactMap { reference -> String? in
            if case .environment(let name) = reference.place, environment[name] == nil { name } else { nil }
        }
        // What is the same of all is said once.
        if unset.count == failures.count {
            throw Failure(
                .configuration,
                "\(Sentence.count(failures.count, "secret", "is", "are")) missing: the environment variables "
                    + "\(unset.joined(separator: ", ")) are not set.",
                advice: "Set them for this command, or name other places for the secrets in the configuration.")
        }
        throw Failure(
            .configuration,
            "\(Sentence.count(failures.count, "secret", "is", "are")) missing:\n"
                + failures.map { "  \($0)" }.joined(separator: "\n"))
    }

    /// The secret; throws a `Failure` of kind `configuration` that holds nothing of it.
    mutating func resolve(_ reference: SecretReference) throws -> Secret {
        if let known = fetched[reference] { return known }
        let text: String
        switch reference.place {
        case .environment(let name): text = try variable(name, reference.origin)
        case .file(let path): text = try contents(of: path, reference)
        case .command(let arguments): text = try output(of: arguments, reference)
        case .credential(let name): text = try credential(name, reference)
        }
        let secret = Secret(text)
        // Flawed ones are concealed too.
        secrets.append(secret)
        let flaws = reference.isExact || reference.hasLines ? [] : SecretFlaw.flaws(of: text)
        guard flaws.isEmpty else {
            throw Failure(
                .configuration,
                "The secret \(reference.origin), from \(reference.place), \(flaws.joined(separator: ", and ")), which came "
                    + "with it when it was copied; no login was tried.",
                advice: "Write only the secret there. If all of that is the secret, say so in the configuration: "
                    + "\(reference.place.exactForm).")
        }
        fetched[reference] = secret
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

    /// What systemd has put down for this service. Who may read it, systemd has seen to: its files may be another user's, with the
    /// right given by a list of access, so that their mode says nothing.
    private func credential(_ name: String, _ reference: SecretReference) throws -> String {
        guard let directory = environment["CREDENTIALS_DIRECTORY"], directory.hasPrefix("/") else {
            throw Failure(
                .configuration,
                "The secret \(reference.origin) is to come from systemd's credential \(name), and this is no service that has any.",
                advice:
                    "Put it into /etc/credstore/\(name) and run kleene-ns as a service with LoadCredential=\(name), as "
                    + "`kleene-ns schedule --systemd` writes it; by hand, with "
                    + "`systemd-run --pipe --wait -p LoadCredential=\(name) …`.")
        }
        return try contents(of: "\(directory)/\(name)", reference, isOthersConcern: true)
    }

    /// - Parameter isOthersConcern: Whether somebody else has seen to it that only we can read the file.
    private func contents(
        of path: String, _ reference: SecretReference, isOthersConcern: Bool = false
    ) throws -> String {
        let origin = reference.origin
        let place = path.hasPrefix("/") ? path : directory + "/" + path
        let beginning = "The secret \(origin) is to come from the file \(place), which"
        let file = unsafe open(place, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            throw Failure(
                .configuration, "\(beginning) cannot be read: \(describeSystemError(errno)).",
                advice: "Check the path and the permissions.")
        }
        defer { close(file) }
        var facts = stat()
        guard unsafe fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
            throw Failure(.configuration, "\(beginning) is not a regular file.", advice: "Name a file.")
        }
        // Judged on the open file, so that nothing can be swapped in between.
        guard isOthersConcern || facts.st_mode & 0o077 == 0 else {
            throw Failure(
                .configuration, "\(beginning) other users may read or change.", advice: "Run `chmod 600 \(place)`.")
        }
        let bytes = try Descriptor.readAll(file, limit: Self.longest)
        guard let bytes, let text = Self.text(bytes, hasLines: reference.hasLines) else {
            throw Failure(
                .configuration, "\(beginning) does not hold \(reference.form) of UTF-8 text.",
                advice: "Write only the secret into it.")
        }
        return text
    }

    /// Bytes that a secret may be at most, with room for what a person can mistake for one.
    private static let longest = 66_000

    private func output(of arguments: [String], _ reference: SecretReference) throws -> String {
        let origin = reference.origin
        let beginning = "The secret \(origin) is to come from the command `\(arguments[0])`, which"
        let outcome: ChildProcess.Outcome
        do {
            outcome = try ChildProcess.output(
                of: arguments, environment: environment.filter { !variables.contains($0.key) },
                seconds: Self.commandLimit, limit: Self.longest)
        } catch let error as SystemError {
            throw Failure(
                .configuration, "\(beginning) could not be started: \(error).",
                advice: "Check that it is installed and in PATH.")
        }
        // Not a word of what it printed: on a failure, too, that may be the secret.
        switch outcome {
        case .ended(.exited(0), let printed):
            guard let text = Self.text(printed, hasLines: reference.hasLines) else {
                throw Failure(
                    .configuration, "\(beginning) did not print \(reference.form) of UTF-8 text.",
                    advice: "Run it by hand; it must print only the secret.")
            }
            return text
        case .ended(let ending, _):
            throw Failure(
                .configuration, "\(beginning) \(ending).",
                advice: "Run it by hand; it must print the secret and end with code 0.")
        case .printedTooMuch:
            throw Failure(
                .configuration, "\(beginning) printed more than \(Sentence.size(Self.longest)) and was stopped.",
                advice: "Run it by hand; it must print only the secret.")
        case .tookTooLong:
            throw Failure(
                .configuration,
                "\(beginning) did not end within \(Span.exactWords(Self.commandLimit)) and was stopped.",
                advice: "Run it by hand; it must end by itself, and asks nobody where nobody is.")
        }
    }

    /// The one line that the bytes are, without its line end.
    ///
    /// Nil for none, several, or bytes that are not text.
    static func text(_ bytes: [UInt8], hasLines: Bool = false) -> String? {
        var bytes = bytes
        if hasLines {
            let isBlank = bytes.allSatisfy { $0 <= 0x20 }
            return isBlank || bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
        }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty, !bytes.contains(where: { $0 == 0 || $0 == 10 || $0 == 13 }) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension SecretReference {
    /// For a sentence.
    fileprivate var form: String { hasLines ? "lines" : "one line" }
}

extension SecretReference.Place: CustomStringConvertible {
    /// For a sentence. A command by its program alone: an argument may tell more than it should.
    var description: String {
        switch self {
        case .environment(let name): "the environment variable \(name)"
        case .file(let path): "the file \(path)"
        case .command(let arguments): "the command `\(arguments.first ?? "")`"
        case .credential(let name): "systemd's credential \(name)"
        }
    }

    /// How a configuration says that the secret is taken as it comes.
    fileprivate var exactForm: String {
        switch self {
        case .environment(let name): "{\"env\": \(JSONValue.quoted(name)), \"exact\": true}"
        case .file(let path): "{\"file\": \(JSONValue.quoted(path)), \"exact\": true}"
        case .command: "{\"command\": […], \"exact\": true}"
        case .credential(let name): "{\"credential\": \(JSONValue.quoted(name)), \"exact\": true}"
        }
    }
}
