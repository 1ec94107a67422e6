/// What becomes of a value that is not ISO 8601 in a column declared as a date or time.
package enum OddTimeValues: String, Codable, Sendable, CaseIterable {
    /// It is stored as it came, counted, and the first is named.
    case note
    /// It fails the run.
    case fail
}
