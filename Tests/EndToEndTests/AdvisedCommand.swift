import Foundation

/// A command of ours that a sentence in the sources names, in a message, a piece of advice, a note or a page of help.
struct AdvisedCommand {
    let place: String
    /// Behind `kleene-ns`, with `X` for what is filled in.
    let command: String

    /// Not commands by themselves but what makes some, each with its screens: the near name of a mistyped one.
    private static let makers = ["KleeneNS/Help/MistypedCommand.swift"]

    static func all() throws -> [AdvisedCommand] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        var found: [AdvisedCommand] = []
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
            let place = file.path.replacing(root.path + "/", with: "")
            guard !makers.contains(place) else { continue }
            let lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
            let code = lines.filter { !$0.trimmingPrefix { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
            // A literal that is broken over lines is one, and what is filled in is a word or nothing.
            let text = code.replacing(/"\s*\n\s*\+ "/, with: "")
            for match in text.matches(of: /`kleene-ns( [^`\n]+)`/) {
                let command = match.output.1.replacing(/\\\((?:[^()"]|\([^()]*\)|"[^"]*")*\)/, with: "")
                found.append(AdvisedCommand(place: place, command: String(command)))
            }
        }
        return found
    }
}
