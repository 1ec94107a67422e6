/// Text that should be a number or a moment, as one byte a character.
package enum NarrowText {
    /// Longer texts are cut, and end in a byte that no moment has: no moment is so long.
    private static let limit = 128

    /// Calls a function with UTF-16 as bytes: what is not ASCII becomes a byte that no moment has.
    package static func with<Result>(
        _ wide: UnsafeRawPointer, count: Int, _ body: (UnsafeRawPointer, Int) throws -> Result
    ) rethrows -> Result {
        let units = min(count / 2, limit)
        return try unsafe withUnsafeTemporaryAllocation(byteCount: limit, alignment: 1) { narrow in
            for index in 0..<units {
                let unit = unsafe wide.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
                unsafe narrow[index] = unit < 0x80 ? UInt8(unit) : 0xFF
            }
            if count / 2 > limit { unsafe narrow[limit - 1] = 0xFF }
            guard let base = narrow.baseAddress else { preconditionFailure("an allocation has a place") }
            return try unsafe body(base, units)
        }
    }
}
