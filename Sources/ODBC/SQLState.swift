/// The five characters with which ODBC classes a diagnostic. An open set: drivers invent their own.
package struct SQLState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    /// The first two characters, which name the class.
    package var classCode: Substring { rawValue.prefix(2) }

    package var description: String { rawValue }

    /// String data, right truncated.
    package static let truncated = SQLState(rawValue: "01004")
    /// An option's value was changed.
    package static let optionValueChanged = SQLState(rawValue: "01S02")
    /// The driver reports an error of its own making.
    package static let general = SQLState(rawValue: "HY000")
    /// Disconnect with a transaction open.
    package static let transactionOpen = SQLState(rawValue: "25000")
    /// Data source name not found, and no default driver.
    package static let dataSourceNotFound = SQLState(rawValue: "IM002")
    /// The driver's library could not be loaded.
    package static let driverNotLoaded = SQLState(rawValue: "IM003")
    /// A statement took longer than it may.
    package static let timeout = SQLState(rawValue: "HYT00")
    /// The driver lacks the function.
    package static let functionMissing = SQLState(rawValue: "IM001")

    /// Class 28: the login was refused.
    package var isInvalidAuthorization: Bool { classCode == "28" }
    /// Class 08: the connection.
    package var isConnectionException: Bool { classCode == "08" }
}
