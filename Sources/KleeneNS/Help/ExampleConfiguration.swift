import ArgumentParser

/// A configuration as a user of NetSuite's driver writes it: `config.example.json` and `config.oauth2.example.json`, which a test
/// compares.
enum ExampleConfiguration {
    /// How the example logs in.
    enum Login: String, CaseIterable, ArgumentWord {
        case tba, oauth2
    }

    static func text(_ login: Login) -> String {
        switch login {
        case .tba: text
        case .oauth2: text.replacing(tokens, with: certificate)
        }
    }

    private static let tokens = #"""
              "method": "tba",
              "consumer_key": {"env": "NETSUITE_CONSUMER_KEY"},
              "consumer_secret": {"env": "NETSUITE_CONSUMER_SECRET"},
              "token_id": {"file": "secrets/token_id"},
              "token_secret": {"command": ["pass", "show", "netsuite/token_secret"]}
        """#

    private static let certificate = #"""
              "method": "oauth2",
              "client_id": {"env": "NETSUITE_CLIENT_ID"},
              "certificate_id": {"file": "secrets/certificate_id"},
              "private_key": {"file": "secrets/private_key.pem"},
              "certificate": "secrets/certificate.pem",
              "algorithm": "PS256",
              "user": "extracts@example.com"
        """#

    static let text = #"""
        {
          "source": {
            "account_id": "1234567_SB1",
            "role_id": 57,
            "auth": {
              "method": "tba",
              "consumer_key": {"env": "NETSUITE_CONSUMER_KEY"},
              "consumer_secret": {"env": "NETSUITE_CONSUMER_SECRET"},
              "token_id": {"file": "secrets/token_id"},
              "token_secret": {"command": ["pass", "show", "netsuite/token_secret"]}
            },
            "driver": "NetSuite ODBC Drivers 8.1",
            "service_host": "1234567-sb1.connect.api.netsuite.com",
            "service_port": 1708,
            "data_source": "NetSuite2.com",
            "attributes": {"Truststore": "/opt/netsuite/odbcclient/cert/ca3.cer,/opt/netsuite/odbcclient/cert/ca4.cer"}
          },
          "destination": {"type": "sqlite", "path": "netsuite.db"},
          "defaults": {"load_method": "drop_create_load", "extract_type": "full"},
          "extracts": [
            {
              "name": "transactions", "tags": ["hourly"],
              "table": "transaction", "columns": ["id", "tranid", "type", "trandate", "entity", "foreigntotal", "lastmodifieddate"],
              "load_method": "upsert", "unique_columns": ["id"],
              "extract_type": "incremental", "incremental_key": "lastmodifieddate",
              "destination_table": "netsuite_transaction"
            },
            {
              "name": "transaction_lines", "tags": ["hourly"],
              "table": "transactionLine", "destination_table": "netsuite_transactionline"
            },
            {
              "name": "customers", "tags": ["nightly"],
              "table": "customer", "destination_table": "netsuite_customer"
            },
            {
              "name": "accounts", "tags": ["nightly"],
              "table": "account", "load_method": "truncate_load", "destination_table": "netsuite_account"
            }
          ]
        }
        """#
}
