/// Bytes on their way to the server: what COPY's binary format is written into, and sent in pieces.
///
/// All numbers are big-endian, as PostgreSQL's manual has it (COPY, "Binary Format").
///
/// `@safe`: every write makes its room first.
@safe final class CopyBuffer {
    private var storage: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init() { unsafe storage = .allocate(byteCount: 1 << 18, alignment: 16) }

    deinit { unsafe storage.deallocate() }

    /// What is written. Valid until the next write.
    var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(rebasing: storage[..<count]) }

    func removeAll() { count = 0 }

    /// Makes room for more bytes: called once a value, so that what follows needs no check.
    func reserve(_ more: Int) {
        guard unsafe count + more > storage.count else { return }
        let grown = unsafe UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(count + more, storage.count * 2), alignment: 16)
        unsafe grown.copyMemory(from: bytes)
        unsafe storage.deallocate()
        unsafe storage = grown
    }

    func put(_ value: some FixedWidthInteger) {
        let size = value.bitWidth / 8
        reserve(size)
        unsafe end.storeBytes(of: value.bigEndian, as: type(of: value.bigEndian))
        count += size
    }

    func put(_ value: UnsafeRawBufferPointer) {
        guard let start = value.baseAddress, value.count > 0 else { return }
        reserve(value.count)
        unsafe end.copyMemory(from: start, byteCount: value.count)
        count += value.count
    }

    /// A value of a fixed size with its length before it.
    func put(field value: some FixedWidthInteger) {
        let size = value.bitWidth / 8
        reserve(4 + size)
        unsafe end.storeBytes(of: Int32(truncatingIfNeeded: size).bigEndian, as: Int32.self)
        unsafe (end + 4).storeBytes(of: value.bigEndian, as: type(of: value.bigEndian))
        count += 4 + size
    }

    /// A value with its length before it.
    func put(field value: UnsafeRawBufferPointer) {
        reserve(4 + value.count)
        unsafe end.storeBytes(of: Int32(truncatingIfNeeded: value.count).bigEndian, as: Int32.self)
        if let start = value.baseAddress { unsafe (end + 4).copyMemory(from: start, byteCount: value.count) }
        count += 4 + value.count
    }

    func putNull() { put(Int32(-1)) }

    /// Where the next byte goes.
    private var end: UnsafeMutableRawPointer { unsafe storage.baseAddress.unsafelyUnwrapped + count }

    /// Takes back what was written behind a place.
    func truncate(to place: Int) { count = min(count, place) }

    /// Puts a length where room was left for it: the bytes behind it up to the end.
    func putLength(at place: Int) {
        let length = Int32(truncatingIfNeeded: count - place - 4)
        unsafe storage.storeBytes(of: length.bigEndian, toByteOffset: place, as: Int32.self)
    }

    /// Puts a word where room was left for it.
    func overwrite(_ value: Int16, at place: Int) {
        precondition(place + 2 <= count, "no room was left there")
        unsafe storage.storeBytes(of: value.bigEndian, toByteOffset: place, as: Int16.self)
    }
}
