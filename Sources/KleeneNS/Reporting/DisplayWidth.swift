/// How much room a text takes on a screen, and how it is made to fit.
///
/// By a table of our own: the C library's `wcwidth` knows only bytes in the locale that cron has.
extension Character {
    /// Columns of a terminal: 0, 1 or 2.
    var displayWidth: Int {
        var width = 0
        for scalar in unicodeScalars { width = max(width, scalar.displayWidth) }
        // An emoji selector makes a sign of one column one of two.
        return width == 1 && unicodeScalars.contains("\u{FE0F}") ? 2 : width
    }
}

extension Unicode.Scalar {
    fileprivate var displayWidth: Int {
        if value < 0x300 { return 1 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        if properties.isEmojiPresentation { return 2 }
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
            0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
            0x16FE0...0x18AFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F2FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}

extension StringProtocol {
    /// Columns of a terminal.
    var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

    /// The text, cut with an ellipsis where it takes more room than this.
    func elided(to width: Int) -> String {
        guard displayWidth > width else { return String(self) }
        guard width > 0 else { return "" }
        var (result, used) = ("", 0)
        for character in self {
            guard used + character.displayWidth < width else { break }
            result.append(character)
            used += character.displayWidth
        }
        return result + "…"
    }

    /// The text with blanks behind it up to a width.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - displayWidth)) }

    /// The text on lines of a width, broken between words; words that are longer are broken where they must be.
    ///
    /// - Parameters:
    ///   - hanging: Blanks in front of all lines but the first.
    ///   - used: What is taken of the first line already.
    func wrapped(to width: Int, hanging: Int = 0, behind used: Int = 0) -> [String] {
        let width = Swift.max(width, hanging + 8)
        var lines: [String] = []
        var (line, used, isAtStart) = ("", used, true)
        func close() {
            lines.append(line)
            (line, used, isAtStart) = (String(repeating: " ", count: hanging), hanging, true)
        }
        for word in split(separator: " ", omittingEmptySubsequences: false) {
            let needed = word.displayWidth
            if !isAtStart {
                if used + 1 + needed <= width {
                    line += " "
                    used += 1
                } else {
                    close()
                }
            }
            isAtStart = false
            for character in word {
                if used + character.displayWidth > width { close() }
                line.append(character)
                used += character.displayWidth
            }
            isAtStart = false
        }
        lines.append(line)
        return lines
    }
}
