/// A command's help in the order in which a person looks for things: what it does, how it is called, its own options, examples,
/// then what all commands share.
///
/// The parser prints a command's own options behind all shared ones, and takes no order for them.
struct HelpPage: CustomStringConvertible {
    /// A heading in capitals, and what stands below it.
    struct Section: Equatable {
        var heading: String
        var lines: [String]
    }

    private(set) var overview: [String] = []
    private(set) var sections: [Section] = []
    /// Columns of the screen; nil where there is none.
    private let width: Int?

    /// Groups of options that many commands share: behind a command's own.
    private static let shared = ["CACHED LISTING", "SOURCE", "OUTPUT"]

    /// Nil where a text is no help.
    ///
    /// - Parameter width: Columns of the screen that the text was made for; nil where there is none.
    init?(_ text: String, width: Int? = nil) {
        self.width = width
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.contains(where: { $0.hasPrefix("USAGE: ") }) else { return nil }
        for line in lines {
            if let heading = Self.heading(line) {
                sections.append(Section(heading: heading.name, lines: heading.rest.map { [$0] } ?? []))
            } else if sections.isEmpty {
                overview.append(line)
            } else {
                sections[sections.count - 1].lines.append(line)
            }
        }
        // What the parser puts in front of a text about the program.
        if overview.isEmpty, sections.first?.heading == "OVERVIEW" { overview = sections.removeFirst().lines }
        arrange()
    }

    /// `USAGE: kleene-ns …`, or `ONE EXTRACT BY FLAGS:`.
    private static func heading(_ line: String) -> (name: String, rest: String?)? {
        guard let first = line.first, first.isUppercase, let colon = line.firstIndex(of: ":") else { return nil }
        let name = line[..<colon]
        guard name.allSatisfy({ $0.isUppercase || $0 == " " }) else { return nil }
        // Groups of commands end in a second heading.
        let rest = line[line.index(after: colon)...].drop { $0 == " " }
        if rest == "SUBCOMMANDS:" { return (String(name), nil) }
        return (String(name), rest.isEmpty ? nil : String(rest))
    }

    private mutating func arrange() {
        func take(_ names: [String]) -> [Section] {
            let found = names.flatMap { name in sections.filter { $0.heading == name } }
            sections.removeAll { names.contains($0.heading) }
            return found
        }
        var options = take(["OPTIONS"])
        // Every command has these two: they are no reason to look.
        var common: [String] = []
        for index in options.indices {
            common += options[index].lines.filter(Self.isCommon)
            options[index].lines.removeAll(where: Self.isCommon)
            if options[index].lines.allSatisfy(\.isEmpty) { options[index].lines = [] }
        }
        options.removeAll { $0.lines.isEmpty }
        let (usage, arguments, examples) = (take(["USAGE"]), take(["ARGUMENTS"]), take(["EXAMPLES"]))
        let (shared, topics) = (take(Self.shared), take(["HELP TOPICS"]))
        let rest = sections
        sections = usage + arguments + options + rest + examples + shared + topics
        if !common.isEmpty { sections.append(Section(heading: "ALWAYS", lines: common)) }
    }

    /// The usage with all that may be left out in one word: the options are listed below.
    private static func short(_ usage: String) -> String {
        var words: [String] = []
        var isOptional = false
        for word in usage.split(separator: " ").map(String.init) {
            if word.hasPrefix("[-") {
                isOptional = !word.hasSuffix("]")
                if !words.contains("[<options>]") { words.append("[<options>]") }
            } else if isOptional {
                isOptional = !word.hasSuffix("]")
            } else if word != "[<options>]" || !words.contains(word) {
                words.append(word)
            }
        }
        return words.joined(separator: " ")
    }

    private static func isCommon(_ line: String) -> Bool {
        line.hasPrefix("  --version ") || line.hasPrefix("  -h, --help ")
    }

    // MARK: What fits the screen

    /// The lines of a section, none wider than the screen. The parser breaks examples and topics without looking at what they are,
    /// and leaves long words and the usage as they are.
    private func fitted(_ section: Section) -> [String] {
        switch section.heading {
        case "EXAMPLES": Self.rejoined(section.lines).flatMap(command)
        case "HELP TOPICS":
            Self.rejoined(section.lines).flatMap { $0.wrapped(to: width ?? Self.plainWidth, hanging: 26) }
        default: section.lines.flatMap(fitted)
        }
    }

    private func fitted(_ line: String) -> [String] {
        guard let width, line.displayWidth > width else { return [line] }
        return line.wrapped(to: width, hanging: line.prefix { $0 == " " }.count)
    }

    /// What the parser takes for the width where there is no screen.
    private static let plainWidth = 80

    /// Lines that were broken, each whole again: what goes on begins without a blank.
    private static func rejoined(_ lines: [String]) -> [String] {
        lines.reduce(into: []) { whole, line in
            if let last = whole.last, !last.isEmpty, let first = line.first, first != " " {
                whole[whole.count - 1] += " " + line
            } else {
                whole.append(line)
            }
        }
    }

    /// A command line as a shell takes it on several: broken between words, never inside quotes.
    private func command(_ line: String) -> [String] {
        guard let width, line.displayWidth > width else { return [line] }
        var (words, quote) = ([""], nil as Character?)
        for character in line.drop(while: { $0 == " " }) {
            if character == quote { quote = nil } else if quote == nil, "'\"".contains(character) { quote = character }
            if character == " ", quote == nil { words.append("") } else { words[words.count - 1].append(character) }
        }
        var lines = ["  " + words.removeFirst()]
        for word in words {
            // Room for the backslash that says that it goes on.
            if lines[lines.count - 1].displayWidth + 1 + word.displayWidth + 2 <= width {
                lines[lines.count - 1] += " " + word
            } else {
                lines[lines.count - 1] += " \\"
                lines.append("      " + word)
            }
        }
        return lines
    }

    var description: String {
        func trimmed(_ lines: [String]) -> String {
            var lines = lines[...]
            while lines.first?.isEmpty == true { lines.removeFirst() }
            while lines.last?.isEmpty == true { lines.removeLast() }
            return lines.joined(separator: "\n")
        }
        let parts =
            [trimmed(overview.flatMap(fitted))]
            + sections.map { section in
                guard section.heading == "USAGE" else {
                    return "\(section.heading):\n\(trimmed(fitted(section)))"
                }
                let usage = "USAGE: \(Self.short(trimmed(section.lines)))"
                return width.map { usage.wrapped(to: $0, hanging: 7).joined(separator: "\n") } ?? usage
            }
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }
}
