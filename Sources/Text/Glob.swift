/// A pattern of a shell: `*` for any characters, `?` for one, `[a-z]` and `[!a-z]` for one of a set.
package struct Glob {
    private let pattern: [Character]

    package init(_ pattern: String) {
        self.pattern = Array(pattern)
    }

    /// Whether a text reads like one.
    package static func isOne(_ text: String) -> Bool { text.contains { "*?[".contains($0) } }

    /// Whether all of the text fits.
    ///
    /// Case counts.
    package func matches(_ text: String) -> Bool {
        let text = Array(text)
        var place = 0
        var index = 0
        // After a star, the text place to try next when what follows the star does not fit.
        var star: (pattern: Int, text: Int)?
        while place < text.count {
            if index < pattern.count, pattern[index] == "*" {
                star = (index, place)
                index += 1
            } else if let width = width(at: index, fitting: text[place]) {
                index += width
                place += 1
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                index = last.pattern + 1
                place = last.text + 1
            } else {
                return false
            }
        }
        return pattern[index...].allSatisfy { $0 == "*" }
    }

    /// Characters of the pattern that stand for this one of the text; nil where they do not fit.
    private func width(at index: Int, fitting character: Character) -> Int? {
        guard index < pattern.count else { return nil }
        if pattern[index] == "?" { return 1 }
        guard pattern[index] == "[", let end = pattern[(index + 1)...].dropFirst().firstIndex(of: "]") else {
            return pattern[index] == character ? 1 : nil
        }
        var members = pattern[(index + 1)..<end]
        let isNegated = members.first == "!"
        if isNegated { members = members.dropFirst() }
        var fits = false
        while let first = members.popFirst() {
            if members.count >= 2, members.first == "-", let last = members.dropFirst().first {
                members = members.dropFirst(2)
                if first <= last, (first...last).contains(character) { fits = true }
            } else if first == character {
                fits = true
            }
        }
        return fits != isNegated ? end - index + 1 : nil
    }
}
