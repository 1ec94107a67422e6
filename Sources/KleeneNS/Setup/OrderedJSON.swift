/// JSON whose members keep their order: what is written for a person to go on with.
indirect enum OrderedJSON: Equatable, Sendable {
    case value(JSONValue)
    case array([OrderedJSON])
    case object([Member])

    struct Member: Equatable, Sendable {
        var key: String
        var value: OrderedJSON

        init(_ key: String, _ value: OrderedJSON) {
            self.key = key
            self.value = value
        }

        init(_ key: String, _ text: String) { self.init(key, .value(.string(text))) }

        init(_ key: String, _ texts: [String]) { self.init(key, .array(texts.map { .value(.string($0)) })) }
    }

    /// On one line.
    var line: String {
        switch self {
        case .value(let value): value.spaced
        case .array(let elements): "[" + elements.map(\.line).joined(separator: ", ") + "]"
        case .object(let members):
            "{" + members.map { "\(JSONValue.quoted($0.key)): \($0.value.line)" }.joined(separator: ", ") + "}"
        }
    }

    /// Columns of a line.
    private static let room = 110

    /// How lines are written.
    struct Layout: Equatable, Sendable {
        var unit = "  "
        var newline = "\n"
    }

    /// On as many lines as it takes; the first begins where the text is put.
    ///
    /// - Parameter indent: What the line that it begins on starts with.
    func text(indent: String = "", _ layout: Layout = Layout()) -> String {
        let line = line
        if indent.count + line.count <= Self.room, depth < 2 { return line }
        let inner = indent + layout.unit
        func block(_ open: String, _ lines: [String], _ close: String) -> String {
            open + layout.newline + lines.map { inner + $0 }.joined(separator: "," + layout.newline) + layout.newline
                + indent + close
        }
        switch self {
        case .value: return line
        case .array(let elements):
            // Names fill their lines: a table may have hundreds.
            if depth < 2 { return block("[", filled(elements.map(\.line), inner), "]") }
            return block("[", elements.map { $0.text(indent: inner, layout) }, "]")
        case .object(let members):
            return block(
                "{",
                members.map { "\(JSONValue.quoted($0.key)): \($0.value.text(indent: inner, layout))" }, "}")
        }
    }

    private func filled(_ words: [String], _ indent: String) -> [String] {
        var lines: [String] = []
        for word in words {
            if let last = lines.last, indent.count + last.count + word.count + 3 <= Self.room {
                lines[lines.count - 1] = last + ", " + word
            } else {
                lines.append(word)
            }
        }
        return lines
    }

    /// Levels of brackets.
    private var depth: Int {
        switch self {
        case .value(.object), .value(.array): 1
        case .value: 0
        case .array(let elements): 1 + (elements.map(\.depth).max() ?? 0)
        case .object(let members): 1 + (members.map(\.value.depth).max() ?? 0)
        }
    }
}

extension JSONValue {
    /// On one line, with blanks behind commas and colons.
    fileprivate var spaced: String {
        switch self {
        case .array(let values): "[" + values.map(\.spaced).joined(separator: ", ") + "]"
        case .object(let members):
            "{"
                + members.sorted { $0.key < $1.key }.map { "\(Self.quoted($0.key)): \($0.value.spaced)" }
                .joined(separator: ", ") + "}"
        default: text
        }
    }
}
