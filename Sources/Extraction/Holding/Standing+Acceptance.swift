/// What there is for a person to accept.
extension Standing {
    /// Whether the watermark says nothing about the table as it is.
    package func isBeginningAgain(_ extract: TableExtract) -> Bool {
        guard state != nil, let judged = try? judged(for: extract, source: nil) else { return true }
        return judged.state == nil
    }

    /// Whether rows were told apart by these columns when the watermark was set.
    package func tellsRowsApart(by columns: [String]) -> Bool {
        guard let unique = vouched?.uniqueColumns else { return true }
        return Set(unique.map { FoldedName($0) }) == Set(columns.map { FoldedName($0) })
    }
}
