/// One of the answers that a question offers.
struct SetupOption: Equatable, Sendable {
    var value: String
    /// What it means, for a person who chooses; empty where the value says it.
    var words: String

    init(_ value: String, _ words: String = "") {
        self.value = value
        self.words = words
    }
}
