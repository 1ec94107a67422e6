import ArgumentParser
import Extraction
import Text

/// The answers to the questions about the extract and where it goes, as flags.
struct InitExtractOptions: ParsableArguments {
    @Option(help: "The table's schema.", completion: .schema)
    var schema: String?

    @Option(help: "The source table to extract.", completion: .table)
    var table: String?

    @Option(
        help: ArgumentHelp(
            "The columns to read: names, globs, kinds; ! leaves out; * for all. (default: *)", valueName: "a,b"),
        completion: .columnList)
    var columns: String?

    @Option(
        help: ArgumentHelp(
            "What becomes of the rows that are there: \(InitExtractOptions.words(LoadMethod.self)). (default: drop_create_load)"
        ),
        completion: .list(LoadMethod.allCases.map(\.rawValue)))
    var loadMethod: String?

    @Option(
        help: ArgumentHelp("The columns that identify a row; none for the source's key.", valueName: "a,b"),
        completion: .columnList)
    var uniqueColumns: String?

    @Flag(help: "Have the data prove which columns identify a row; with --login yes.")
    var prove = false

    @Option(
        help: ArgumentHelp(
            "Read all rows, or only what changed: \(InitExtractOptions.words(ExtractType.self)). (default: full)"),
        completion: .list(ExtractType.allCases.map(\.rawValue)))
    var extractType: String?

    @Option(help: "The column whose growth an incremental extract follows.", completion: .column)
    var incrementalKey: String?

    @Option(help: "What the extract is called. (default: the table's name)")
    var name: String?

    @Option(
        help: ArgumentHelp("The SQLite file to load into, or postgresql.", valueName: "file.db"), completion: .file())
    var destination: String?

    @Option(
        help: ArgumentHelp("The PostgreSQL server: host, host:port, [IPv6]:port, or service:NAME.", valueName: "host"))
    var postgresHost: String?

    @Option(help: ArgumentHelp("Its database.", valueName: "name"))
    var postgresDatabase: String?

    @Option(help: ArgumentHelp("Its user; none for your own name.", valueName: "name"))
    var postgresUser: String?

    @Option(help: ArgumentHelp("Where its password is; none where libpq finds it.", valueName: "place"))
    var postgresPassword: String?

    @Option(help: ArgumentHelp("Its schema. (default: public)", valueName: "name"))
    var postgresSchema: String?

    @Option(help: "The table to load into. (default: the source table's name)")
    var destinationTable: String?

    @Option(help: "What is done at the end: write, load (write, then extract) or stop. (default: write)")
    var finish: String?

    /// All answers of a kind, as a sentence has them.
    private static func words<Choice: RawRepresentable & CaseIterable>(_: Choice.Type) -> String
    where Choice.RawValue == String {
        Sentence.series(Choice.allCases.map(\.rawValue), "or")
    }

    var answers: [(SetupTopic, String?)] {
        [
            (.schema, schema), (.table, table), (.columns, columns), (.loadMethod, loadMethod),
            (.uniqueColumns, uniqueColumns), (.prove, prove ? SetupCourse.yes : nil), (.extractType, extractType),
            (.incrementalKey, incrementalKey), (.name, name), (.destination, destination),
            (.postgresHost, postgresHost), (.postgresDatabase, postgresDatabase), (.postgresUser, postgresUser),
            (.postgresPassword, postgresPassword), (.postgresSchema, postgresSchema),
            (.destinationTable, destinationTable), (.finish, finish),
        ]
    }
}
