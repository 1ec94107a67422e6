package import Foundation

/// Looks for secrets in what a program shows or leaves: whole, cut anywhere, and in the forms in which programs write texts.
///
/// Sixteen bytes of a form that are found are the secret's: by chance no other text has them. A test of its own shows that each
/// form is found.
package struct SecretSearch: Sendable {
    /// By their first eight bytes.
    private var pieces: [UInt64: [(second: UInt64, form: String)]] = [:]
    private static let length = 16

    package init(_ secrets: [String]) {
        for secret in secrets {
            for (name, text) in Self.forms(of: secret) {
                let bytes = Array(text.utf8)
                guard bytes.count >= Self.length else { continue }
                for start in 0...(bytes.count - Self.length) {
                    let (first, second) = (Self.word(bytes, start), Self.word(bytes, start + 8))
                    if pieces[first]?.contains(where: { $0.second == second }) != true {
                        pieces[first, default: []].append((second, "\(name) of \(secret.prefix(12))…"))
                    }
                }
            }
        }
    }

    /// Forms of a secret, each with its name. Base64 in both alphabets, wherever in a longer text the secret stands.
    package static func forms(of secret: String) -> [(name: String, text: String)] {
        let bytes = Array(secret.utf8)
        var forms = [
            ("the text", secret), ("upper case", secret.uppercased()), ("lower case", secret.lowercased()),
            ("hexadecimal", bytes.map { String(format: "%02x", $0) }.joined()),
            ("HEXADECIMAL", bytes.map { String(format: "%02X", $0) }.joined()),
            ("percent", bytes.map { String(format: "%%%02X", $0) }.joined()),
            (
                "percent but for letters",
                bytes.map { isLetter($0) ? String(UnicodeScalar($0)) : String(format: "%%%02X", $0) }.joined()
            ),
            ("JSON", secret.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("/", with: "\\/")),
            ("UTF-16", bytes.map { String(UnicodeScalar($0)) + "\0" }.joined()),
        ]
        for before in 0..<3 {
            // The first letters and the last are a neighbour's in part.
            let coded = Data([UInt8](repeating: 0x2D, count: before) + bytes).base64EncodedString().dropFirst(4)
                .dropLast(4)
            forms.append(("base64", String(coded)))
            forms.append(("base64url", String(coded).replacing("+", with: "-").replacing("/", with: "_")))
        }
        return forms
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static func word(_ bytes: [UInt8], _ start: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in start..<start + 8 { word = word << 8 | UInt64(bytes[index]) }
        return word
    }

    /// Which form of which secret is there; nil where none is.
    package func find(in data: Data) -> String? {
        let bytes = Array(data)
        guard bytes.count >= Self.length else { return nil }
        var word = Self.word(bytes, 0)
        for start in 0...(bytes.count - Self.length) {
            if start > 0 { word = word << 8 | UInt64(bytes[start + 7]) }
            guard let found = pieces[word] else { continue }
            let second = Self.word(bytes, start + 8)
            if let piece = found.first(where: { $0.second == second }) { return piece.form }
        }
        return nil
    }

    // MARK: Places

    /// The argument list of every process there is, and the environment of each that has come from this one.
    ///
    /// A child between fork and exec is still its parent, whose environment may hold what a person has put there: it is looked at
    /// once its arguments are its own.
    package static func processes(from root: Int32) -> (arguments: Data, environments: Data, children: Int) {
        var parents: [Int32: Int32] = [:]
        var (arguments, environments) = (Data(), Data())
        var children = 0
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        for id in names.compactMap({ Int32($0) }) {
            guard let status = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
                let parent = status.split(separator: ")").last?.split(separator: " ").dropFirst().first
            else { continue }
            parents[id] = Int32(parent)
        }
        let own = FileManager.default.contents(atPath: "/proc/\(root)/cmdline") ?? Data()
        for id in parents.keys {
            let said = FileManager.default.contents(atPath: "/proc/\(id)/cmdline") ?? Data()
            arguments.append(said)
            var ancestor = parents[id]
            while let place = ancestor, place != root, place > 1 { ancestor = parents[place] }
            guard ancestor == root, said != own, !said.isEmpty else { continue }
            children += 1
            environments.append(FileManager.default.contents(atPath: "/proc/\(id)/environ") ?? Data())
        }
        return (arguments, environments, children)
    }

    /// Every file below a directory.
    package static func files(below directory: URL) throws -> [(name: String, content: Data)] {
        try FileManager.default.subpathsOfDirectory(atPath: directory.path).compactMap { name in
            FileManager.default.contents(atPath: directory.appending(path: name).path).map { (name, $0) }
        }
    }
}
