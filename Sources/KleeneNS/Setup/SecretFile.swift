import Extraction
import Files
import FoundationEssentials
import Text

/// A file that holds one secret, for its owner alone.
enum SecretFile {
    /// Those that are there already, as a configuration names them.
    static func all(in directory: String) -> Set<String> {
        let names = try? FileManager.default.contentsOfDirectory(atPath: directory + "/" + SetupDocument.file(of: ""))
        return Set((names ?? []).map(SetupDocument.file(of:)))
    }

    /// Writes it, and the directory that it is in; a file that is there is replaced.
    ///
    /// - Parameter directory: Where a relative path starts.
    static func write(_ secret: String, to path: String, in directory: String) throws {
        let whole = path.hasPrefix("/") ? path : directory + "/" + path
        try PrivateDirectory.prepare(URL(fileURLWithPath: whole).deletingLastPathComponent().path, kind: .environment)
        try SettingsFile.write(secret + "\n", to: whole, mode: 0o600)
    }
}
