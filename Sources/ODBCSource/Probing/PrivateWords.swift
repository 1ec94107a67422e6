/// Keeps out of a report what tells whose account it is about. Pure functions.
package enum PrivateWords {
    /// Shorter ones would black out half of any text.
    static let minimumLength = 3

    /// A text with each word replaced, whatever its case, where it stands by itself.
    package static func masked(_ text: String, _ words: [(word: String, placeholder: String)]) -> String {
        var result = Array(text)
        // The longest first, so that none hides a part of another.
        for (word, placeholder) in words.sorted(by: { $0.word.count > $1.word.count })
        where word.count >= minimumLength {
            let needle = word.lowercased()
            let length = word.count
            var index = 0
            while index + length <= result.count {
                let isAlone =
                    (index == 0 || !isPart(result[index - 1]))
                    && (index + length == result.count || !isPart(result[index + length]))
                if isAlone, String(result[index..<index + length]).lowercased() == needle {
                    result.replaceSubrange(index..<index + length, with: placeholder)
                    index += placeholder.count
                } else {
                    index += 1
                }
            }
        }
        return String(result)
    }

    private static func isPart(_ character: Character) -> Bool { character.isLetter || character.isNumber }

    /// What a name looks like: letters as `A` and `a`, digits as `9`, all else as it is.
    package static func shape(_ text: String) -> String {
        String(
            text.map { character in
                if character.isNumber { return "9" }
                guard character.isLetter else { return character }
                return character.isUppercase ? "A" : "a"
            })
    }
}
