/// What the service says instead of a result: a SQLSTATE and a text in the vendor's shape.
///
/// The text carries the engine's own number in brackets, because the number is all that survives of the native code
/// on its way through the PostgreSQL driver. Texts that no public source shows are marked `// invented` where they
/// are made.
package struct SQLRefusal: Error, Equatable, Sendable {
    package let sqlState: String
    package let message: String

    /// A refusal exactly as worded, without the vendor's prefix.
    package init(sqlState: String, message: String) {
        self.sqlState = sqlState
        self.message = message
    }

    /// A refusal of the SQL engine: `[NetSuite][ODBC 64 bit driver][OpenAccess SDK SQL Engine]TEXT[CODE]`.
    package static func engine(_ sqlState: String, _ text: String, code: Int) -> SQLRefusal {
        SQLRefusal(sqlState: sqlState, message: "\(enginePrefix)\(text)[\(code)]")
    }

    package static let enginePrefix = "[NetSuite][ODBC 64 bit driver][OpenAccess SDK SQL Engine]"
    package static let clientPrefix = "[NetSuite][ODBC 64 bit driver][64 bit Client]"

    /// The one statement error seen in the wild; it says nothing about where or why.
    package static let syntax = engine("42000", "Syntax Error in the SQL statement.", code: 10104)

    /// Shape known from another vendor's service on the same engine.
    package static func unknownTable(_ name: String) -> SQLRefusal {
        engine("42S02", "Base table:\(name) not found.", code: 10129)
    }

    package static func unknownColumn(_ name: String) -> SQLRefusal {
        engine("42S22", "Column not found:\(name).", code: 10130)  // invented
    }

    package static func ambiguousColumn(_ name: String) -> SQLRefusal {
        engine("42000", "Ambiguous column reference:\(name).", code: 10130)  // invented
    }

    package static func unsupportedFunction(_ name: String) -> SQLRefusal {
        engine("42000", "Function \(name) is not supported.", code: 10104)  // invented
    }

    package static let dateLiteral = engine(
        "42000", "Date literals are not supported. Use TO_DATE.", code: 10104)  // invented

    package static let tooManyColumns = engine(
        "42000", "The query exceeds the limit of 1000 columns.", code: 10104)  // invented

    package static let tooManyListItems = engine(
        "42000", "The IN list exceeds the limit of 1000 items.", code: 10104)  // invented

    package static let tooComplex = engine(
        "42000", "The query is too complex.", code: 10104)  // invented

    package static let readOnly = engine(
        "42000", "Only SELECT statements are supported.", code: 10104)  // invented

    package static let busySession = engine(
        "HY000", "Another query is running in this session. Only one query at a time is supported.",
        code: 10201)  // invented

    package static let connectionExpired = SQLRefusal(
        sqlState: "08S01", message: "\(enginePrefix)Connection expired. Please reconnect")

    package static let cancelled = SQLRefusal(
        sqlState: "57014", message: "canceling statement due to user request")

    package static let timedOut = SQLRefusal(
        sqlState: "57014", message: "canceling statement due to statement timeout")

    package static let invalidUTF8 = SQLRefusal(
        sqlState: "22021", message: "invalid byte sequence for encoding \"UTF8\"")

    package static let abortedTransaction = SQLRefusal(
        sqlState: "25P02",
        message: "current transaction is aborted, commands ignored until end of transaction block")

    /// Reading failed in the middle: seen on `SQLFetch`, after a statement that was accepted.
    package static func failedToRetrieve(ticket: String) -> SQLRefusal {
        engine("HY000", "Failed to retrieve data. Error ticket# \(ticket)", code: 400)
    }
}
