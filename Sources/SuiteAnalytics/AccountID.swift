/// The id of a NetSuite account, such as `1234567` or, for a sandbox, `1234567_SB1`.
///
/// The service's properties keep the upper case and the underscore; host names have lower case and a hyphen.
package struct AccountID: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    /// Upper-cases, and takes a hyphen for an underscore, since people copy ids from host names. Nil for anything that
    /// is no id: letters, digits and underscores only.
    package init?(rawValue: String) {
        let id = rawValue.uppercased().replacing("-", with: "_")
        let isPlain = id.utf8.allSatisfy { byte in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || byte == UInt8(ascii: "_")
        }
        guard !id.isEmpty, id.utf8.count <= 64, isPlain else { return nil }
        self.rawValue = id
    }

    package var description: String { rawValue }

    /// The account's own service host: NetSuite2.com is reached by no other.
    package var serviceHost: String {
        rawValue.lowercased().replacing("_", with: "-") + ".connect.api.netsuite.com"
    }
}
