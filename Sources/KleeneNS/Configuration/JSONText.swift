/// JSON that a person wrote: its value, and what a decoder keeps to itself, as keys that stand twice and where it stops being
/// JSON.
///
/// Takes what RFC 8259 takes, in UTF-8, comments (`//`, `/* */`), and as Foundation's decoder a comma behind the last of a list. Nothing that it says
/// quotes a value, which may be a secret.
struct JSONText {
    /// Of members with the same key, the last.
    let value: JSONValue
    /// Members whose key their object has already; those behind the twentieth are left out.
    let repeated: [Fault]
    /// Where each member's key and each element begins, by its path; of members with the same key, the last.
    let places: [String: Place]

    /// A place in the text. Both from 1; a column is a byte.
    struct Place: Equatable, Sendable {
        var line: Int
        var column: Int
    }

    /// Why a text has no value.
    struct Problem: Error, Equatable {
        enum Kind { case isNotUTF8, commentHasNoEnd, isNotJSON, endsTooEarly, numberIsTooLarge, isNestedTooDeep }

        var kind: Kind
        /// Both from 1; a column is a byte.
        var line: Int
        var column: Int
    }

    /// Levels of arrays and objects: what walks a value does so by calls within calls.
    static let deepest = 512

    init(_ bytes: some Sequence<UInt8>) throws(Problem) {
        var reader = Reader(bytes: Array(bytes))
        value = try reader.read()
        repeated = reader.repeated
        places = reader.places
    }

    /// An array or an object whose end has not come yet.
    private struct Frame {
        let isObject: Bool
        var elements: [JSONValue] = []
        var members: [String: JSONValue] = [:]
        /// Where each key stands first.
        var places: [String: Int] = [:]
        /// Of the member whose value is read.
        var key = ""
    }

    /// Goes from byte to byte, with a stack of its own: no text makes it call itself.
    private struct Reader {
        let bytes: [UInt8]
        var repeated: [Fault] = []
        var places: [String: Place] = [:]
        private var index = 0
        /// Where the line at hand begins, and its number: places are asked for in the order of the text.
        private var line = (number: 1, begin: 0, scanned: 0)
        private var stack: [Frame] = []

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func read() throws(Problem) -> JSONValue {
            guard String(validating: bytes, as: UTF8.self) != nil else { throw problem(.isNotUTF8) }
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
            while true {
                try skipSpace()
                notePlace()
                let character = bytes.indices.contains(index) ? bytes[index] : 0
                let isObject = character == UInt8(ascii: "{")
                guard isObject || character == UInt8(ascii: "[") else {
                    if let whole = try finish(try scalar(character)) { return whole }
                    continue
                }
                guard stack.count < JSONText.deepest else { throw problem(.isNestedTooDeep) }
                stack.append(Frame(isObject: isObject))
                index += 1
                try skipSpace()
                if take(isObject ? "}" : "]") {
                    if let whole = try finish(closeFrame()) { return whole }
                } else if isObject {
                    try readKey()
                }
            }
        }

        /// Puts a complete value where it belongs, and closes what ends behind it; the whole text's value where that was all.
        private mutating func finish(_ complete: JSONValue) throws(Problem) -> JSONValue? {
            var value = complete
            while let last = stack.indices.last {
                if stack[last].isObject {
                    stack[last].members[stack[last].key] = value
                } else {
                    stack[last].elements.append(value)
                }
                try skipSpace()
                let hasComma = take(",")
                try skipSpace()
                if take(stack[last].isObject ? "}" : "]") {
                    value = closeFrame()
                    continue
                }
                guard hasComma else { throw unexpected() }
                if stack[last].isObject { try readKey() }
                return nil
            }
            try skipSpace()
            guard index == bytes.count else { throw unexpected() }
            return value
        }

        private mutating func closeFrame() -> JSONValue {
            let frame = stack.removeLast()
            return frame.isObject ? .object(frame.members) : .array(frame.elements)
        }

        private mutating func readKey() throws(Problem) {
            try skipSpace()
            let place = index
            let key = try string()
            try skipSpace()
            guard take(":") else { throw unexpected() }
            let last = stack.count - 1
            stack[last].key = key
            if let first = stack[last].places[key] {
                note(first: first, again: place)
            } else {
                stack[last].places[key] = place
            }
            places[path] = position(place, isNext: true)
        }

        /// Notes where an element of an array begins; members are noted by their keys.
        private mutating func notePlace() {
            guard let last = stack.last, !last.isObject else { return }
            places[path] = position(index, isNext: true)
        }

        /// The path of what is read.
        private var path: String {
            stack.reduce("$") { $0 + ($1.isObject ? ".\($1.key)" : "[\($1.elements.count)]") }
        }

        private mutating func note(first: Int, again: Int) {
            guard repeated.count < 20 else { return }
            let lines = [first, again].map { position($0).line }
            let place =
                lines[0] == lines[1] ? "twice in line \(lines[0])" : "twice, in lines \(lines[0]) and \(lines[1])"
            repeated.append(Fault(path: path, message: "the key stands \(place); keep one of them."))
        }

        // MARK: What holds no other value

        private mutating func scalar(_ character: UInt8) throws(Problem) -> JSONValue {
            switch character {
            case UInt8(ascii: "\""): return .string(try string())
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
            case UInt8(ascii: "t"): return try word("true", .boolean(true))
            case UInt8(ascii: "f"): return try word("false", .boolean(false))
            default: return try word("null", .null)
            }
        }

        private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Problem) -> JSONValue {
            for character in "\(word)".utf8 {
                guard index < bytes.count, bytes[index] == character else { throw unexpected() }
                index += 1
            }
            return value
        }

        private mutating func number() throws(Problem) -> JSONValue {
            let start = index
            _ = take("-")
            if !take("0") { try digits() }
            if take(".") { try digits() }
            if take("e") || take("E") {
                if !take("-") { _ = take("+") }
                try digits()
            }
            let text = String(decoding: bytes[start..<index], as: UTF8.self)
            if let integer = Int(text) { return .integer(integer) }
            guard let number = Double(text), number.isFinite else { throw problem(.numberIsTooLarge, at: start) }
            // Up to here a double counts one by one.
            guard number.magnitude < 0x1p53, let integer = Int(exactly: number) else { return .number(number) }
            return .integer(integer)
        }

        private mutating func digits() throws(Problem) {
            let start = index
            while index < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) { index += 1 }
            if index == start { throw unexpected() }
        }

        private mutating func string() throws(Problem) -> String {
            guard take("\"") else { throw unexpected() }
            var text: [UInt8] = []
            while !take("\"") {
                guard index < bytes.count, bytes[index] >= 0x20 else { throw unexpected() }
                if take("\\") {
                    text.append(contentsOf: try escaped().utf8)
                } else {
                    text.append(bytes[index])
                    index += 1
                }
            }
            return String(decoding: text, as: UTF8.self)
        }

        private mutating func escaped() throws(Problem) -> String {
            for (name, character) in Self.escapes where take(name) { return character }
            guard take("u") else { throw unexpected() }
            let start = index - 2
            var units = [try unit()]
            // The first half of a character beyond U+FFFF; alone, as the second half alone, it is none.
            if UTF16.isLeadSurrogate(units[0]), take("\\") {
                guard take("u") else { throw unexpected() }
                units.append(try unit())
            }
            guard let text = String(validating: units, as: UTF16.self) else { throw problem(.isNotJSON, at: start) }
            return text
        }

        private static let escapes: [(UnicodeScalar, String)] = [
            ("\"", "\""), ("\\", "\\"), ("/", "/"), ("b", "\u{8}"), ("f", "\u{C}"), ("n", "\n"), ("r", "\r"),
            ("t", "\t"),
        ]

        /// Four hexadecimal digits.
        private mutating func unit() throws(Problem) -> UInt16 {
            var value: UInt16 = 0
            for _ in 0..<4 {
                guard index < bytes.count, let digit = Character(UnicodeScalar(bytes[index])).hexDigitValue else {
                    throw unexpected()
                }
                value = value << 4 | UInt16(digit)
                index += 1
            }
            return value
        }

        // MARK: Bytes

        /// Blanks, ends of lines and comments.
        private mutating func skipSpace() throws(Problem) {
            while index < bytes.count {
                switch bytes[index] {
                case 0x20, 0x09, 0x0A, 0x0D: index += 1
                case UInt8(ascii: "/") where isNext("/"):
                    while index < bytes.count, bytes[index] != 0x0A { index += 1 }
                case UInt8(ascii: "/") where isNext("*"):
                    let start = index
                    index += 2
                    while index < bytes.count, !(bytes[index] == UInt8(ascii: "*") && isNext("/")) { index += 1 }
                    guard index < bytes.count else { throw problem(.commentHasNoEnd, at: start) }
                    index += 2
                default: return
                }
            }
        }

        private func isNext(_ character: UnicodeScalar) -> Bool {
            index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: character)
        }

        private mutating func take(_ character: UnicodeScalar) -> Bool {
            guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
            index += 1
            return true
        }

        private func unexpected() -> Problem { problem(index < bytes.count ? .isNotJSON : .endsTooEarly) }

        private func problem(_ kind: Problem.Kind, at place: Int? = nil) -> Problem {
            let (line, column) = position(place ?? index)
            return Problem(kind: kind, line: line, column: column)
        }

        /// The position of a place behind all that were asked for before: each byte is looked at once.
        private mutating func position(_ place: Int, isNext: Bool) -> Place {
            while line.scanned < place {
                if bytes[line.scanned] == 0x0A { line = (line.number + 1, line.scanned + 1, line.scanned) }
                line.scanned += 1
            }
            return Place(line: line.number, column: place - line.begin + 1)
        }

        private func position(_ place: Int) -> (line: Int, column: Int) {
            let before = bytes[..<place]
            return (before.count { $0 == 0x0A } + 1, place - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1)
        }
    }
}
