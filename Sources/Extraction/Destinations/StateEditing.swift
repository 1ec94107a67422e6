/// What a person does to watermarks.
package struct StateEditing: Sendable {
    package var extracts: [String]
    /// The command, such as `rewind`.
    package var action: String
    package var moment: Timestamp
    /// Whether what runs have staged is thrown away as well.
    package var discardsStaging: Bool

    package init(_ extracts: [String], action: String, at moment: Timestamp, discardsStaging: Bool = false) {
        self.extracts = extracts
        self.action = action
        self.moment = moment
        self.discardsStaging = discardsStaging
    }
}
