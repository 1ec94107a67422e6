import ArgumentParser
import FoundationEssentials

/// What is asked by the shells' scripts while somebody types.
extension CompletionKind {
    /// Configured extracts.
    static let extractName = answered(\.extracts)
    static let tag = answered(\.tags)
    /// Tables of the kept listing.
    static let table = answered(\.tables)
    static let schema = answered(\.schemas)
    /// Columns of the table on the line, as they are kept; of a list the last.
    static let column = answered(\.columns)
    static let columnList = answered(\.columnLists)
    static let runID = answered(\.runs)
    /// Drivers of odbcinst.ini.
    static let driver = custom { _, _, _ in CompletionAnswers.offered(Composition.registered.drivers) }
    /// Data sources of odbc.ini.
    static let dataSource = custom { _, _, _ in CompletionAnswers.offered(Composition.registered.dataSources) }
    static let configurationFile = file(extensions: ["json"])

    private static func answered(
        _ names: @escaping @Sendable (CompletionAnswers) -> [String]
    ) -> CompletionKind {
        custom { words, index, _ in
            let environment = ProcessInfo.processInfo.environment
            let line = CompletionLine(words, completing: index, home: environment["HOME"])
            return names(CompletionAnswers(line: line, environment: environment))
        }
    }
}
