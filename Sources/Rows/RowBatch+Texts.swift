extension RowBatch {
    /// A batch of a few rows that lie in memory as texts: whole numbers where they are to be such, else text. Never on the way of
    /// rows from a driver.
    ///
    /// - Parameter integers: For each column whether it is one of whole numbers.
    /// - Throws: nothing; a text that is no whole number where one is to be is NULL.
    package convenience init(texts rows: [[String]], integers: [Bool]) {
        let slots = integers.enumerated().map { column, isInteger -> BatchLayout.Slot in
            if isInteger { return .init(format: .int64, stride: 8) }
            let longest = rows.reduce(8) { max($0, $1[column].utf8.count) }
            return .init(format: .utf8, stride: (longest + 7) / 8 * 8)
        }
        self.init(layout: BatchLayout(slots: slots, capacity: max(1, rows.count)))
        for (row, texts) in rows.enumerated() {
            for (column, text) in texts.enumerated() {
                let bytes: [UInt8]
                if integers[column] {
                    guard let number = Int64(text) else { continue }
                    bytes = unsafe withUnsafeBytes(of: number) { unsafe Array($0) }
                } else {
                    bytes = Array(text.utf8)
                }
                let target = unsafe columns[column].values + row * slots[column].stride
                unsafe UnsafeMutableRawBufferPointer(start: target, count: bytes.count).copyBytes(from: bytes)
                unsafe columns[column].lengths[row] = bytes.count
                valueBytes += bytes.count
            }
        }
        rowCount = rows.count
    }
}
