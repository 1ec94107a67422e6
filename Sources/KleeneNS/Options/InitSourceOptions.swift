import ArgumentParser

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
        help: "Where the secrets are: files (secrets/NAME), env (NETSUITE_NAME), or each for a place of its own.",
        completion: .list(["files", "env", "each"]))
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

    @Option(help: ArgumentHelp("Where the private key's phrase is.", valueName: "place"))
    var privateKeyPhrase: String?

    @Option(help: ArgumentHelp("How the private key signs, such as PS256. (default: by its kind)", valueName: "name"))
    var algorithm: String?

    @Option(help: ArgumentHelp("The scope that a token is asked for. (default: SuiteAnalytics)", valueName: "text"))
    var scope: String?

    @Option(
        help: ArgumentHelp(
            "The audience named when a token is asked for. (default: made from the account)", valueName: "url"))
    var aud: String?

    @Option(help: ArgumentHelp("Where tokens are asked for. (default: made from the account)", valueName: "host"))
    var tokenHost: String?

    @Option(help: ArgumentHelp("Where the driver gets the token: custom_properties or password.", valueName: "name"))
    var tokenIn: String?

    @Option(help: ArgumentHelp("Certificates of the authorities that may vouch for that host.", valueName: "file"))
    var caFile: String?

    @Option(help: ArgumentHelp("The uploaded certificate, for a warning before it ends.", valueName: "file"))
    var certificate: String?

    @Option(help: ArgumentHelp("The user to log in as.", valueName: "user"))
    var user: String?

    @Option(help: ArgumentHelp("Where the password is.", valueName: "place"))
    var password: String?

    @Option(help: "The driver's name in odbcinst.ini, or the path of its library.", completion: .driver)
    var driver: String?

    @Option(help: ArgumentHelp("The certificates of NetSuite's driver.", valueName: "files"))
    var truststore: String?

    @Option(help: ArgumentHelp("The service's host. (default: made from the account)", valueName: "host"))
    var serviceHost: String?

    @Option(help: ArgumentHelp("The service's port. (default: 1708)", valueName: "port"))
    var servicePort: String?

    @Option(help: "What an ODBC source is reached by: dsn, driver or connection-string.")
    var reachedBy: String?

    @Option(help: "A data source of odbc.ini.", completion: .dataSource)
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
            (SetupTopic(key: "private_key"), privateKey), (SetupTopic(key: "private_key_phrase"), privateKeyPhrase),
            (SetupTopic(key: "algorithm"), algorithm), (SetupTopic(key: "scope"), scope), (SetupTopic(key: "aud"), aud),
            (SetupTopic(key: "token_host"), tokenHost), (SetupTopic(key: "token_in"), tokenIn),
            (SetupTopic(key: "ca_file"), caFile), (SetupTopic(key: "certificate"), certificate), (.user, user),
            (.password, password), (.driver, driver),
            (.truststore, truststore), (.serviceHost, serviceHost), (.servicePort, servicePort),
            (.reachedBy, reachedBy), (.dsn, dsn), (.connectionString, connectionString), (.login, login),
        ]
    }
}
