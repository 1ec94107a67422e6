/// How far an incremental extract has got.
package struct Watermark: Codable, Hashable, Sendable, CustomStringConvertible {
    package var value: KeyValue
    /// Whether rows with this very key were read as well; otherwise only all below it.
    package var isInclusive: Bool

    package init(_ value: KeyValue, isInclusive: Bool) {
        self.value = value
        self.isInclusive = isInclusive
    }

    package var description: String { (isInclusive ? "through " : "below ") + value.description }

    /// The further of two; the second where nobody can tell, as with text.
    package static func furthest(_ first: Watermark, _ second: Watermark) -> Watermark {
        if second.value == first.value { return first.isInclusive ? first : second }
        return second.value.isBelow(first.value) == true ? first : second
    }
}
