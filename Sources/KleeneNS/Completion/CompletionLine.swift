/// A command line that somebody is typing, as a shell hands it over: its words with their quotes, and the one that is to be completed.
struct CompletionLine {
    /// Without the word that is not there yet, and without quotes.
    let words: [String]
    /// What there is of that word, as it is typed.
    let typed: String

    /// - Parameters:
    ///   - words: All words, the program's name first.
    ///   - index: The place of the word that is to be completed.
    ///   - home: What `~` stands for; nil where nobody knows.
    init(_ words: [String], completing index: Int, home: String?) {
        typed = words.indices.contains(index) ? words[index] : ""
        self.words = words.enumerated().filter { $0.offset != index }.map { Self.plain($0.element, home) }
    }

    /// The value that an option has on this line. Bash takes `=` for a word of its own, other shells leave `--flag=value` as it is.
    func value(of flag: String) -> String? {
        for (index, word) in words.enumerated() {
            if word.hasPrefix(flag + "=") { return String(word.dropFirst(flag.count + 1)) }
            guard word == flag else { continue }
            let rest = words[(index + 1)...]
            let value = rest.first == "=" ? rest.dropFirst().first : rest.first
            return value.flatMap { $0.hasPrefix("-") ? nil : $0 }
        }
        return nil
    }

    /// A word as the shell would hand it to the program, as far as names of files go: quotes and backslashes are taken off.
    private static func plain(_ word: String, _ home: String?) -> String {
        var text = ""
        var quote: Character?
        var isEscaped = false
        for character in word {
            if isEscaped {
                text.append(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if character == quote {
                quote = nil
            } else if quote == nil, character == "'" || character == "\"" {
                quote = character
            } else {
                text.append(character)
            }
        }
        guard let home, word.hasPrefix("~/") else { return text }
        return home + text.dropFirst(1)
    }
}
