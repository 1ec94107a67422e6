import ArgumentParser
import Foundation
import MockSuiteAnalytics

/// Writes what the mock would serve, for a program that compares.
struct DumpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump", abstract: "Write exactly the data that serve would hold, as a SQLite file.",
        discussion: """
            Tables have their catalog names. Timestamps are text, YYYY-MM-DD HH:MM:SS with a fraction only where there \
            is one; dates are their midnight; decimals are text.
            """)

    @OptionGroup var data: DataOptions

    @Option(help: "The file to write; it must not be there yet.")
    var output: String

    func run() async throws {
        guard !FileManager.default.fileExists(atPath: output) else {
            throw ValidationError("\(output) is there already; dump does not overwrite.")
        }
        let catalog = try data.makeCatalog()
        let database = try SQLiteConnection(path: output, readOnly: false)
        do {
            try Generator.write(catalog, seed: data.seed, to: database)
        } catch {
            // Half a dump would pass for the truth.
            try? FileManager.default.removeItem(atPath: output)
            throw error
        }
    }
}
