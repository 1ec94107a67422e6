import Text

/// What has been answered so far, by a person or by flags. No secret is among it: only where each is.
struct SetupAnswers: Equatable, Sendable {
    private var values: [SetupTopic: [String]] = [:]

    init() {}

    /// Nil where nobody has answered; empty where the answer is none, or all.
    subscript(topic: SetupTopic) -> [String]? {
        get { values[topic] }
        set { values[topic] = newValue }
    }

    /// An answer of one text; nil where there is none, and where it is left out on purpose.
    func text(_ topic: SetupTopic) -> String? { values[topic]?.first }

    var topics: Set<SetupTopic> { Set(values.keys) }

    /// The answers of both, those of `other` first.
    func overridden(by other: SetupAnswers) -> SetupAnswers {
        var all = self
        all.values.merge(other.values) { $1 }
        return all
    }

    /// What `init` says to get the same file without a question.
    ///
    /// - Parameter order: Topics in the order in which they are asked about.
    func flags(_ order: [SetupTopic]) -> [String] {
        order.flatMap { topic -> [String] in
            guard let value = values[topic] else { return [] }
            if topic.isSwitch { return value == [SetupCourse.yes] ? [topic.flag] : [] }
            if topic.isRepeated { return value.flatMap { [topic.flag, $0] } }
            if topic == .columns, value.isEmpty { return [topic.flag, Self.all] }
            if value.isEmpty { return [topic.flag, Self.none] }
            return [topic.flag, value.joined(separator: ",")]
        }
    }

    /// How all columns are written.
    static let all = "*"
    /// How it is written that there is nothing to say.
    static let none = "none"
}

extension SetupAnswers {
    /// As a file keeps them.
    var json: JSONValue {
        .object(
            Dictionary(
                values.map { ($0.key.name, JSONValue.array($0.value.map { .string($0) })) },
                uniquingKeysWith: { first, _ in first }))
    }

    /// From such a file; nil for what is none.
    init?(_ json: JSONValue) {
        guard case .object(let members) = json else { return nil }
        for (name, value) in members {
            guard case .array(let elements) = value else { return nil }
            var texts: [String] = []
            for element in elements {
                guard case .string(let text) = element else { return nil }
                texts.append(text)
            }
            values[SetupTopic(name)] = texts
        }
    }
}
