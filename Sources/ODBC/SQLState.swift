/// The five characters with which ODBC classes a diagnostic. An open set: drivers invent their own.
///
/// States are classes of states too: a shorter one, such as `connection`, matches all that begin with it (`~=`), while `==`
/// compares letter by letter.
package struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    private init(_ rawValue: String) { self.rawValue = rawValue }

    package var description: String { rawValue }

    /// Whether a state is the one that is given, or of that class.
    package static func ~= (pattern: SQLState, state: SQLState) -> Bool { state.rawValue.hasPrefix(pattern.rawValue) }

    // MARK: Classes

    /// No error: the call did what it was to do.
    package static let warning = SQLState("01")
    package static let connection = SQLState("08")
    /// The login was refused.
    package static let invalidAuthorization = SQLState("28")
    /// The driver manager's own: drivers and data sources that are not there or not usable.
    package static let driverManager = SQLState("IM")
    /// A value for which an expression has no result, such as a division by zero.
    package static let dataException = SQLState("22")
    /// The source gave a transaction up: a deadlock, or a standby that had to go on with what its primary sent.
    package static let rolledBack = SQLState("40")
    /// A login, a statement or an answer took longer than it may.
    package static let timeout = SQLState("HYT")
    /// PostgreSQL: the server is starting, stopping, or was told to end the session.
    package static let operatorIntervention = SQLState("57P")

    // MARK: ODBC's

    package static let noError = SQLState("00000")
    /// String data, right truncated.
    package static let truncated = SQLState("01004")
    /// An option's value was changed.
    package static let optionValueChanged = SQLState("01S02")
    /// The client could not establish the connection; many drivers' state for every failed login.
    package static let cannotConnect = SQLState("08001")
    /// The server rejected the connection.
    package static let rejected = SQLState("08004")
    /// The connection failed during a transaction.
    package static let lostInTransaction = SQLState("08007")
    /// The communication link failed.
    package static let linkFailed = SQLState("08S01")
    /// Disconnect with a transaction open.
    package static let transactionOpen = SQLState("25000")
    /// A catalog, that is a database, which is not there.
    package static let noSuchDatabase = SQLState("3D000")
    package static let syntaxError = SQLState("42000")
    package static let noSuchTable = SQLState("42S02")
    package static let noSuchColumn = SQLState("42S22")
    /// The driver reports an error of its own making.
    package static let general = SQLState("HY000")
    /// The driver could not get memory.
    package static let noMemory = SQLState("HY001")
    /// No more handles, or another thing of this machine.
    package static let noHandles = SQLState("HY014")
    /// The driver does not do that.
    package static let notImplemented = SQLState("HYC00")
    /// A statement took longer than it may.
    package static let statementTimeout = SQLState("HYT00")
    /// ODBC 2's `HYT00`, which old drivers still give.
    package static let statementTimeout2 = SQLState("S1T00")
    /// Data source name not found, and no default driver.
    package static let dataSourceNotFound = SQLState("IM002")
    /// The driver's library could not be loaded.
    package static let driverNotLoaded = SQLState("IM003")
    /// The driver has no environment to give.
    package static let noEnvironment = SQLState("IM004")
    /// The driver has no connection to give.
    package static let noConnectionHandle = SQLState("IM005")

    // MARK: Databases'

    /// PostgreSQL: no function or operator takes what it was given.
    package static let undefinedFunction = SQLState("42883")
    /// PostgreSQL, and those who speak as it does: not a part of their SQL.
    package static let unsupportedFeature = SQLState("0A000")
    /// PostgreSQL: the user lacks a right.
    package static let insufficientPrivilege = SQLState("42501")
    /// PostgreSQL: the statement is no SQL.
    package static let syntaxErrorOfPostgreSQL = SQLState("42601")
    /// PostgreSQL: it has no connection left.
    package static let tooManyConnections = SQLState("53300")
    /// PostgreSQL: a statement was given up, by its limit or by somebody.
    package static let canceled = SQLState("57014")
    /// PostgreSQL: an administrator has ended the session.
    package static let adminShutdown = SQLState("57P01")
    /// PostgreSQL: it is starting or stopping.
    package static let cannotConnectNow = SQLState("57P03")
}
