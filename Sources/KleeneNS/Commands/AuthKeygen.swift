import ArgumentParser
import Extraction
import Files
import FoundationEssentials
import Glibc
import SuiteAnalytics

extension KleeneNSCommand.Auth {
    struct Keygen: ReportingCommand {
        static let configuration = CommandConfiguration(
            commandName: "keygen",
            abstract: "Make a private key and its certificate for OAuth 2.0, and say what to upload where.",
            discussion: """
                Two new files: private_key.pem, which only you can read and which never leaves this machine, and \
                certificate.pem, which NetSuite gets. Nothing is sent, and existing files are not changed.

                EXAMPLES:
                  kleene-ns auth keygen
                  kleene-ns auth keygen --kind ec-p256 --directory secrets/next
                """)

        /// The kinds of key that NetSuite takes.
        enum Kind: String, ArgumentWord {
            case rsa3072 = "rsa-3072"
            case rsa4096 = "rsa-4096"
            case p256 = "ec-p256"
            case p384 = "ec-p384"
            case p521 = "ec-p521"

            var key: SigningKey.Kind {
                switch self {
                case .rsa3072: .rsa(bits: 3072)
                case .rsa4096: .rsa(bits: 4096)
                case .p256: .p256
                case .p384: .p384
                case .p521: .p521
                }
            }
        }

        @Option(help: "The directory for the two files; created if it does not exist.", completion: .directory)
        var directory = "secrets"

        @Option(help: "The kind of key.")
        var kind = Kind.rsa3072

        @Option(
            parsing: .unconditional,
            help: "Days until the certificate ends, 730 at most: NetSuite shortens longer ones.")
        var days = ClientCertificate.longest

        @Option(help: "What the certificate is called.")
        var name = "kleene-ns"

        @OptionGroup var idle: IgnoredMockOption
        @OptionGroup(title: "Output") var output: OutputOptions

        func validate() throws {
            guard (1...ClientCertificate.longest).contains(days) else {
                throw ValidationError("'--days' is from 1 to \(ClientCertificate.longest), and is \(days).")
            }
            guard (1...64).contains(name.unicodeScalars.count) else {
                throw ValidationError("'--name' must be a text of 1 to 64 characters.")
            }
            if directory.isEmpty { throw ValidationError("'--directory' is empty.") }
        }

        func perform(_ context: CommandContext) throws -> ExitStatus {
            let key = try SigningKey.make(kind.key)
            let certificate = try ClientCertificate.make(for: key, name: name, days: days, at: Date())
            try PrivateDirectory.prepare(directory, kind: .environment)
            let (secret, open) = ("\(directory)/private_key.pem", "\(directory)/certificate.pem")
            let files = [(secret, key.filed, mode_t(0o600)), (open, Array(certificate.pem.utf8), mode_t(0o644))]
            for (path, _, _) in files {
                guard case .absent = FileSystem.kind(of: path) else { throw Self.isThere(path) }
            }
            for (path, bytes, mode) in files { try Self.write(bytes, to: path, mode: mode) }
            try context.show(Listing(steps: Self.steps(kind.key, secret, open, certificate.end)))
            return .done
        }

        private static func isThere(_ path: String) -> Failure {
            Failure(
                .configuration, "\(path) is there already; nothing was made.",
                advice: "Name another directory with --directory: a key that is in use is not replaced.")
        }

        private static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws {
            let file = unsafe Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
            guard file >= 0 else {
                if errno == EEXIST { throw isThere(path) }
                throw Failure(
                    .environment, "\(path) cannot be written: \(SystemError(errno)).",
                    advice: "Check the directory's permissions and the free space.")
            }
            defer { close(file) }
            do {
                try Descriptor.write(bytes, to: file)
                guard fsync(file) == 0 else { throw SystemError(errno) }
            } catch {
                FileSystem.remove(path)
                throw Failure(
                    .environment, "\(path) cannot be written: \(error).",
                    advice: "Check the free space, and the limit on the size of files (`ulimit -f`).")
            }
        }

        private static func steps(
            _ kind: SigningKey.Kind, _ secret: String, _ open: String, _ end: Date
        ) -> [(step: String, value: String)] {
            [
                ("private key", "\(secret) (\(kind.name)). It stays here; make a copy where your secrets are kept."),
                ("certificate", "\(open), good until \(end.formatted(.iso8601))"),
                (
                    "1",
                    "Setup > Company > Enable Features > SuiteCloud: tick OAuth 2.0; > Analytics: SuiteAnalytics Connect"
                ),
                (
                    "2",
                    "Setup > Users/Roles > Manage Roles: a role with \"SuiteAnalytics Connect\" (or \"… - Read All\") and \"Log in "
                        + "using OAuth 2.0 Access Tokens\"; give it to the user that is to log in. Its number is \"role_id\""
                ),
                (
                    "3",
                    "Setup > Integration > Manage Integrations > New: tick \"Client Credentials (Machine to Machine) Grant\" and the "
                        + "scope \"SuiteAnalytics Connect\", nothing else. Save: the Consumer Key/Client ID, shown once, is "
                        + "\"client_id\""
                ),
                (
                    "4",
                    "\(ConnectGuide.mappingPage) > Create New: choose that user, role and integration, and "
                        + "upload \(open). The Certificate ID in the list is \"certificate_id\""
                ),
                (
                    "5",
                    "In the configuration: \"auth\": {\"method\": \"oauth2\", \"client_id\": …, \"certificate_id\": …, "
                        + "\"private_key\": {\"file\": \(JSONValue.quoted(secret))}, \"certificate\": \(JSONValue.quoted(open)), "
                        + "\"algorithm\": \"\(kind.usualAlgorithm)\", \"user\": the user's e-mail address}"
                ),
                ("6", "`kleene-ns doctor` tries it"),
            ]
        }
    }
}

extension Listing {
    fileprivate init(steps: [(step: String, value: String)]) {
        self.init(columns: ["step", "value"], rows: steps.map { [Cell($0.step), Cell($0.value)] })
    }
}
