import ArgumentParser
import Text

/// The answers to the questions about the connection, as flags.
struct InitSourceOptions: ParsableArguments {
    @Option(help: "Where rows come from: netsuite, or odbc for any other data source.")
    var profile: String?

    @Option(help: ArgumentHelp("NetSuite's account, such as 1234567_SB1.", valueName: "id"))
    var accountID: String?

    @Option(help: ArgumentHelp("The number of the role to log in with.", valueName: "number"))
    var roleID: String?

    @Option(help: "How to log in: tba, password or oauth2.")
    var method: String?

    @Option(
        help: "Where the secrets are: files (secrets/NAME), env (NETSUITE_NAME), or each for a place of its own.")
    var secrets: String?

    @Option(
        help: ArgumentHelp(
            "Where the consumer key is: env:NAME, file:PATH, command:LINE or credential:NAME.", valueName: "place"))
    var consumerKey: String?

    @Option(help: ArgumentHelp("Where the consumer secret is.", valueName: "place"))
    var consumerSecret: String?

    @Option(help: ArgumentHelp("Where the token id is.", valueName: "place"))
    var tokenID: String?

    @Option(help: ArgumentHelp("Where the token secret is.", valueName: "place"))
    var tokenSecret: String?

    @Option(help: ArgumentHelp("The integration record's client id, for OAuth 2.0.", valueName: "id"))
    var clientID: String?

    @Option(help: ArgumentHelp("The id of the uploaded certificate, for OAuth 2.0.", valueName: "id"))
    var certificateID: String?

    @Option(help: ArgumentHelp("The file of the private key, or where it is.", valueName: "place"))
    var privateKey: String?

    @Option(help: ArgumentHelp("The user to log in as.", valueName: "user"))
    var user: String?

    @Option(help: ArgumentHelp("Where the password is.", valueName: "place"))
    var password: String?

    @Option(help: "The driver's name in odbcinst.ini, or the path of its library.")
    var driver: String?

    @Option(help: ArgumentHelp("The certificates of NetSuite's driver.", valueName: "files"))
    var truststore: String?

    @Option(help: ArgumentHelp("The service's host. (default: made from the account)", valueName: "host"))
    var serviceHost: String?

    @Option(help: ArgumentHelp("The service's port. (default: 1708)", valueName: "port"))
    var servicePort: String?

    @Option(help: "What an ODBC source is reached by: dsn, driver or connection-string.")
    var reachedBy: String?

    @Option(help: "A data source of odbc.ini.")
    var dsn: String?

    @Option(help: "An ODBC connection string without user and password.")
    var connectionString: String?

    @Option(
        name: .customLong("attribute"), parsing: .singleValue,
        help: ArgumentHelp("One Keyword=value of the connection string; repeatable.", valueName: "keyword=value"))
    var attributes: [String] = []

    @Option(help: "Sign in, to check names by what the source lists: yes or no. (default: no)")
    var login: String?

    var answers: [(SetupTopic, String?)] {
        [
            (.profile, profile), (.accountID, accountID), (.roleID, roleID), (.method, method), (.secrets, secrets),
            (SetupTopic(key: "consumer_key"), consumerKey), (SetupTopic(key: "consumer_secret"), consumerSecret),
            (SetupTopic(key: "token_id"), tokenID), (SetupTopic(key: "token_secret"), tokenSecret),
            (SetupTopic(key: "client_id"), clientID), (SetupTopic(key: "certificate_id"), certificateID),
            (SetupTopic(key: "private_key"), privateKey), (.user, user), (.password, password), (.driver, driver),
            (.truststore, truststore), (.serviceHost, serviceHost), (.servicePort, servicePort),
            (.reachedBy, reachedBy), (.dsn, dsn), (.connectionString, connectionString), (.login, login),
        ]
    }
}

/// The answers to the questions about the extract and where it goes, as flags.
struct InitExtractOptions: ParsableArguments {
    @Option(help: "The table's schema.")
    var schema: String?

    @Option(help: "The source table to extract.")
    var table: String?

    @Option(help: ArgumentHelp("The columns to read; * for all. (default: *)", valueName: "a,b"))
    var columns: String?

    @Option(help: "What becomes of the rows that are there. (default: drop_create_load)")
    var loadMethod: String?

    @Option(help: ArgumentHelp("The columns that identify a row; none for the source's key.", valueName: "a,b"))
    var uniqueColumns: String?

    @Flag(help: "Have the data prove which columns identify a row; with --login yes.")
    var prove = false

    @Option(help: "Read all rows (full), or only what changed (incremental). (default: full)")
    var extractType: String?

    @Option(help: "The column whose growth an incremental extract follows.")
    var incrementalKey: String?

    @Option(help: "What the extract is called. (default: the table's name)")
    var name: String?

    @Option(help: ArgumentHelp("The SQLite file to load into, or postgresql.", valueName: "file.db"))
    var destination: String?

    @Option(help: ArgumentHelp("The PostgreSQL server: host, host:port, or service:NAME.", valueName: "host"))
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

extension SetupAnswers {
    /// What flags say.
    init(_ source: InitSourceOptions, _ extract: InitExtractOptions) {
        self.init()
        for (topic, text) in source.answers + extract.answers {
            guard let text else { continue }
            self[topic] = Self.answer(text, to: topic)
        }
        if !source.attributes.isEmpty { self[.attributes] = source.attributes }
    }

    private static func answer(_ text: String, to topic: SetupTopic) -> [String] {
        if topic == .columns, text == all { return [] }
        // For what may be left out; the names of tables and columns are taken as they are.
        let mayBeNone: [SetupTopic] = [
            .uniqueColumns, .driver, .truststore, .serviceHost, .user, .postgresUser, .postgresPassword,
        ]
        if text == none, mayBeNone.contains(topic) { return [] }
        return topic.isList ? text.split(separator: ",").map { String($0).trimmingBlanks } : [text]
    }
}
