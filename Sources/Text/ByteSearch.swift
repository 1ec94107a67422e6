extension StringProtocol {
    /// Whether an ASCII word stands anywhere in a text, byte by byte: the standard library's `contains` looks for characters, at the
    /// price of a general search that is set up again for each word.
    package func holds(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        let bytes = Array(utf8)
        guard bytes.count >= count else { return false }
        return (0...(bytes.count - count)).contains { start in
            (0..<count).allSatisfy { unsafe bytes[start + $0] == word.utf8Start[$0] }
        }
    }
}
