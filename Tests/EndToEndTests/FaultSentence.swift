import Foundation

/// A sentence in the sources that is said to a user who has done something wrong, as the pieces between what is filled in.
struct FaultSentence {
    let place: String
    let pieces: [String]

    /// Sentences that no screen shows, by words of them, and why.
    static let unreachable: [(words: String, reason: String)] = [
        (" could not be run: ", "where the system has no process to give; SystemLimitTests have one"),
        (" Of the last, ", "depends on how fast the machine is; UnattendedTests read it"),
        (" Nothing is kept of what was not done.", "depends on how fast the machine is; UnattendedTests read it"),
        (" cannot be written: ", "a full disk"),
        ("Cron would start in ", "a user without a home directory"),
        (" did not end within ", "takes a minute; SecretTests wait less"),
        (" cannot be read: too many files are open.", "SystemLimitTests have it"),
        ("The report could not be written to ", "ProbeTests have it"),
        ("The result was not printed whole", "PollingReaderTests have it"),
        ("The result cannot be written to standard output: ", "SystemLimitTests have it"),
    ]

    private static let beginnings = [
        #"ValidationError\("#, #"Failure\(\s*\.(configuration|statement|environment|interrupted),"#,
        #"\bfault\("?[a-zA-Z_]+"?,"#, #"faults\.add\([^,]+,"#, #"\brefuse\("#,
    ]

    private static let rooms = [
        "Books", "Commands", "Configuration", "Listings", "Options", "Questions", "State", "Reporting",
    ]

    /// All of them, found by how they are thrown.
    static func all() throws -> [FaultSentence] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/KleeneNS")
        var found: [FaultSentence] = []
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
            let relative = file.path.replacing(root.path + "/", with: "")
            guard rooms.contains(where: { relative.hasPrefix($0 + "/") }) || !relative.contains("/") else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            let beginning = try Regex(beginnings.joined(separator: "|"))
            for match in text.matches(of: beginning) {
                var rest = text[match.range.upperBound...]
                guard let pieces = literal(&rest) else { continue }
                let line = text[..<match.range.lowerBound].count { $0 == "\n" } + 1
                found.append(FaultSentence(place: "\(relative):\(line)", pieces: pieces))
            }
        }
        return found
    }

    /// Whether the pieces stand in a text, one behind the other.
    func isIn(_ text: String) -> Bool {
        text.split(separator: "\n").contains { line in
            var rest = line[...]
            return pieces.allSatisfy { piece in
                let piece = piece.replacing("\n", with: " ").replacing(/\ +/, with: " ")
                guard let found = rest.range(of: piece) else { return false }
                rest = rest[found.upperBound...]
                return true
            }
        }
    }

    /// The string literal with which a text begins, and those that are added to it; nil where there is none.
    private static func literal(_ text: inout Substring) -> [String]? {
        func skip() { text = text.drop { $0.isWhitespace } }
        skip()
        guard text.first == "\"" else { return nil }
        var pieces = [""]
        while text.first == "\"" {
            text.removeFirst()
            while let character = text.popFirst(), character != "\"" {
                guard character == "\\" else {
                    pieces[pieces.count - 1].append(character)
                    continue
                }
                switch text.popFirst() {
                case "(":
                    skipInterpolation(&text)
                    pieces.append("")
                case "n": pieces[pieces.count - 1].append("\n")
                case let other?: pieces[pieces.count - 1].append(other)
                case nil: return nil
                }
            }
            skip()
            guard text.first == "+" else { break }
            text.removeFirst()
            skip()
            // Something else is added: what is behind it is not known.
            if text.first != "\"" { break }
        }
        return pieces.filter { $0.contains { !$0.isWhitespace } }
    }

    private static func skipInterpolation(_ text: inout Substring) {
        var depth = 1
        while depth > 0, let character = text.popFirst() {
            switch character {
            case "(": depth += 1
            case ")": depth -= 1
            case "\"":
                while let inner = text.popFirst(), inner != "\"" {
                    guard inner == "\\" else { continue }
                    if text.popFirst() == "(" { skipInterpolation(&text) }
                }
            default: break
            }
        }
    }
}
