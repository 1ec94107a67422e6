/// Where in NetSuite's pages each detail of a connection is found, for who sets one up.
///
/// Sources: Oracle's help, "Accessing the Connect Service", "Connect Roles and Permissions", "Token-based Authentication for
/// Connect", "OAuth 2.0 for Connect".
package enum ConnectGuide {
    /// What must be there before anybody can log in.
    package static let preparation = [
        "Setup > Company > Enable Features > Analytics: SuiteAnalytics Connect must be on.",
        "The role needs the permission \"SuiteAnalytics Connect - Read All\" (it sees all rows, and is faster) or \"SuiteAnalytics "
            + "Connect\" (it sees the rows that the role may see).",
        "Settings > Set Up SuiteAnalytics Connect, on the home page of a user with such a role, shows account id, host, port and "
            + "role id, and has the driver.",
    ]

    /// Where the value of a configuration's key is found; nil for what is no detail of NetSuite's.
    ///
    /// - Parameter method: The kind of login, which some of them depend on.
    package static func place(of key: String, method: String? = nil) -> String? {
        if method == OAuthCredentials.name, let place = oauth[key] { return place }
        return places[key]
    }

    /// What a kind of login needs in NetSuite, in one line.
    package static func words(ofMethod name: String) -> String {
        methods[name] ?? ""
    }

    /// Where a certificate is mapped to integration, user and role.
    package static let mappingPage =
        "Setup > Integration > Manage Authentication > OAuth 2.0 Client Credentials (M2M) Setup"

    /// The certificates of the Linux driver, where its archive is mostly unpacked.
    package static let truststore =
        "/opt/netsuite/odbcclient/cert/ca3.cer,/opt/netsuite/odbcclient/cert/ca4.cer"

    /// Where its library lies then, and the files by which it finds its messages.
    package static let driverDirectory = "/opt/netsuite/odbcclient/lib64"

    /// The driver as its odbcinst.ini names it.
    package static let driver = "NetSuite ODBC Drivers 8.1"

    /// The role that comes with the feature, and has this number in most accounts.
    package static let usualRole = "57"

    private static let places = [
        "account_id":
            "Settings > Set Up SuiteAnalytics Connect: Account ID, such as 1234567, or 1234567_SB1 for a sandbox.",
        "role_id":
            "Settings > Set Up SuiteAnalytics Connect: Role ID; or Setup > Users/Roles > Manage Roles: Internal ID. 57 is mostly "
            + "the Data Warehouse Integrator. The Administrator (3) may log in with OAuth 2.0 only.",
        "service_host": "Settings > Set Up SuiteAnalytics Connect: Service Host. It is made from the account id.",
        "service_port": "Settings > Set Up SuiteAnalytics Connect: Service Port, 1708.",
        "driver":
            "Settings > Set Up SuiteAnalytics Connect has the Linux driver; `odbcinst -q -d` lists those that are installed.",
        "truststore":
            "ca3.cer and ca4.cer of the driver's directory cert, with a comma between them. The page that has the driver has them "
            + "too, as an archive of their own.",
        "consumer_key":
            "Setup > Integration > Manage Integrations > New, with only \"Token-Based Authentication\" ticked: Consumer Key. It is "
            + "shown once, when the record is saved.",
        "consumer_secret": "The same page, below the consumer key; shown once.",
        "token_id":
            "Setup > Users/Roles > Access Tokens > New, for that integration, user and role: Token ID. It is shown once, when the "
            + "token is saved.",
        "token_secret": "The same page, below the token id; shown once.",
        "user": "The e-mail address that the user logs in to NetSuite's pages with.",
        "password": "The password of NetSuite's pages. It expires; a role that requires two factors cannot use it.",
    ]

    private static let oauth = [
        "client_id":
            "Setup > Integration > Manage Integrations > New, with \"Client Credentials (Machine to Machine) Grant\" and the scope "
            + "\"SuiteAnalytics Connect\": Consumer Key/Client ID. It is shown once, when the record is saved.",
        "certificate_id":
            "\(mappingPage): Certificate ID, in the list, once the certificate is uploaded for "
            + "that integration, user and role.",
        "private_key": "The key of the certificate; `kleene-ns auth keygen` makes both.",
    ]

    private static let methods = [
        TokenCredentials.name:
            "an integration record and an access token: four secrets. Enable Features > SuiteCloud: Token-Based Authentication; the "
            + "role needs \"Log in using Access Tokens\"",
        PasswordCredentials.name: "a user's e-mail address and password; not for roles that require two factors",
        OAuthCredentials.name:
            "OAuth 2.0 with a certificate, which Oracle prefers. Enable Features > SuiteCloud: OAuth 2.0; the role needs \"Log in "
            + "using OAuth 2.0 Access Tokens\"",
    ]
}
