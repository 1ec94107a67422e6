/// Cuts a read into chunks by ranges of a key. Pure: what is known of the key comes from one aggregate query, and nothing is
/// sorted.
package enum ChunkPlanner {
    /// More chunks than this cost more in statements than they save.
    static let maximumChunks = 1000

    /// The chunks of a read.
    ///
    /// First and last range are open, so that rows outside of what was counted are read as well; rows without a key go with
    /// the first. Ranges are of equal width: where keys lie unevenly, some chunks are larger.
    ///
    /// - Parameters:
    ///   - rows: Rows that a chunk should have, about.
    ///   - readers: As many chunks at least, if there are rows for them.
    package static func chunks(of extent: KeyExtent, key: String, rows: Int, readers: Int) -> [Chunk] {
        guard let smallest = extent.smallest, let largest = extent.largest,
            let low = KeyMeasure.position(smallest), let high = KeyMeasure.position(largest)
        else { return [Chunk(number: 1)] }
        let wanted = wanted(extent.rows, rows: rows, readers: readers)
        // Of width 1 at least.
        let (span, overflows) = high.subtractingReportingOverflow(low)
        let count = min(wanted, maximumChunks, overflows ? maximumChunks : max(1, span))
        guard count > 1 else { return [Chunk(number: 1)] }
        // In double width, because the span of all integers does not fit one.
        let width = overflows ? UInt(bitPattern: high) &- UInt(bitPattern: low) : UInt(span)
        let cuts = (1..<count).map { index -> KeyValue in
            let (product, _) = (width / UInt(count)).multipliedReportingOverflow(by: UInt(index))
            let rest = (width % UInt(count)) * UInt(index) / UInt(count)
            return KeyMeasure.value(at: low &+ Int(bitPattern: product &+ rest), like: smallest)
        }
        return (0..<count).map { index in
            Chunk(
                number: index + 1,
                range: KeyRange(
                    key: key, lower: index == 0 ? nil : cuts[index - 1], upper: index == count - 1 ? nil : cuts[index],
                    holdsNulls: index == 0, smallest: smallest, largest: largest))
        }
    }

    /// Whether so many rows are read in one chunk, whatever their keys are.
    package static func isOne(_ count: Int, rows: Int, readers: Int) -> Bool {
        wanted(count, rows: rows, readers: readers) <= 1
    }

    private static func wanted(_ count: Int, rows: Int, readers: Int) -> Int {
        max((count + rows - 1) / rows, min(readers, count / minimumRows))
    }

    /// A chunk of fewer rows is not worth a reader of its own.
    static let minimumRows = 1000
}
