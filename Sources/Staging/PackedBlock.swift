import Rows

/// A block of packed rows that was copied out of its file, so that the file is free again while they are unpacked.
///
/// Used by one thread.
final class PackedBlock {
    var rows = 0
    let cells = PackedBuffer()
    /// What the columns hold that kleene-ns adds: the run, and when it began.
    let texts = [PackedBuffer(), PackedBuffer()]

    /// Takes the rows out of it.
    func unpack(by unpacker: PackedUnpacker, into batch: RowBatch) throws {
        try unsafe unpacker.unpack(cells.bytes, rows: rows, texts.map { unsafe $0.bytes }, into: batch)
    }

    /// Makes room for the next one.
    func removeAll() {
        for buffer in texts + [cells] { buffer.removeAll() }
    }
}
