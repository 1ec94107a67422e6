/// Memory in which the rows of a batch are packed before they are written.
///
/// `@safe`: every write makes its room first.
@safe final class PackedBuffer {
    private var storage = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    private(set) var count = 0
    /// Memory that is kept from one batch to the next.
    private static let kept = 4 << 20

    deinit { unsafe storage.deallocate() }

    /// What is written. Valid until the next write.
    var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(rebasing: storage[..<count]) }

    /// Forgets what is written and keeps the memory, unless one huge value has blown it up.
    func removeAll() {
        count = 0
        guard unsafe storage.count > Self.kept else { return }
        unsafe storage.deallocate()
        unsafe storage = .allocate(byteCount: 1 << 16, alignment: 16)
    }

    /// Leaves room for bytes that are put there later; where it begins.
    func leave(_ more: Int) -> Int {
        reserve(more)
        count += more
        return count - more
    }

    func put(_ bytes: UnsafeRawBufferPointer) {
        if let start = bytes.baseAddress { unsafe put(start, count: bytes.count) }
    }

    func put(_ value: UnsafeRawPointer, count length: Int) {
        reserve(length)
        unsafe storage.baseAddress.unsafelyUnwrapped.advanced(by: count).copyMemory(from: value, byteCount: length)
        count += length
    }

    func put<Value: BitwiseCopyable>(_ value: Value) {
        reserve(MemoryLayout<Value>.size)
        unsafe storage.storeBytes(of: value, toByteOffset: count, as: Value.self)
        count += MemoryLayout<Value>.size
    }

    /// Writes where room was left.
    func put<Value: BitwiseCopyable>(_ value: Value, at place: Int) {
        precondition(place + MemoryLayout<Value>.size <= count, "no room was left there")
        unsafe storage.storeBytes(of: value, toByteOffset: place, as: Value.self)
    }

    @inline(__always)
    private func reserve(_ more: Int) {
        if unsafe count + more > storage.count { grow(more) }
    }

    private func grow(_ more: Int) {
        let grown = unsafe UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(count + more, storage.count * 2), alignment: 16)
        unsafe grown.copyMemory(from: bytes)
        unsafe storage.deallocate()
        unsafe storage = grown
    }
}
