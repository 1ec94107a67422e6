extension Connection {
    /// The items of `SQLGetInfo` that are asked for; few, because some drivers crash on others.
    package enum InfoItem: Sendable {
        case driverName
        case driverVersion
        case serverName
        case searchPatternEscape
        /// The database that the connection is in.
        case currentDatabase
        /// What kind of database it is.
        case databaseName
        case databaseVersion
        case identifierQuote
        case catalogSeparator
        case userName
        case driverODBCVersion
        case driverManagerVersion

        var code: UInt16 {
            switch self {
            case .driverName: C.infoDriverName
            case .driverVersion: C.infoDriverVersion
            case .serverName: C.infoServerName
            case .searchPatternEscape: C.infoSearchPatternEscape
            case .currentDatabase: C.infoDatabaseName
            case .databaseName: C.infoDBMSName
            case .databaseVersion: C.infoDBMSVersion
            case .identifierQuote: C.infoIdentifierQuote
            case .catalogSeparator: C.infoCatalogSeparator
            case .userName: C.infoUserName
            case .driverODBCVersion: C.infoDriverODBCVersion
            case .driverManagerVersion: C.infoDriverManagerVersion
            }
        }
    }

    /// The numbers of `SQLGetInfo` that a probe asks for, and no read depends on.
    package enum InfoNumber: Sendable {
        case concurrentActivities
        case concatenationOfNull
        case cursorCommitBehavior
        case cursorRollbackBehavior
        case identifierCase
        case maximumColumnName
        case maximumTableName
        case transactionCapable
        case getDataExtensions
        case nullCollation
        case quotedIdentifierCase
        case maximumColumnsInSelect
        case maximumStatement

        var code: UInt16 {
            switch self {
            case .concurrentActivities: C.infoConcurrentActivities
            case .concatenationOfNull: C.infoConcatenationOfNull
            case .cursorCommitBehavior: C.infoCursorCommit
            case .cursorRollbackBehavior: C.infoCursorRollback
            case .identifierCase: C.infoIdentifierCase
            case .maximumColumnName: C.infoMaximumColumnName
            case .maximumTableName: C.infoMaximumTableName
            case .transactionCapable: C.infoTransactionCapable
            case .getDataExtensions: C.infoGetDataExtensions
            case .nullCollation: C.infoNullCollation
            case .quotedIdentifierCase: C.infoQuotedIdentifierCase
            case .maximumColumnsInSelect: C.infoMaximumColumnsInSelect
            case .maximumStatement: C.infoMaximumStatement
            }
        }
    }
}
