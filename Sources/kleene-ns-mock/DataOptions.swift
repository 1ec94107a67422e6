import ArgumentParser
import MockSuiteAnalytics

/// Which data the mock holds.
struct DataOptions: ParsableArguments {
    @Option(help: "Rows of transactionLine, by which the other tables are sized; with --catalog, rows of every table.")
    var scale = 1000

    @Option(help: "Another seed makes other values; the same seed always the same.")
    var seed: UInt64 = 1

    @Option(help: "A schema of your own, as written by: kleene-ns columns --format json")
    var catalog: String?

    func validate() throws {
        guard (0...20_000_000).contains(scale) else {
            throw ValidationError("--scale must be from 0 to 20000000, and is \(scale).")
        }
    }

    func makeCatalog() throws -> Catalog {
        if let catalog { return try CatalogFile.read(catalog, rows: scale) }
        return .netSuite(lines: scale)
    }
}
