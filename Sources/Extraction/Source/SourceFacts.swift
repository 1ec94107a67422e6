/// What a connected source says of itself. No secret.
package struct SourceFacts: Codable, Hashable, Sendable {
    package var driverName: String
    package var driverVersion: String
    package var databaseName: String
    package var databaseVersion: String
    /// How text reaches us: `narrow UTF-8` or `wide UTF-16`.
    package var encoding: String
    /// Which source it is; nil where that is not known.
    package var identity: SourceIdentity?

    package init(
        driverName: String, driverVersion: String, databaseName: String, databaseVersion: String, encoding: String,
        identity: SourceIdentity? = nil
    ) {
        self.driverName = driverName
        self.driverVersion = driverVersion
        self.databaseName = databaseName
        self.databaseVersion = databaseVersion
        self.encoding = encoding
        self.identity = identity
    }
}
