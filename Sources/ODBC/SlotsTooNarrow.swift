/// Values of a fetch that were longer than their slots: each column, and how wide its slot should be next time.
package struct SlotsTooNarrow: Error, Sendable {
    package private(set) var columns: [Int: SlotWidth] = [:]

    mutating func add(_ column: Int, needed: Int?, current: Int) {
        let next = SlotWidth.widening(needed: needed, current: current)
        switch (columns[column], next) {
        case (.outOfLine, _): return
        case (.bytes(let old), .bytes(let new)): columns[column] = .bytes(max(old, new))
        default: columns[column] = next
        }
    }
}
