extension String {
    /// Without white space at both ends.
    package var trimmingBlanks: String {
        var start = startIndex
        while start < endIndex, self[start].isWhitespace { formIndex(after: &start) }
        var end = endIndex
        while start < end {
            let last = index(before: end)
            guard self[last].isWhitespace else { break }
            end = last
        }
        return start == startIndex && end == endIndex ? self : String(self[start..<end])
    }
}
