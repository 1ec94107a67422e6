import Foundation

/// The commands that a text names, to be typed as they stand there: those on lines of their own, further in than the rest, and those
/// between backticks.
struct NamedCommands {
    /// Each as a line for a shell: without the comment, or the column of prose, behind it.
    let lines: [String]
    private let text: String

    struct NotNamed: Error, CustomStringConvertible {
        var beginning: String
        var text: String
        var description: String { "nothing says `\(beginning)`:\n\(text)" }
    }

    init(_ text: String) {
        let text = text.replacing("\r\n", with: "\n")
        let ofTheirOwn = text.split(separator: "\n").filter { $0.hasPrefix("  ") && $0.contains(/^ +kleene-ns/) }
        let inBackticks = text.matches(of: /`(kleene-ns[^`]*)`/).map { $0.output.1.replacing("\n", with: " ") }
        lines = ofTheirOwn.map { Self.command($0.drop { $0 == " " }) } + inBackticks.map { Self.command($0[...]) }
        self.text = text
    }

    /// Two blanks, a comment or the sign that a shell goes on end it, where they are not in quotes.
    private static func command(_ line: Substring) -> String {
        var isQuoted = false
        var command = ""
        for character in line {
            if character == "'" { isQuoted.toggle() }
            if !isQuoted, command.hasSuffix(" "), [" ", "#", "&"].contains(character) { break }
            command.append(character)
        }
        return command.trimmingCharacters(in: .whitespaces)
    }

    /// The first that begins so.
    func first(_ beginning: String, where isIt: (String) -> Bool = { _ in true }) throws -> String {
        let found = lines.first { ($0 == beginning || $0.hasPrefix(beginning + " ")) && isIt($0) }
        guard let found else { throw NotNamed(beginning: beginning, text: text) }
        return found
    }

    /// The words of a line, as a shell takes them apart where nothing but blanks needs quotes.
    static func words(_ line: String) -> [String] {
        var (words, word, isQuoted) = ([String](), "", false)
        for character in line {
            switch character {
            case "'": isQuoted.toggle()
            case " " where !isQuoted:
                words.append(word)
                word = ""
            default: word.append(character)
            }
        }
        return words + [word]
    }
}
