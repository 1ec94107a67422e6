import Extraction
import Text

/// Several tables in one entry of `extracts`: `"table": ["customrecord_*", "!customrecord_tmp*"]`.
struct TablePattern: Equatable, Sendable {
    /// What stands for a table's name in the names that are made from it.
    static let placeholder = "{table}"

    /// More tables than this are a slip more often than a wish.
    static let most = 500

    /// Names and globs, in any case; what follows a `!` is left out.
    let words: [String]
    /// Where the entry stands, such as `$.extracts[2]`.
    let path: String

    init(_ words: [String], path: String) {
        self.words = words
        self.path = path
    }

    private var wanted: [String] { words.filter { !$0.hasPrefix("!") } }
    private var unwanted: [String] { words.filter { $0.hasPrefix("!") }.map { String($0.dropFirst()) } }

    /// What is named without a glob, and so has to be there.
    var exact: [String] { wanted.filter { !Glob.isOne($0) } }

    /// Whether a table of this name is meant.
    func takes(_ table: String) -> Bool {
        func fits(_ word: String) -> Bool { Glob(word.lowercased()).matches(table.lowercased()) }
        return wanted.contains(where: fits) && !unwanted.contains(where: fits)
    }

    /// Notes what is wrong with an entry for several tables.
    func judge(_ entry: ExtractConfiguration, _ reader: ObjectReader) {
        if reader.isSure(of: ["table"]), wanted.isEmpty {
            reader.fault("table", "leaves tables out and names none; begin with \"*\" for all others.")
        }
        for (key, name) in [("name", entry.name), ("destination_table", entry.destinationTable)]
        where !name.contains(Self.placeholder) && reader.isSure(of: [key]) {
            reader.fault(key, "must hold \(Self.placeholder): each table of the entry needs a name of its own.")
        }
        if !entry.renames.isEmpty {
            reader.fault(
                "rename",
                "does not go with several tables; give each table whose columns are renamed an entry of its own."
            )
        }
        if entry.follows != nil {
            reader.fault("follows", "does not go with several tables; give the table that follows an entry of its own.")
        }
    }
}

extension TablePattern: CustomStringConvertible {
    /// For a sentence and a listing.
    var description: String { words.joined(separator: ", ") }
}

extension ExtractConfiguration {
    /// The extract of one of the tables that an entry for several stands for.
    ///
    /// - Parameters:
    ///   - table: The table as the source lists it.
    ///   - name: What stands for it in names.
    func of(_ table: TableName, called name: String) -> ExtractConfiguration {
        var extract = self
        extract.pattern = nil
        extract.table = table
        extract.name = self.name.replacing(TablePattern.placeholder, with: name)
        extract.destinationTable = destinationTable.replacing(TablePattern.placeholder, with: name)
        return extract
    }
}
