import Extraction
import ODBC

/// What is known of the columns that a session reads, before it reads them: as the driver described those of the last read, which the next
/// one most often asks for too, or as the catalog listed them.
///
/// It may be old: a table can be changed meanwhile. The result of a read tells.
final class DescribedColumns {
    private var described: (of: Read, moments: [SpeltMoment?])?
    private var listed: (tables: [TableName], moments: [[UInt8]: SpeltMoment?])?

    private struct Read: Equatable {
        var table: TableName
        /// Byte by byte: letters may be composed in two ways, and columns with them.
        var columns: [[UInt8]]

        init(_ query: TableQuery) {
            table = query.table
            columns = query.columns.map { Array($0.utf8) }
        }
    }

    /// Which columns of a query have days, by what is known; nil where nothing is.
    func moments(of query: TableQuery) -> [SpeltMoment?]? {
        if let described, described.of == Read(query) { return described.moments }
        guard let listed, listed.tables.contains(query.table) else { return nil }
        let moments = query.columns.compactMap { listed.moments[Array($0.utf8)] }
        return moments.count == query.columns.count ? moments : nil
    }

    func keep(_ columns: [ColumnDescription], of query: TableQuery) {
        described = (Read(query), columns.map { SpeltMoment($0.type) })
    }

    /// - Parameter table: The name by which the listing was asked for.
    func list(_ listing: CatalogTableColumns, as table: TableName) {
        let moments = listing.columns.map { (Array($0.name.utf8), SpeltMoment($0.keyKind)) }
        listed = ([table, listing.name], Dictionary(moments) { first, _ in first })
        described = nil
    }

    func forget() { (described, listed) = (nil, nil) }
}
