import Rows

/// A text that no row may have for its key, in the forms in which drivers deliver text.
struct ExcludedText {
    private let narrow: [UInt8]
    private let wide: [UInt8]

    init?(_ value: KeyValue) {
        guard case .text(let text) = value else { return nil }
        narrow = Array(text.utf8)
        wide = text.utf16.flatMap { unit in unsafe withUnsafeBytes(of: unit) { unsafe Array($0) } }
    }

    func isSame(_ bytes: UnsafeRawBufferPointer, _ format: CellFormat) -> Bool {
        switch format {
        case .utf8: unsafe bytes.count == narrow.count && bytes.elementsEqual(narrow)
        case .utf16: unsafe bytes.count == wide.count && bytes.elementsEqual(wide)
        case .tagged:
            unsafe bytes.first == CellTag.text && bytes.count == narrow.count + 1
                && bytes.dropFirst().elementsEqual(narrow)
        case .int64, .double, .bytes: false
        }
    }
}
