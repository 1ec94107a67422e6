/// Names of columns and tables as a destination tells them apart: ASCII letters without case, and no other rule.
package struct FoldedName: Hashable, Sendable {
    private let bytes: [UInt8]

    package init(_ name: String) { bytes = name.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } }
}
