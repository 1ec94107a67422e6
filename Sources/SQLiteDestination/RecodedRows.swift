import Extraction
import Files
import SQLite
import Staging

/// Staged rows once more, in the text encoding of a destination that has another one.
struct RecodedRows {
    private let rows: SealedFile
    private let encoding: String

    init(_ rows: SealedFile, encoding: String) {
        self.rows = rows
        self.encoding = encoding
    }

    /// Makes the file, with the same tables.
    ///
    /// - Throws: where a text holds what the encoding does not keep.
    func write(to file: String) throws {
        PrivateFile.create(file)
        try Workplace.checkFiles(file)
        try trying("Copying the staged rows of \(rows.order.extract.table)") {
            let database = try SQLiteDatabase(path: file, access: .create)
            let settings = StagingFile.settings(encoding: encoding, pageSize: SQLiteFile.pageSize, isDurable: false)
            for pragma in settings { try database.query(pragma) }
            let shape = rows.shape.asStored
            try database.query("BEGIN")
            for table in rows.tables {
                try database.query(shape.createSQL(table))
                let writer = try RowWriter(
                    into: table, shape: shape, of: rows.order.extract.table, run: nil, database: database)
                try rows.eachBatch(of: table) { try writer.write($0) }
            }
            try database.query("COMMIT")
        }
    }
}
