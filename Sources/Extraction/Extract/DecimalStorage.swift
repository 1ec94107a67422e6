/// How exact decimals are stored. Chosen per extract, applied per column from its declared type, never per value.
package enum DecimalStorage: String, Codable, Sendable, CaseIterable {
    /// As the destination's own decimals, where it has them. Exact, and a number for whoever computes with it.
    case native
    /// As the source's own digits. Exact; compares and sorts as text, so cast it before you compute with it.
    case text
    /// As the whole number `value × 10^scale`. Exact; needs a declared scale and at most 18 digits.
    case scaledInteger = "scaled_integer"
    /// As the nearest double. Convenient, and not exact.
    case real
}
