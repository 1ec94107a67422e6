/// One value of a key, exact, in the source's own precision.
package enum KeyValue: Hashable, Sendable, CustomStringConvertible {
    case timestamp(Moment)
    /// A day; its moment is midnight.
    case date(Moment)
    case integer(Int64)
    case text(String)

    /// A value as the source or the destination writes it; nil where the text is none of this kind.
    package init?(_ text: String, kind: KeyKind) {
        switch kind {
        case .timestamp:
            guard let moment = Moment(text) else { return nil }
            self = .timestamp(moment)
        case .date:
            // Some drivers give a date the time 00:00:00.
            guard let moment = Moment(text), moment == moment.startOfDay else { return nil }
            self = .date(moment)
        case .integer:
            // Without a fraction: a DOUBLE that holds whole numbers is written as `12.0` by some drivers.
            let digits = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
            guard let number = Int64(digits) else { return nil }
            self = .integer(number)
        case .text: self = .text(text)
        }
    }

    package var kind: KeyKind {
        switch self {
        case .timestamp: .timestamp
        case .date: .date
        case .integer: .integer
        case .text: .text
        }
    }

    package var description: String {
        switch self {
        case .timestamp(let moment): moment.description
        case .date(let moment): moment.dateText
        case .integer(let number): String(number)
        case .text(let text): text
        }
    }

    /// Whether the value comes before another of its kind; nil for text, whose order only the source knows.
    package func isBelow(_ other: KeyValue) -> Bool? {
        switch (self, other) {
        case (.timestamp(let left), .timestamp(let right)), (.date(let left), .date(let right)): left < right
        case (.integer(let left), .integer(let right)): left < right
        default: nil
        }
    }
}

extension KeyValue: Codable {
    private enum Keys: String, CodingKey {
        case kind, value
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        let kind = try container.decode(KeyKind.self, forKey: .kind)
        let text = try container.decode(String.self, forKey: .value)
        guard let value = KeyValue(text, kind: kind) else {
            throw DecodingError.dataCorruptedError(
                forKey: .value, in: container, debugDescription: "not a value of kind \(kind.rawValue)")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(description, forKey: .value)
    }
}
