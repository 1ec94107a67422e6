/// How the values of one column lie in packed rows: a byte that says which of these it is, the bytes that follow as a `UInt32`, and
/// those. All numbers are in the machine's own order, because no other machine reads them.
enum PackedSection: UInt8 {
    /// Every row has NULL; nothing follows.
    case nulls
    /// Eight bytes a row, an `Int64` or a `Double`.
    case numbers
    /// A bit a row, the lowest first, set where there is a value; then eight bytes for each of those.
    case someNumbers
    /// An `Int32` a row, the value's bytes or -1 for NULL; then the values one behind the other. In a column of values that say what they
    /// are, each begins with its `CellTag`.
    case values

    /// Raised when anything of this changes: rows of another format are read again.
    static let format = 1
    /// Bytes before the values: what it is, and how long.
    static let headerSize = 5
    /// Rows that are packed together at most.
    static let mostRows = 1024
    /// Bytes of values after which no more rows are packed with them.
    static let budget = 1 << 20
}
