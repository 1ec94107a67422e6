/// Memory in which the wide texts of one row become UTF-8.
///
/// Not left to SQLite: bound as UTF-16, a text that begins with U+FEFF loses it, and one that begins with U+FFFE is read
/// with its bytes swapped, because SQLite takes either for a byte order mark.
@safe final class TextScratch {
    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)
    private var used = 0

    deinit { unsafe memory.deallocate() }

    /// Makes room for texts of `byteCount` bytes of UTF-16 together, and forgets what was there.
    func begin(byteCount: Int) {
        used = 0
        // Two bytes become three at most.
        let needed = byteCount / 2 * 3 + 1
        let isBlownUp = unsafe memory.count > Self.kept && needed <= Self.kept
        guard unsafe needed > memory.count || isBlownUp else { return }
        unsafe memory.deallocate()
        unsafe memory = .allocate(byteCount: max(needed, 4096), alignment: 16)
    }

    /// The text as UTF-8, valid until `begin`; nil where a surrogate has no partner.
    func transcode(_ bytes: UnsafeRawPointer, count: Int) -> UnsafeRawBufferPointer? {
        let start = used
        var index = 0
        while index + 1 < count {
            let unit = unsafe UInt32(bytes.loadUnaligned(fromByteOffset: index, as: UInt16.self))
            index += 2
            switch unit {
            case 0..<0x80: append(UInt8(unit))
            case 0x80..<0x800:
                append(UInt8(0xC0 | unit >> 6))
                append(UInt8(0x80 | unit & 0x3F))
            case 0xD800..<0xDC00:
                guard index + 1 < count else { return nil }
                let low = unsafe UInt32(bytes.loadUnaligned(fromByteOffset: index, as: UInt16.self))
                guard (0xDC00..<0xE000).contains(low) else { return nil }
                index += 2
                let scalar = 0x10000 + ((unit - 0xD800) << 10 | (low - 0xDC00))
                append(UInt8(0xF0 | scalar >> 18))
                append(UInt8(0x80 | scalar >> 12 & 0x3F))
                append(UInt8(0x80 | scalar >> 6 & 0x3F))
                append(UInt8(0x80 | scalar & 0x3F))
            case 0xDC00..<0xE000: return nil
            default:
                append(UInt8(0xE0 | unit >> 12))
                append(UInt8(0x80 | unit >> 6 & 0x3F))
                append(UInt8(0x80 | unit & 0x3F))
            }
        }
        guard index == count else { return nil }
        return unsafe UnsafeRawBufferPointer(rebasing: memory[start..<used])
    }

    private func append(_ byte: UInt8) {
        unsafe memory[used] = byte
        used += 1
    }

    /// Memory that is kept from one row to the next.
    private static let kept = 1 << 20
}
