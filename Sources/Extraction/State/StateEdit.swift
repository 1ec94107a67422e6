/// A watermark that a person moved, set or forgot.
package struct StateEdit: Codable, Sendable, Equatable {
    package var extract: String
    /// The command, such as `rewind`.
    package var action: String
    package var at: Timestamp
    package var before: ExtractState?
    package var after: ExtractState?

    package init(extract: String, action: String, at: Timestamp, before: ExtractState?, after: ExtractState?) {
        self.extract = extract
        self.action = action
        self.at = at
        self.before = before
        self.after = after
    }
}
