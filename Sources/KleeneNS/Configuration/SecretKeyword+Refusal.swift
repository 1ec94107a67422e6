import ODBCSource

extension SecretKeyword {
    /// Whose attributes they are: NetSuite's login stands in other keys than that of any data source.
    enum Profile { case odbc, netSuite }

    /// Why a keyword cannot stand among attributes or in a connection string, and the line to write instead.
    static func refusal(_ kind: Kind, _ profile: Profile) -> String {
        let password = "\"password\": {\"env\": \"NAME\"}, {\"file\": \"PATH\"} or {\"command\": [\"…\"]}"
        switch (kind, profile) {
        case (.password, .odbc), (.secret, .odbc):
            let other =
                kind == .password
                ? ""
                : " A secret that is no password goes into a data source of odbc.ini that only you can read, and \"dsn\"."
            return "holds a secret, which must not stand here; write \(password) in \"source\".\(other)"
        case (.password, .netSuite), (.secret, .netSuite):
            return "holds a secret, which must not stand here; write \"auth\": {\"method\": \"tba\", \"consumer_key\": "
                + "{\"env\": \"NAME\"}, …} or {\"method\": \"password\", \"user\": \"…\", \(password)}."
        case (.user, .odbc): return "says who logs in; write \"user\": \"NAME\" in \"source\"."
        case (.user, .netSuite):
            return "says who logs in, which the token does; for a password write \"auth\": {\"method\": \"password\", "
                + "\"user\": \"NAME\", …}."
        case (.properties, .odbc):
            return
                "says whose data is read; leave \"profile\" out and write \"account_id\" and \"role_id\", or put it into a "
                + "data source of odbc.ini and name that with \"dsn\"."
        case (.properties, .netSuite):
            return "is made by kleene-ns; write \"account_id\", \"role_id\", \"uppercase\" and \"static_schema\"."
        }
    }
}
