/// The column that tells which of two states of a row is the newer.
package struct VersionKey: Sendable, Hashable {
    package var column: String
    /// Whether its values are moments: compared as such, whatever their spelling.
    package var isMoment: Bool

    package init(column: String, isMoment: Bool = false) {
        self.column = column
        self.isMoment = isMoment
    }
}
