import Extraction
import Rows

/// Blocks of packed rows as batches again.
///
/// Nothing that stands in a block is believed further than the block reaches.
struct PackedUnpacker: Sendable {
    private let layout: BatchLayout
    private let storages: [Storage]
    /// The place of each column in the batches; nil for one that nobody wants.
    private let places: [Int?]
    private let addsMetadataColumns: Bool

    /// - Parameter only: The places of the columns that are wanted; nil for all, with those that kleene-ns adds.
    init(_ shape: StagedShape, only: [Int]? = nil) {
        let storages = shape.columns.map(\.storage)
        self.storages = storages
        addsMetadataColumns = only == nil && shape.addsMetadataColumns
        places = storages.indices.map { column in only.map { $0.firstIndex(of: column) } ?? column }
        var slots = (only ?? Array(storages.indices)).map { storages[$0].slot }
        if addsMetadataColumns { slots += MetadataColumn.names.map { _ in Storage.text.slot } }
        layout = BatchLayout(slots: slots, capacity: PackedSection.mostRows)
    }

    /// A batch for the rows of one block after another.
    func makeBatch() -> RowBatch {
        let batch = RowBatch(layout: layout)
        batch.firstRow = 1
        return batch
    }

    /// Fills an empty batch with the rows of a block.
    ///
    /// - Parameter texts: What the columns hold that kleene-ns adds.
    func unpack(
        _ cells: UnsafeRawBufferPointer, rows: Int, _ texts: [UnsafeRawBufferPointer], into batch: RowBatch
    ) throws {
        guard (1...PackedSection.mostRows).contains(rows) else { throw Self.damage }
        try unsafe unpack(cells, rows: rows, into: batch)
        batch.rowCount = rows
        guard addsMetadataColumns else { return }
        for index in unsafe texts.indices {
            let text = unsafe texts[index]
            guard unsafe !text.isEmpty else { throw Self.damage }
            unsafe batch.putLongValue(text, inAll: rows, of: layout.slots.count - texts.count + index)
        }
    }

    private func unpack(_ block: UnsafeRawBufferPointer, rows: Int, into batch: RowBatch) throws {
        var offset = 0
        for (column, storage) in storages.enumerated() {
            guard offset + PackedSection.headerSize <= block.count,
                let section = unsafe PackedSection(rawValue: block[offset])
            else { throw Self.damage }
            let size = unsafe Int(block.loadUnaligned(fromByteOffset: offset + 1, as: UInt32.self))
            let begin = offset + PackedSection.headerSize
            guard size <= block.count - begin else { throw Self.damage }
            offset = begin + size
            guard let place = places[column] else { continue }
            let bytes = unsafe UnsafeRawBufferPointer(rebasing: block[begin..<offset])
            let isNumber = storage == .integer || storage == .real
            switch section {
            case .nulls:
                for row in 0..<rows { unsafe batch.columns[place].lengths[row] = RowBatch.null }
            case .numbers where isNumber: try unsafe takeNumbers(bytes, rows, into: batch.columns[place])
            case .someNumbers where isNumber: try unsafe takeSomeNumbers(bytes, rows, into: batch.columns[place])
            case .values where !isNumber: try unsafe takeValues(bytes, rows, isTagged: storage != .text, place, batch)
            default: throw Self.damage
            }
        }
        guard offset == block.count else { throw Self.damage }
    }

    private func takeNumbers(_ bytes: UnsafeRawBufferPointer, _ rows: Int, into column: RowBatch.ColumnBuffer) throws {
        guard let base = bytes.baseAddress, bytes.count == rows * 8 else { throw Self.damage }
        unsafe column.values.copyMemory(from: base, byteCount: bytes.count)
        for row in 0..<rows { unsafe column.lengths[row] = 8 }
    }

    private func takeSomeNumbers(_ bytes: UnsafeRawBufferPointer, _ rows: Int, into column: RowBatch.ColumnBuffer)
        throws
    {
        var place = (rows + 7) / 8
        guard bytes.count >= place else { throw Self.damage }
        for row in 0..<rows {
            guard unsafe bytes[row >> 3] & 1 << UInt8(row & 7) != 0 else {
                unsafe column.lengths[row] = RowBatch.null
                continue
            }
            guard place + 8 <= bytes.count else { throw Self.damage }
            let bits = unsafe bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            unsafe (column.values + row * 8).storeBytes(of: bits, as: UInt64.self)
            unsafe column.lengths[row] = 8
            place += 8
        }
        guard place == bytes.count else { throw Self.damage }
    }

    private func takeValues(
        _ bytes: UnsafeRawBufferPointer, _ rows: Int, isTagged: Bool, _ column: Int, _ batch: RowBatch
    ) throws {
        guard bytes.count >= rows * 4 else { throw Self.damage }
        let lengths = unsafe UnsafeRawBufferPointer(rebasing: bytes[..<(rows * 4)])
        let values = unsafe UnsafeRawBufferPointer(rebasing: bytes[(rows * 4)...])
        var sum = 0
        for row in 0..<rows {
            let length = unsafe Int(lengths.loadUnaligned(fromByteOffset: row * 4, as: Int32.self))
            guard length >= -1, !isTagged || length != 0 else { throw Self.damage }
            sum += max(0, length)
        }
        guard sum == values.count else { throw Self.damage }
        unsafe batch.putLongValues(values, lengths: lengths, rows: rows, of: column)
    }

    static var damage: Failure {
        Failure(
            .data, "Staged rows are not what was staged.",
            advice: "The staging file was damaged. Run the same command again: it reads everything again.")
    }
}
