import CODBC

/// Bytes of a string for a C function that takes pointer and length.
struct CText {
    var bytes: [SQLCHAR]

    init(_ text: String) { self.bytes = Array(text.utf8) + [0] }

    /// Length without the terminator.
    var count: Int { bytes.count - 1 }
}
