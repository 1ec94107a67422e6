import ODBC

/// One thing that the service or its driver is known to say, and how it is recognised.
///
/// Most texts are not documented and some are only known of other services on the same engine, so they are recognised
/// by any of a few words, by the engine's own number, or by the SQLSTATE.
struct ServiceText: Sendable {
    /// In lower case; any of them is enough. A text with " … " in it needs both of its halves.
    var words: [String] = []
    /// The engine's numbers, which stand in brackets at the end of its texts too: `[10104]`.
    var codes: [Int] = []
    /// SQLSTATEs, or classes of them.
    var states: [SQLState] = []

    /// - Parameter saying: What the other side said, in lower case.
    func matches(_ error: ODBCError, saying: String) -> Bool {
        words.contains { word in word.split(separator: " … ").allSatisfy { saying.contains($0) } }
            || codes.contains { code in
                error.diagnostics.contains { $0.nativeCode == Int32(code) }
                    || saying.contains("[\(code)]") || saying.contains("(\(code))")
            }
            || error.has(anyOf: states)
    }
}
