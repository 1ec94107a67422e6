/// The questions that a worker understands.
enum Questions {
    static let all: [any Question.Type] = [
        CatalogQuestion.self, PreviewQuestion.self, PlanQuestion.self, DiagnosisQuestion.self, ProbeQuestion.self,
        KeyQuestion.self, VerifyQuestion.self,
    ]

    static func named(_ name: String) -> (any Question.Type)? { all.first { $0.name == name } }
}

/// Any question on its way to a worker: its name, and what it asks.
struct AskedQuestion: Codable, Sendable {
    let question: any Question

    private enum Keys: String, CodingKey {
        case name, question
    }

    init(_ question: any Question) {
        self.question = question
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Keys.self)
        let name = try container.decode(String.self, forKey: .name)
        guard let type = Questions.named(name) else {
            throw DecodingError.dataCorruptedError(
                forKey: .name, in: container, debugDescription: "there is no question \(name)")
        }
        question = try container.decode(type, forKey: .question)
    }

    func encode(to encoder: any Encoder) throws {
        let name = type(of: question).name
        guard Questions.named(name) == type(of: question) else {
            throw EncodingError.invalidValue(
                name, .init(codingPath: encoder.codingPath, debugDescription: "Questions.all has no \(name)"))
        }
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(name, forKey: .name)
        try container.encode(question, forKey: .question)
    }
}
