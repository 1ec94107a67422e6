import FoundationEssentials
import Text

/// A JSON document as a tree: what a configuration file says before anyone has judged it, and what a result is before
/// it is printed.
enum JSONValue: Equatable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// What the value is, for a sentence that expected something else.
    var kind: String {
        switch self {
        case .null: "null"
        case .boolean(let value): value ? "true" : "false"
        case .integer(let value): "the number \(value)"
        case .number(let value): "the number \(value)"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSONValue: Decodable {
    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Int.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }
}

extension JSONValue {
    /// The value as JSON on one line, members sorted by key.
    var text: String {
        switch self {
        case .null: return "null"
        case .boolean(let value): return value ? "true" : "false"
        case .integer(let value): return String(value)
        // JSON has no NaN and no infinity.
        case .number(let value): return value.isFinite ? "\(value)" : "null"
        case .string(let value): return Self.quoted(value)
        case .array(let values): return "[" + values.map(\.text).joined(separator: ",") + "]"
        case .object(let members):
            let parts = members.sorted { $0.key < $1.key }.map { Self.quoted($0.key) + ":" + $0.value.text }
            return "{" + parts.joined(separator: ",") + "}"
        }
    }

    /// The value as JSON for people: an object's members a line each, sorted by key; what is short on one line.
    var pretty: String { pretty(indent: "", room: 100) }

    private func pretty(indent: String, room: Int) -> String {
        let short = text
        if short.count + indent.count <= room { return short }
        let inner = indent + "  "
        switch self {
        case .array(let values):
            return "[\n" + values.map { inner + $0.pretty(indent: inner, room: room) }.joined(separator: ",\n")
                + "\n\(indent)]"
        case .object(let members):
            let lines = members.sorted { $0.key < $1.key }.map {
                inner + Self.quoted($0.key) + ": " + $0.value.pretty(indent: inner, room: room)
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        default: return short
        }
    }

    /// A string as JSON writes it: quotes, backslashes and all that commands instead of being shown escaped, the rest as it is.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where scalar.isInvisibleCommand:
                for unit in String(scalar).utf16 {
                    result += "\\u" + unit.hexadecimal(digits: 4)
                }
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// Any encodable value as a tree.
    init(encoding value: some Encodable) throws {
        self = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
    }
}

extension JSONValue {
    /// Whether it is a text without letters.
    var isEmptyText: Bool { if case .string("") = self { true } else { false } }
}
