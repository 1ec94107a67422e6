/// A configuration as a user of NetSuite's driver writes it: `config.example.json`, which a test compares.
enum ExampleConfiguration {
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
