/// One end of a range of a key.
package struct KeyBound: Codable, Hashable, Sendable {
    package var value: KeyValue
    /// Whether rows with this very key are inside.
    package var isIncluded: Bool

    package init(_ value: KeyValue, isIncluded: Bool) {
        self.value = value
        self.isIncluded = isIncluded
    }
}
