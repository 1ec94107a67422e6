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
        unsafe storage.storeBytes(of: value.bigEndian, toByteOffset: count, as: type(of: value.bigEndian))
        count += size
    }

    func put(_ value: UnsafeRawBufferPointer) {
        guard let start = value.baseAddress, value.count > 0 else { return }
        reserve(value.count)
        unsafe storage.baseAddress.unsafelyUnwrapped.advanced(by: count).copyMemory(from: start, byteCount: value.count)
        count += value.count
    }

    /// A value of a fixed size with its length before it.
    func put(field value: some FixedWidthInteger) {
        put(Int32(value.bitWidth / 8))
        put(value)
    }

    /// A value with its length before it.
    func put(field value: UnsafeRawBufferPointer) {
        put(Int32(truncatingIfNeeded: value.count))
        unsafe put(value)
    }

    func putNull() { put(Int32(-1)) }

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
