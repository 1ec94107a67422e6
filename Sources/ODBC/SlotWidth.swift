/// How wide a slot is to be.
package enum SlotWidth: Hashable, Sendable {
    case bytes(Int)
    /// No slot: values of any length are read one by one.
    case outOfLine

    /// A bound slot is never wider; longer values are read one by one.
    package static let widestSlot = 256 << 10

    /// The next width for a column whose value did not fit.
    ///
    /// - Parameters:
    ///   - needed: Bytes the value has, nil where the driver does not say.
    ///   - current: Bytes that fitted.
    package static func widening(needed: Int?, current: Int) -> SlotWidth {
        let wanted = max(needed ?? 0, current * 4)
        var bytes = 256
        while bytes < wanted { bytes *= 2 }
        return bytes > widestSlot ? .outOfLine : .bytes(bytes)
    }
}
