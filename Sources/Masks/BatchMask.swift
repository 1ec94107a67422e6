package import Extraction
package import Rows

/// Masks columns of one read: rows go from the driver's batch into another one, in which nothing of a masked value is left.
///
/// A driver writes each value into a slot of the value's own form, in which its mask has no room; so the driver has a batch of its own,
/// and the columns that are not masked are copied as they lie, a column at a time. Reads without masks have none of this.
///
/// Used by one thread.
@safe package final class BatchMask {
    /// What the batches look like that it fills.
    package let layout: BatchLayout
    /// The columns of the result: masks are text.
    package let columns: [Column]
    /// The mask of each column.
    private let masks: [ColumnMask?]
    private let key: MaskKey?
    /// What the driver fills.
    private let clear: RowBatch
    private var text = CellText()

    /// - Parameters:
    ///   - masks: By column, at least one.
    ///   - key: What `hmac` needs.
    /// - Throws: where a column is none of the result, or there is no key: nothing may come in clear.
    package init(
        _ masks: [String: ColumnMask], of columns: [Column], layout: BatchLayout, key: MaskKey?
    ) throws {
        self.masks = columns.map { masks[$0.name] }
        guard self.masks.count(where: { $0 != nil }) == masks.count, key != nil || !masks.values.contains(.hmac),
            columns.count == layout.slots.count
        else {
            throw Failure(
                .internal, "The columns of an extract are to be masked, and cannot be (\(masks.count)).",
                advice: "Nothing was read. Please report this.")
        }
        self.key = key
        self.clear = RowBatch(layout: layout)
        self.layout = BatchLayout(
            slots: zip(layout.slots, self.masks).map { slot, mask in
                mask.map { .init(format: .utf8, stride: $0.width) } ?? slot
            }, capacity: layout.capacity)
        self.columns = zip(columns, self.masks).map { column, mask in
            guard let mask else { return column }
            return Column(
                name: column.name, type: .text, isNullable: column.isNullable,
                declaredType: "masked by \(mask.rawValue)")
        }
    }

    /// Fills a batch with the next rows; false at the end.
    ///
    /// - Parameter read: Fills a batch of the read's own layout.
    package func fill(_ batch: RowBatch, by read: (RowBatch) throws -> Bool) throws -> Bool {
        precondition(batch.layout == layout, "a batch of another layout")
        batch.removeAll()
        let isFilled = try read(clear)
        batch.firstRow = clear.firstRow
        guard isFilled else { return false }
        batch.rowCount = clear.rowCount
        batch.valueBytes = clear.valueBytes
        for (column, mask) in masks.enumerated() {
            switch mask {
            case nil: copy(column, to: batch)
            case .redact?: redact(column, in: batch)
            case .hmac?: hash(column, in: batch)
            }
        }
        // Behind the masks, which are made of what lies there. The slots of long values hold their places.
        batch.exchangeLongValues(with: clear)
        return true
    }

    private func copy(_ column: Int, to batch: RowBatch) {
        let (from, to) = unsafe (clear.columns[column], batch.columns[column])
        unsafe to.values.copyMemory(from: from.values, byteCount: from.stride * clear.rowCount)
        unsafe to.lengths.update(from: from.lengths, count: clear.rowCount)
    }

    private func redact(_ column: Int, in batch: RowBatch) {
        let (from, to) = unsafe (clear.columns[column], batch.columns[column])
        let redaction = ColumnMask.redaction
        for row in 0..<clear.rowCount {
            guard unsafe from.lengths[row] != RowBatch.null else {
                unsafe to.lengths[row] = RowBatch.null
                continue
            }
            var place = unsafe to.values + row * to.stride
            for byte in redaction.utf8 {
                unsafe place.storeBytes(of: byte, as: UInt8.self)
                unsafe place += 1
            }
            unsafe to.lengths[row] = redaction.utf8.count
        }
    }

    private func hash(_ column: Int, in batch: RowBatch) {
        guard let key else { return }
        let (from, to) = unsafe (clear.columns[column], batch.columns[column])
        for row in 0..<clear.rowCount {
            let length = unsafe from.lengths[row]
            guard length != RowBatch.null else {
                unsafe to.lengths[row] = RowBatch.null
                continue
            }
            let value = unsafe UnsafeRawBufferPointer(
                start: clear.value(column: column, row: row), count: max(0, length))
            unsafe text.with(value, from.format) { unsafe key.write($0, to: to.values + row * to.stride) }
            unsafe to.lengths[row] = ColumnMask.hmac.width
        }
    }
}
