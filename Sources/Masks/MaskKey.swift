import Crypto
import Extraction
package import Text

/// The key of masks, ready for use: HMAC-SHA-256 by RFC 2104 and FIPS 198-1.
///
/// The two blocks that begin every code are hashed once; each value costs a copy of their states.
package struct MaskKey: Sendable, Unprintable {
    private let inner: SHA256
    private let outer: SHA256

    /// Bytes of the shortest key that is taken: values such as e-mail addresses are guessed by whoever guesses the key.
    package static let shortest = 16

    package init(_ secret: Secret) {
        var bytes = Array(secret.reveal().utf8)
        if bytes.count > SHA256.blockByteCount {
            var hash = SHA256()
            unsafe bytes.withUnsafeBytes { unsafe hash.update(bufferPointer: $0) }
            bytes = Array(hash.finalize())
        }
        bytes += [UInt8](repeating: 0, count: SHA256.blockByteCount - bytes.count)
        var (inner, outer) = (SHA256(), SHA256())
        unsafe bytes.map { $0 ^ 0x36 }.withUnsafeBytes { unsafe inner.update(bufferPointer: $0) }
        unsafe bytes.map { $0 ^ 0x5C }.withUnsafeBytes { unsafe outer.update(bufferPointer: $0) }
        self.inner = inner
        self.outer = outer
    }

    /// Writes the mask of a value, 64 hexadecimal digits.
    ///
    /// The states of the hash are copied into memory of their own, by the library; nothing else is allocated.
    @unsafe func write(_ value: UnsafeRawBufferPointer, to place: UnsafeMutableRawPointer) {
        var inner = self.inner
        var outer = self.outer
        unsafe inner.update(bufferPointer: value)
        unsafe inner.finalize().withUnsafeBytes { unsafe outer.update(bufferPointer: $0) }
        unsafe outer.finalize().withUnsafeBytes { digest in
            for index in 0..<digest.count {
                let byte = unsafe digest[index]
                unsafe place.storeBytes(of: Self.digit(byte >> 4), toByteOffset: 2 * index, as: UInt8.self)
                unsafe place.storeBytes(of: Self.digit(byte & 15), toByteOffset: 2 * index + 1, as: UInt8.self)
            }
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }

    /// The mask of a text.
    package func mask(_ text: String) -> String {
        var bytes = [UInt8](repeating: 0, count: ColumnMask.hmac.width)
        unsafe bytes.withUnsafeMutableBytes { place in
            guard let start = place.baseAddress else { return }
            unsafe Array(text.utf8).withUnsafeBytes { unsafe write($0, to: start) }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// What tells the key from all others: a mask of words that no column holds, of which a part is shown.
    package var mark: String { String(mask("kleene-ns: the key of masks").prefix(16)) }
}
