import Extraction
import FoundationEssentials
import Glibc
import Text

extension SetupPlace {
    /// What is there, with an extract behind the last one.
    func adding(_ extract: OrderedJSON) throws -> [UInt8] {
        guard let text = try SettingsFile.contents(of: file) else {
            throw Failure(.configuration, "There is no configuration file \(file) any more.")
        }
        do {
            return try ConfigurationInsertion(Array(text.utf8)).adding(extract)
        } catch is JSONSkeleton.Unreadable {
            throw Failure(
                .configuration, "\(file) has changed while it was read.", advice: "Run the same command again.")
        }
    }

    /// Writes the configuration. A new one never replaces another; an old one keeps its permissions, and a link its target.
    func write(_ bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        guard isAdding else {
            try SetupPlace.refuseExisting(file)
            return try SettingsFile.write(text, to: file)
        }
        let target = unsafe realpath(file, nil)
        defer { unsafe free(target) }
        let path = unsafe target.map { unsafe String(cString: $0) } ?? file
        var facts = stat()
        let mode = unsafe stat(path, &facts) == 0 ? facts.st_mode & 0o777 : 0o644
        try SettingsFile.write(text, to: path, mode: mode)
    }

    /// - Throws: a `Failure` where there is a file already.
    static func refuseExisting(_ file: String) throws {
        guard FileManager.default.fileExists(atPath: file) else { return }
        throw Failure(
            .configuration, "There is a configuration file \(file) already.",
            advice: "`kleene-ns init --add` adds an extract to it; --config names another file.")
    }
}
