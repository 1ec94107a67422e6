import Extraction
import SQLite
import SQLiteDestination
import Staging
import TestSupport
import Testing

/// The contract of destinations, held by SQLite files: in their own encoding, and in another.
@Suite struct SQLiteContractTests {
    struct InFile: ContractPlace {
        private let folder: Folder

        /// - Parameter encoding: Of a file that is there; nil for none.
        init(encoding: String?) throws {
            folder = try Folder()
            if let encoding { try change(folder.file(), "PRAGMA encoding = '\(encoding)'", "CREATE TABLE other (a)") }
        }

        func destination(source: String?) -> SQLiteFile {
            var settings = SQLiteFile.Settings()
            settings.source = source
            return SQLiteFile(path: folder.file(), settings: settings)
        }

        func rows(_ table: String, _ columns: [String]) throws -> [[String?]]? {
            guard contents(folder.file()) != nil,
                try !query(folder.file(), "SELECT 1 FROM sqlite_schema WHERE name = '\(table)'").isEmpty
            else { return nil }
            let list = columns.map { Identifier.quote($0) }.joined(separator: ", ")
            return try query(folder.file(), "SELECT \(list) FROM \(Identifier.quote(table))").map { row in
                row.map { value in
                    switch value {
                    case .null: nil
                    case .integer(let number): String(number)
                    case .real(let number): String(number)
                    case .text(let text): text
                    case .blob(let bytes): "\(bytes)"
                    }
                }
            }
        }

        func make(_ table: String, _ columns: [String], _ rows: [[Int]]) throws {
            try change(
                folder.file(), "CREATE TABLE \(table) (\(columns.map { "\($0) INTEGER" }.joined(separator: ", ")))")
            for row in rows {
                try change(
                    folder.file(), "INSERT INTO \(table) VALUES (\(row.map { String($0) }.joined(separator: ", ")))")
            }
        }
    }

    @Test(arguments: DestinationContract<InFile>.claims, [nil, "UTF-8", "UTF-16le"])
    func holds(claim: DestinationContract<InFile>.Claim, encoding: String?) throws {
        try claim.check(InFile(encoding: encoding))
    }
}
