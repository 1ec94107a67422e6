/// FNV-1a: the same on every machine and in every run, which Hasher is not. Tells texts apart, and hides none.
package enum Fingerprint {
    /// Sixteen hexadecimal digits.
    package static func of(_ text: String) -> String {
        text.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
            .hexadecimal(digits: 16)
    }
}
