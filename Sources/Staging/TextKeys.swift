import Rows

/// Whether a key of text has moments in it that are spelt in forms which do not sort as time: only the source compares text,
/// and rows whose key sorts below the watermark are never read.
struct TextKeys: Equatable {
    /// What decides how moments sort as text among others.
    private struct Form: Equatable {
        var separator: UInt8
        var offset: Int?
        /// Matters only where an offset follows: `Z` comes behind a digit and a point.
        var fractionDigits: Int

        init(_ moment: SpelledMoment) {
            separator = moment.separator
            offset = moment.offset
            fractionDigits = moment.offset == nil ? 0 : moment.fractionDigits
        }

        /// A day without a time sorts before all times of its day, whatever their form.
        func clashes(with other: Form) -> Bool { self != other && separator != 0 && other.separator != 0 }
    }

    private var form: Form?
    private(set) var first: String?
    /// A moment whose form clashes with that of the first.
    private(set) var other: String?

    mutating func look(at column: RowBatch.ColumnBuffer, rows: Int) {
        guard other == nil else { return }
        for row in 0..<rows {
            let length = unsafe column.lengths[row]
            if length == RowBatch.null { continue }
            let value = unsafe UnsafeRawPointer(column.values + row * column.stride)
            if unsafe column.format == .utf16 {
                unsafe NarrowText.with(value, count: length) { unsafe look(at: $0, count: $1) }
            } else {
                unsafe look(at: value, count: length)
            }
        }
    }

    mutating func look(at bytes: UnsafeRawPointer, count: Int) {
        guard other == nil, let moment = unsafe SpelledMoment(bytes, count: count) else { return }
        let found = Form(moment)
        guard let form else {
            if found.separator == 0 { return }
            form = found
            first = unsafe text(bytes, count)
            return
        }
        if found.clashes(with: form) { other = unsafe text(bytes, count) }
    }

    /// Adds what was seen of other rows, or a watermark.
    mutating func add(_ other: TextKeys) {
        for text in [other.first, other.other].compactMap(\.self) { look(at: text) }
    }

    mutating func look(at text: String) {
        var text = text
        text.withUTF8 { utf8 in
            guard let base = utf8.baseAddress else { return }
            unsafe look(at: UnsafeRawPointer(base), count: utf8.count)
        }
    }

    private func text(_ bytes: UnsafeRawPointer, _ count: Int) -> String {
        unsafe String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
    }
}
