/// What a source knows of a key among some rows, by one aggregate query.
package struct KeyExtent: Codable, Hashable, Sendable {
    /// Nil where no row has a key.
    package var smallest: KeyValue?
    package var largest: KeyValue?
    /// Rows, those without a key included.
    package var rows: Int

    package init(smallest: KeyValue?, largest: KeyValue?, rows: Int) {
        self.smallest = smallest
        self.largest = largest
        self.rows = rows
    }

    /// Refuses what contradicts itself.
    func check(_ key: String, of table: TableName) throws {
        guard let smallest, let largest, largest.isBelow(smallest) == true else { return }
        throw Failure(
            .guarded,
            "The source says that the smallest \(key) of \(table) is \(smallest) and the largest \(largest), which cannot be. "
                + "Nothing was changed.", advice: "Read without chunks, or by another \"chunk_key\" (--chunk-key).")
    }
}
