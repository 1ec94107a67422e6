import Foundation

/// Sentences that are put together before they are thrown: in what returns the reason of a refusal as a text, or in a variable that
/// is thrown afterwards.
///
/// `Failure(.drift, message, …)` shows no words; they are in `let message = …` of the same file, or in the function from whose
/// result that comes.
struct FaultMakers {
    /// What they stand in, and their pieces between what is filled in.
    let sentences: [(maker: String, pieces: [String])]

    /// Functions and properties that return a text and are called so say why something is refused, wherever it is then thrown.
    private static var makers: Regex<(Substring, Substring)> {
        /\b(?:func|var) (\w*(?:[rR]efusal|[fF]ault|[fF]law|[mM]isfit|[mM]essage|[dD]ifference)s?)\b[^{}=]*(?:->|:) \[?String\??\]? \{/
    }

    /// `Failure(.drift, message`, `ValidationError(text`: what is said is the value of a variable.
    private static var thrown: Regex<(Substring, Substring)> {
        /(?:Failure\(\s*\.(?!internal)[a-zA-Z]+,|ValidationError\()\s*([a-z]\w*)\s*[,)]/
    }

    init(_ source: String) {
        // Comments have quotation marks, too.
        let text = source.split(separator: "\n", omittingEmptySubsequences: false)
            .filter { !$0.trimmingPrefix { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
        var found: [(maker: String, pieces: [String])] = []
        for match in text.matches(of: Self.makers) {
            let body = Self.block(text[match.range.upperBound...])
            found += Self.literals(body).map { (String(match.output.1), $0) }
        }
        for name in Set(text.matches(of: Self.thrown).map { String($0.output.1) }).sorted() {
            guard let beginning = try? Regex("\\b(?:let|var) \(name)\\b[^\\n={]* = |\\b\(name) \\+= ") else { continue }
            for match in text.matches(of: beginning) {
                found += Self.literals(Self.statement(text[match.range.upperBound...])).map { (name, $0) }
            }
        }
        sentences = found.filter { Self.isSentence($0.pieces) }
    }

    /// The text up to the brace that closes it.
    private static func block(_ text: Substring) -> Substring {
        var (rest, depth) = (text, 1)
        while depth > 0, let character = rest.first {
            if character == "\"" {
                guard FaultSentence.literal(&rest) != nil else { break }
                continue
            }
            rest.removeFirst()
            if character == "{" { depth += 1 }
            if character == "}" { depth -= 1 }
        }
        return text[..<rest.startIndex]
    }

    /// The text up to the end of a statement: of the line, and of those that go on with it.
    private static func statement(_ text: Substring) -> Substring {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        // What a `switch` or an `if` chooses from.
        if let first = lines.first,
            first.hasSuffix("{") || first.isEmpty && lines.dropFirst().first?.hasSuffix("{") == true,
            let brace = text.firstIndex(of: "{")
        {
            return text[..<block(text[text.index(after: brace)...]).endIndex]
        }
        guard var end = lines.popFirst()?.endIndex else { return text }
        while let line = lines.popFirst() {
            guard let sign = line.first(where: { $0 != " " }), "\"+?:.".contains(sign) else { break }
            end = line.endIndex
        }
        return text[..<end]
    }

    private static func literals(_ text: Substring) -> [[String]] {
        var (rest, found) = (text, [[String]]())
        while let begin = rest.firstIndex(of: "\"") {
            rest = rest[begin...]
            guard let pieces = FaultSentence.literal(&rest) else { break }
            found.append(pieces)
        }
        return found
    }

    /// Whether it is more than a name or a list: three words, none of SQL.
    private static func isSentence(_ pieces: [String]) -> Bool {
        let text = pieces.joined(separator: "…")
        return text.matches(of: /[A-Za-z]{2,}/).count >= 3
            && text.prefixMatch(of: /(?:SELECT|INSERT|UPDATE|DELETE|DROP|CREATE|ALTER|PRAGMA)\s/) == nil
    }
}
