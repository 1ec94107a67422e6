import Text

extension SetupAnswers {
    /// What flags say.
    init(_ source: InitSourceOptions, _ extract: InitExtractOptions) {
        self.init()
        for (topic, text) in source.answers + extract.answers {
            guard let text else { continue }
            self[topic] = Self.answer(text, to: topic)
        }
        if !source.attributes.isEmpty { self[.attributes] = source.attributes }
    }

    private static func answer(_ text: String, to topic: SetupTopic) -> [String] {
        if topic == .columns, text == all { return [] }
        // For what may be left out; the names of tables and columns are taken as they are.
        let mayBeNone: [SetupTopic] = [
            .uniqueColumns, .driver, .truststore, .serviceHost, .user, .postgresUser, .postgresPassword,
        ]
        if text == none, mayBeNone.contains(topic) { return [] }
        return topic.isList ? text.split(separator: ",").map { String($0).trimmingBlanks } : [text]
    }
}
