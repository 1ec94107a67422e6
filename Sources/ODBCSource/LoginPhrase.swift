/// Words in a row: `a|b` is either, `log_in` two words in one of several ways, `word~` any word that begins so, `…` up to six
/// words of any kind, `…2` up to two.
///
/// Whole words: "blocked" is no "locked".
package struct LoginPhrase: Sendable, CustomStringConvertible {
    private enum Part: Sendable {
        /// One of several sequences of words.
        case words([[String]])
        case gap(Int)
    }

    private let parts: [Part]
    package let description: String

    package init(_ text: String) {
        description = text
        parts = text.split(separator: " ").map { piece in
            piece.hasPrefix("…")
                ? .gap(Int(piece.dropFirst()) ?? 6)
                : .words(piece.split(separator: "|").map { $0.split(separator: "_").map(String.init) })
        }
    }

    /// The first place among words, in lower case, where this is said.
    func range(in words: [String]) -> Range<Int>? {
        for start in words.indices {
            if let end = end(of: parts[...], in: words, from: start) { return start..<end }
        }
        return nil
    }

    private func end(of parts: ArraySlice<Part>, in words: [String], from start: Int) -> Int? {
        guard let part = parts.first else { return start }
        let rest = parts.dropFirst()
        switch part {
        case .gap(let longest):
            for length in 0...longest where start + length <= words.count {
                if let end = end(of: rest, in: words, from: start + length) { return end }
            }
            return nil
        case .words(let sequences):
            for sequence in sequences {
                let end = start + sequence.count
                guard end <= words.count, zip(sequence, words[start..<end]).allSatisfy({ Self.fits($1, $0) }),
                    let found = self.end(of: rest, in: words, from: end)
                else { continue }
                return found
            }
            return nil
        }
    }

    private static func fits(_ word: String, _ pattern: String) -> Bool {
        pattern.hasSuffix("~") ? word.hasPrefix(pattern.dropLast()) : word == pattern
    }
}
