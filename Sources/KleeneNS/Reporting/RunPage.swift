import Extraction
import Rows
import Text

/// What a person is told of extracts that were not done, once all is over: each cause once, with all that it struck.
struct RunPage: Equatable {
    /// Why extracts were not done, and which.
    struct Cause: Equatable {
        /// Nil where somebody stopped the command before they began.
        var failure: Failure?
        var results: [ExtractResult]
    }

    let results: [ExtractResult]

    /// So many rows of a table a cause is worth; what has struck more is told without them.
    static let mostRows = 3

    init(_ results: [ExtractResult]) {
        self.results = results
    }

    /// So many lines of a screen one failure is worth.
    private static let mostLines = 10

    /// In the order in which they struck first. What differs by nothing but the names of extract and tables is one cause.
    var causes: [Cause] {
        var causes: [(key: Failure?, cause: Cause)] = []
        for result in results where result.status != .succeeded {
            let key = result.failure.map { Self.anonymous($0, of: result) }
            let place = causes.firstIndex { $0.cause.failure == result.failure || $0.key == key }
            if let place {
                causes[place].cause.results.append(result)
            } else {
                causes.append((key, Cause(failure: result.failure, results: [result])))
            }
        }
        return causes.map(\.cause)
    }

    /// The results whose rows a table shows.
    var shown: [ExtractResult] {
        let folded = causes.filter { $0.results.count > Self.mostRows }.flatMap(\.results).map(\.name)
        return results.filter { !folded.containsExactly($0.name) }
    }

    /// The failure without what is this extract's own in it.
    private static func anonymous(_ failure: Failure, of result: ExtractResult) -> Failure {
        var failure = failure
        let names = [result.name, result.sourceTable, result.destinationTable].filter { !$0.isEmpty }
            .sorted { $0.count > $1.count }
        for name in names {
            failure.message = failure.message.replacingWords(name, with: "\u{1}")
            failure.advice = failure.advice.replacingWords(name, with: "\u{1}")
        }
        return failure
    }

    /// The page; empty where all was done.
    ///
    /// - Parameter width: Columns of the screen; nil where there is none, and each paragraph is one line.
    func lines(width: Int?) -> [String] {
        causes.flatMap { cause in
            let groups = Self.words.compactMap { status, word in
                let names = cause.results.filter { $0.status == status }.map(\.name)
                return names.isEmpty ? nil : (word, names)
            }
            return Self.heading(groups, width: width)
                + (cause.failure.map { failure in
                    let lines = Self.paragraphs(failure, indent: 2, width: width, most: Self.mostLines)
                    // What has struck one extract is said whole, however long it is.
                    guard cause.results.count > Self.mostRows, let width else { return lines }
                    return Self.cut(failure, lines, width: width)
                } ?? [])
        }
    }

    private static let words: [(ExtractResult.Status, String)] = [
        (.failed, "failed"), (.interrupted, "interrupted"), (.notRun, "not run"),
    ]

    /// So many names are said where there is no end of a line.
    private static let mostNames = 8

    /// What became of which extracts, on one line.
    private static func heading(_ groups: [(word: String, names: [String])], width: Int?) -> [String] {
        func text(_ most: Int) -> String {
            groups.map { word, names in
                let some = names.prefix(most).map(\.visible).joined(separator: ", ")
                let rest = names.count - min(most, names.count)
                return "\(word): \(some)" + (rest > 0 ? " and \(rest) more" : "")
            }.joined(separator: "; ")
        }
        guard let width else { return [text(mostNames)] }
        var count = groups.map(\.names.count).max() ?? 1
        while count > 1, text(count).displayWidth > width { count -= 1 }
        return [text(count).elided(to: width)]
    }

    /// A failure's sentences, its list with an item a line.
    ///
    /// - Parameter most: Lines that a screen has for it; nil for as many as it takes. Where they do not do, the codes go first,
    ///   then the names of the driver's layers, both of which the run's record has, and then the list's last items: the likeliest
    ///   cause comes first, and the advice says where the others are.
    static func paragraphs(_ failure: Failure, indent: Int, width: Int?, most: Int? = nil) -> [String] {
        var failure = failure
        while true {
            let lines = wrapped(failure, indent: indent, width: width)
            guard width != nil, let most, lines.count > most else { return lines }
            if failure.codes != nil {
                (failure.sqlState, failure.nativeCode, failure.function) = (nil, nil, nil)
                continue
            }
            let plain = failure.message.replacing(/(\[[^\[\]]+\]){2,}/, with: "")
            if plain != failure.message {
                failure.message = plain
                continue
            }
            var rest = failure.advice.split(separator: "\n", omittingEmptySubsequences: false)
            guard rest.count(where: { $0.hasPrefix("- ") }) > 1,
                let last = rest.lastIndex(where: { $0.hasPrefix("- ") })
            else { return lines }
            rest.remove(at: last)
            failure.advice = rest.joined(separator: "\n")
        }
    }

    /// The same of what is still too long: what the other side said loses its end, what to do stays whole. The runs' records have all.
    private static func cut(_ failure: Failure, _ lines: [String], width: Int) -> [String] {
        guard lines.count > mostLines else { return lines }
        var failure = failure
        (failure.sqlState, failure.nativeCode, failure.function) = (nil, nil, nil)
        var words = failure.message.split { $0.isWhitespace }
        var lines = lines
        while lines.count > mostLines, words.count > leastWords {
            words.removeLast()
            failure.message = words.joined(separator: " ") + " …"
            lines = paragraphs(failure, indent: 2, width: width, most: mostLines)
        }
        return lines
    }

    /// So many words say at least what was tried on what.
    private static let leastWords = 12

    private static func wrapped(_ failure: Failure, indent: Int, width: Int?) -> [String] {
        let text = [failure.message, failure.advice, failure.codes ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
        let blanks = String(repeating: " ", count: indent)
        return text.split(separator: "\n").flatMap { line -> [String] in
            let line = line.trimmingPrefix { $0 == " " }
            guard let width else { return [blanks + line] }
            let hanging = line.hasPrefix("- ") ? 2 : 0
            return line.wrapped(to: width - indent, hanging: hanging).map { blanks + $0 }
        }
    }
}

extension String {
    /// Each occurrence that no letter, digit or `_` touches, replaced.
    fileprivate func replacingWords(_ word: String, with other: String) -> String {
        func isWordLike(_ scalar: Unicode.Scalar?) -> Bool {
            scalar.map { $0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType != nil } ?? false
        }
        var result = ""
        var rest = self[...]
        while let found = rest.firstRange(of: word) {
            let before = rest[..<found.lowerBound].unicodeScalars.last ?? result.unicodeScalars.last
            let isWhole = !isWordLike(before) && !isWordLike(rest[found.upperBound...].unicodeScalars.first)
            result += rest[..<found.lowerBound] + (isWhole ? other : String(rest[found]))
            rest = rest[found.upperBound...]
        }
        return result + rest
    }
}
