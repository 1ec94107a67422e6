/// What somebody said, cut into sentences of words.
struct SaidWords {
    /// Lines and sentences, in lower case.
    let sentences: [[String]]

    /// - Parameter text: A diagnostic's message, as it came.
    init(_ text: String) {
        // The twenty characters of an error ticket are anything, "tba" too.
        let text = text.lowercased().replacing(/(error ticket#\s*)[a-z0-9]+/) { $0.output.1 }
        let ends: Set<Character> = [".", ";", "!", "?"]
        var sentences: [[String]] = []
        var words: [String] = []
        var word = ""
        func endWord() {
            if !word.isEmpty { words.append(word) }
            word = ""
        }
        func endSentence() {
            endWord()
            if !words.isEmpty { sentences.append(words) }
            words = []
        }
        let characters = Array(text)
        var index = 0
        while index < characters.count {
            let character = characters[index]
            if let end = Self.endOfName(characters, at: index) {
                // What is in quotes and without a blank is a name: a host that is called "locked" has locked nobody.
                endWord()
                words.append("name")
                index = end + 1
                continue
            }
            let next = index + 1 < characters.count ? characters[index + 1] : " "
            if character.isNewline || (ends.contains(character) && next.isWhitespace) {
                endSentence()
            } else if character.isLetter || character.isNumber || (character == "_" && !word.isEmpty) {
                word.append(character == "_" ? " " : character)
            } else {
                endWord()
            }
            index += 1
        }
        endSentence()
        // "invalid_login" is two words.
        self.sentences = sentences.map { $0.flatMap { $0.split(separator: " ").map(String.init) } }
    }

    /// The closing quote of a name that begins here; nil where none does.
    private static func endOfName(_ characters: [Character], at start: Int) -> Int? {
        let closing: Character
        switch characters[start] {
        case "\"": closing = "\""
        case "'":
            if start > 0, characters[start - 1].isLetter || characters[start - 1].isNumber { return nil }
            closing = "'"
        case "»": closing = "«"
        case "«": closing = "»"
        case "“", "„": closing = "”"
        default: return nil
        }
        for index in (start + 1)..<max(start + 1, characters.count) {
            let character = characters[index]
            if character == closing || (closing == "”" && character == "“") { return index > start + 1 ? index : nil }
            if character.isWhitespace { return nil }
        }
        return nil
    }
}
