package import Extraction
package import ODBC
package import Rows

/// What is at the other end of an ODBC driver: how to log in, what SQL it takes, where its catalog is, what its errors
/// mean.
///
/// Everything that makes NetSuite different from any other data source is behind this, so that reading has no `if` for it.
package protocol ODBCService: Sendable {
    /// The statements that prove how text arrives, and what their answers must be.
    var encodingProbe: EncodingProbe { get }

    /// Whether sessions are told what their driver's profile says, by one statement after connecting.
    var settlesSessions: Bool { get }

    /// What to connect with. Called for every physical connection, because some passwords are good for one only.
    func connectionPlan() throws -> ConnectionPlan

    /// The same as far as it is there without asking anybody, to be looked at and not connected with.
    func plainPlan() throws -> ConnectionPlan

    /// Runs one login, or refuses to, and keeps count of how it ended, by the driver's own error. All that a login takes
    /// belongs into it, `connectionPlan` too.
    func guarding<Result>(_ login: () throws -> Result) throws -> Result

    /// Told each connection that a login has opened.
    func hasOpened(_ connection: Connection)

    /// The SQL it takes, given what its driver says of quoting.
    func dialect(profile: DriverProfile, identifierQuote: String?, catalogSeparator: String?) -> ODBCDialect

    /// Which source is at the other end of a connection; nil where nobody can tell.
    func identity(on connection: Connection, profile: DriverProfile) -> SourceIdentity?

    func tables(schema: String?, on connection: Connection) throws(ODBCError) -> [CatalogTable]

    /// A table's columns; nil where it lists no such table. `Failure` where the name is ambiguous.
    func columns(
        of table: TableName, withKey: Bool, profile: DriverProfile, on connection: Connection
    ) throws -> CatalogTableColumns?

    /// The columns of listed tables, table by table in any order, as far as few statements bring them: of the others the caller
    /// asks one by one.
    ///
    /// - Returns: The tables that were told.
    func eachColumns(
        of tables: Set<TableName>, profile: DriverProfile, on connection: Connection,
        tell: (CatalogTableColumns) throws -> Void
    ) throws -> Set<TableName>

    /// Which letters are the same in the names of its columns.
    func nameCase(_ profile: DriverProfile) -> NameCase

    /// What is publicly known of a table of it.
    func knowledge(of table: TableName) -> TableKnowledge?

    /// Where it keeps which of its records were deleted; nil for one that keeps none.
    var deletionLog: DeletionLog? { get }
    /// The tables in which a record was whose deletion is recorded under a type's name, or else under a number.
    func tables(deletedAs type: String?, recordType: Int?) -> [String]

    /// What it knows of an error of its own; nil for what drivers and databases of any kind say.
    func verdict(on error: ODBCError, _ phase: FailureClassifier.Phase) -> FailureVerdict?

    /// Whether a login that failed in this way may be tried again without harm.
    func mayLogInAgain(after error: ODBCError) -> Bool

    /// What makes sentences of errors.
    var classifier: FailureClassifier { get }

    /// What `doctor --probe` asks. Made anew for each probe.
    var probePlan: ProbePlan { get }
}

extension ODBCService {
    package var encodingProbe: EncodingProbe { .standard }
    package func identity(on connection: Connection, profile: DriverProfile) -> SourceIdentity? { nil }
    package var settlesSessions: Bool { false }
    package func plainPlan() throws -> ConnectionPlan { try connectionPlan() }
    package func guarding<Result>(_ login: () throws -> Result) throws -> Result { try login() }
    package func hasOpened(_ connection: Connection) {}
    package func knowledge(of table: TableName) -> TableKnowledge? { nil }
    package var deletionLog: DeletionLog? { nil }
    package func tables(deletedAs type: String?, recordType: Int?) -> [String] { [] }
    package func mayLogInAgain(after error: ODBCError) -> Bool { true }
    package func nameCase(_ profile: DriverProfile) -> NameCase { profile.nameCase }
    package func eachColumns(
        of tables: Set<TableName>, profile: DriverProfile, on connection: Connection,
        tell: (CatalogTableColumns) throws -> Void
    ) throws -> Set<TableName> { [] }
    package func verdict(on error: ODBCError, _ phase: FailureClassifier.Phase) -> FailureVerdict? { nil }

    /// What an error means for a person.
    package func failure(_ error: ODBCError, _ phase: FailureClassifier.Phase) -> Failure {
        classifier.failure(error, phase, known: verdict)
    }
}
