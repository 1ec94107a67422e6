extension Unicode.Scalar {
    /// Whether it is not shown but does something: moves the cursor, commands a terminal, reverses or hides text beside it.
    ///
    /// Controls of ASCII and Latin-1, line and paragraph separators, marks of direction, and what has no width. Of these the
    /// joiners of emoji and of Persian are lost too: to see their code is better than to be misled.
    package var isInvisibleCommand: Bool {
        switch value {
        case 0..<0x20, 0x7F...0x9F, 0xAD, 0x61C, 0x180E, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB, 0xE0000...0xE007F:
            true
        default: false
        }
    }
}

extension String {
    /// The text on one line, with its code in place of each character that commands instead of being shown.
    package var visible: String {
        guard unicodeScalars.contains(where: \.isInvisibleCommand) else { return self }
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar {
            case "\n": result += "\\n".unicodeScalars
            case "\r": result += "\\r".unicodeScalars
            case "\t": result += "\\t".unicodeScalars
            case _ where scalar.isInvisibleCommand:
                result += "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// The same of a text that may have several lines.
    ///
    /// - Parameter keepsCRLF: Whether a line may end as those of RFC 4180 do.
    package func visibleLines(keepsCRLF: Bool = false) -> String {
        guard unicodeScalars.contains(where: { $0.isInvisibleCommand && $0 != "\n" }) else { return self }
        return unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            keepsCRLF && line.last == "\r" ? String(line.dropLast()).visible + "\r" : String(line).visible
        }.joined(separator: "\n")
    }
}
