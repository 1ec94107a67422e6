extension String {
    /// Whether it is from 1 to 64 letters of ASCII, digits, `-` and `_`, the first no `-`: fit for a part of a file's name, for an id of
    /// systemd, and for a command line without quotes.
    package var isPlainName: Bool {
        (1...64).contains(utf8.count) && utf8.first != UInt8(ascii: "-")
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
