/// What each key of a configuration means, in one sentence: for editors, beside the key.
enum KeyMeaning {
    /// The sentence for a key's place, such as `extracts[].table`; nil where its name says all.
    static func of(_ place: String) -> String? {
        sentences[place] ?? (place.hasPrefix("extracts[].") || place.hasPrefix("defaults.") ? extract(place) : nil)
    }

    private static func extract(_ place: String) -> String? {
        guard let key = place.split(separator: ".", maxSplits: 1).last else { return nil }
        return extracts[String(key)]
    }

    private static let sentences = [
        "source": "Where rows come from.",
        "source.profile": "odbc: any ODBC data source. Without it: NetSuite's SuiteAnalytics Connect.",
        "source.account_id": "NetSuite's account, such as 1234567_SB1.",
        "source.role_id": "The number of the role to log in with.",
        "source.auth": "How to log in.",
        "source.driver": "The driver, by its name in odbcinst.ini or the path of its library.",
        "source.dsn": "A data source of odbc.ini.",
        "source.connection_string": "An ODBC connection string without user and password.",
        "source.attributes": "Further keywords of the connection string.",
        "source.service_host": "The host of the service; by default made from the account.",
        "source.service_port": "The port of the service. Default: 1708.",
        "source.data_source": "The service's data source. Default: NetSuite2.com.",
        "source.connections": "Connections that read chunks at the same time. Default: 1.",
        "source.login_timeout": "Seconds until a login is given up. Default: 30.",
        "source.statement_timeout": "Seconds that one statement may take. Default: no limit.",
        "source.stall_timeout": "Seconds without any progress after which the driver is stopped. Default: 600.",
        "source.batch_bytes": "Memory of one batch at most, in bytes. Default: 8388608 (8 MiB).",
        "source.batch_rows": "Rows of one batch at most. Default: 2000; 4000 from PostgreSQL.",
        "source.retry": "How many failures are tolerated before an extract has failed.",
        "source.clock_query": "A statement of one row and one column that gives the source's clock.",
        "destination": "The database that receives the rows.",
        "destination.type": "The kind of database.",
        "destination.path": "The database file; a relative path starts at this file's directory.",
        "mask_key": "The key of the masks that \"hmac\" makes.",
        "defaults": "What extracts have in common unless they say otherwise.",
        "extracts": "What is read, and where it goes.",
    ]

    private static let extracts = [
        "name": "What the extract is called on the command line. Default: the table's name.",
        "enabled": "Whether `extract` without a name runs it. Default: true.",
        "tags": "Words to choose the extract by, with --tag.",
        "schema": "The table's schema.",
        "catalog": "The table's catalog.",
        "table": "The source's table to read.",
        "columns":
            "The columns to read, in the destination's order: names, globs and kinds; ! leaves out. Default: all.",
        "load_method": "What happens to the existing rows. Default: drop_create_load.",
        "extract_type": "full reads all rows each time; incremental reads what changed. Default: full.",
        "incremental_key": "The column whose growth tells what changed.",
        "start_date": "Only rows whose incremental key is at or after this date are read.",
        "unique_columns": "The columns that identify a row. Default: the source's key.",
        "mask":
            "Columns whose values are replaced before anything is stored: hmac, redact, or null for one that the defaults mask. Default: none.",
        "rename": "What columns are called in the destination, by their names at the source. Default: the same.",
        "where": "Only rows for which this SQL of the source is true.",
        "chunk_rows": "Read in chunks of about this many rows.",
        "chunk_key": "The column by whose ranges chunks are read; its values must never change.",
        "destination_table": "The table to load into. Default: the table's name.",
        "decimal": "How exact decimals are stored. Default: native where the destination has decimals, else text.",
        "odd_times": "What becomes of a value that is no date or time. Default: note.",
        "metadata_columns": "Whether each row gets _kleene_run_id and _kleene_extracted_at. Default: true.",
        "adopt_table": "Whether rows that are not this extract's may be replaced or added to. Default: false.",
        "null_keys": "What happens to rows without a key. Default: once.",
        "lag": "How far a window's end stays behind the source's clock. Default: 1m.",
        "overlap": "How far a window reaches back behind the watermark. Default: 15m, or 1000.",
        "drift": "What happens when the source's columns change.",
        "deletes": "How rows that the source has deleted leave the table. Default: they stay.",
        "deletes.by": "By what it is known that a row is gone.",
        "deletes.mode": "soft marks the row in _kleene_deleted_at, hard removes it. Default: soft.",
        "deletes.most":
            "The largest share of the table that may go at once, such as 5%. Default: 10%, and up to ten rows always.",
        "deletes.every": "How often all keys are compared as well, such as 7d. Default: only with --sweep.",
        "deletes.record_types": "What deletedrecord calls records of the table. Default: as publicly known.",
        "follows": "The extract whose rows these are part of: its name, or more in an object.",
        "follows.extract": "The extract whose rows these are part of.",
        "follows.parent_key": "The column by which the other extract's rows are named. Default: as publicly known.",
        "follows.child_key": "The column by which a row names the row that it is part of. Default: as publicly known.",
        "follows.own_key": "A date of the rows' own, or null for none. Default: as publicly known.",
        "follows.asking": "How rows of changed headers are asked for. Default: list up to 1000, query beyond.",
        "guard": "What a load is compared with before it replaces rows.",
    ]
}
