import Extraction
import ODBCSource
import TestSupport
import Testing

extension RecordingDriver {
    static let text = (name: "t", line: "VARCHAR size 40")
    static let long = (name: "l", line: "LONGVARCHAR size 0")
    /// The table that `table(columns:answer:)` makes.
    static let tableName = TableName(schema: "s", name: "t")

    /// Reads its table as an extract would.
    func read(reading: ReadSettings = ReadSettings()) throws -> ReadRows {
        var settings = settings
        settings.reading = reading
        let source = DataSource(settings: settings) { _ in }
        return try readAll(source, Self.tableName)
    }

    /// Why its table cannot be read.
    func failure(reading: ReadSettings = ReadSettings()) -> Failure? {
        do {
            let rows = try read(reading: reading)
            Issue.record("read \(rows.rows.count) rows: \(rows.rows.prefix(2))")
            return nil
        } catch {
            return error as? Failure
        }
    }
}
