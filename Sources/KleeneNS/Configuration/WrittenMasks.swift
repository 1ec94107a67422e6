import Extraction
import Rows

/// What a configuration says of masks, in `defaults` or in an entry of `extracts`: columns with their masks, as they are written.
struct WrittenMasks: Sendable {
    var masks: [String: ColumnMask] = [:]
    /// Columns that the defaults mask and the entry does not.
    var clear: [String] = []

    /// How a column is written, if it is.
    func name(of column: String) -> String? {
        (Array(masks.keys) + clear).first { NameCase.unicode.areSame($0, column) }
    }
}

/// The masks of one extract: its own, and of the defaults those that it says nothing about.
struct ExtractMasks: Sendable {
    /// By column, as it is written.
    private(set) var masks: [String: ColumnMask] = [:]
    /// What the entry itself says.
    private(set) var own = WrittenMasks()
    /// Those of the defaults: a table may lack the column.
    private(set) var inherited: Set<String> = []
    /// Of an entry for several tables: each of them may lack each column.
    var isForSeveral = false

    init() {}

    init(_ own: WrittenMasks, defaults: [String: ColumnMask]) {
        self.own = own
        masks = own.masks
        for (column, mask) in defaults where own.name(of: column) == nil {
            masks[column] = mask
            inherited.insert(column)
        }
    }

    var isEmpty: Bool { masks.isEmpty }
    /// Columns that are masked, in order.
    var columns: [String] { masks.keys.sorted() }
    /// Columns that are masked where a table has them.
    var whereThere: [String] { isForSeveral ? columns : inherited.sorted() }
}
