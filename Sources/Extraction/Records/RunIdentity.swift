import Text

/// Which run: an id that sorts by time, and when it began.
package struct RunIdentity: Codable, Hashable, Sendable {
    /// `20261123T091500Z-7f3a9c01`: UTC to the second, then random hexadecimal digits.
    package let id: String
    package let startedAt: Timestamp

    package init(startedAt: Timestamp, salt: UInt32) {
        self.startedAt = startedAt
        let compact = startedAt.text.filter { !"-:.".contains($0) }
        self.id = "\(compact.prefix(8))T\(compact.dropFirst(9).prefix(6))Z-\(salt.hexadecimal(digits: 8))"
    }
}
