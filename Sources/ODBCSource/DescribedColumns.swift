import Extraction
import ODBC

/// What a driver said of the columns that a session reads: those of the last read, which the next one most often asks for too.
final class DescribedColumns {
    private var known: (of: Read, columns: [ColumnDescription])?

    private struct Read: Equatable {
        var table: TableName
        /// Byte by byte: letters may be composed in two ways, and columns with them.
        var columns: [[UInt8]]

        init(_ query: TableQuery) {
            table = query.table
            columns = query.columns.map { Array($0.utf8) }
        }
    }

    /// Nil where they are to be asked for.
    func columns(of query: TableQuery) -> [ColumnDescription]? {
        guard let known, known.of == Read(query) else { return nil }
        return known.columns
    }

    func keep(_ columns: [ColumnDescription], of query: TableQuery) { known = (Read(query), columns) }

    func forget() { known = nil }
}
