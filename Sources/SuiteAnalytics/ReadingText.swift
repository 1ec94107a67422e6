import Extraction
import ODBC

/// What a failed statement or fetch means: its class, and the words for it.
struct ReadingText: Sendable {
    var text: ServiceText
    var kind: FailureClass
    /// Behind "… failed, because".
    var reason: String
    var advice: String

    /// What to do, with the name of the table that was asked for.
    func advice(about table: String?) -> String {
        table.map { advice.replacing("kleene-ns columns TABLE", with: "kleene-ns columns \($0)") } ?? advice
    }

    private static let again = "Nothing was loaded; run the same command again."

    /// The first that matches holds.
    static let all = [
        ReadingText(
            text: ServiceText(words: [
                "another query is running", "one query at a time", "one statement at a time", "connection is busy",
            ]), kind: .sessionGone,
            reason: "its session is still busy with another query, and NetSuite runs one at a time in each",
            advice: "A new run has a session of its own. " + again),
        ReadingText(
            text: ServiceText(
                words: [
                    "connection expired", "please reconnect", "session refused", "session expired", "session … killed",
                    "session … terminated", "communication link", "reset by peer",
                ], codes: [2300, 2310, 2404], states: [.connection, .adminShutdown]),
            kind: .sessionGone, reason: "the connection is gone",
            advice:
                "NetSuite ends sessions that are idle for ninety minutes, and any session under load or during maintenance. "
                + again),
        ReadingText(
            text: ServiceText(words: ["timeout", "timed out"], codes: [2200, 9535], states: [.timeout]),
            kind: .timeout, reason: "NetSuite gave no answer in time",
            advice:
                "Read smaller chunks with \"chunk_rows\" or --chunk-rows, or fewer columns with \"columns\" or --columns, or at a quieter hour. "
                + again),
        ReadingText(
            text: ServiceText(words: ["failed to retrieve data"], codes: [400]), kind: .data,
            reason: "NetSuite could not go on reading its data",
            advice:
                "Run the same command again; if it fails again, give NetSuite's support the error ticket. Where it came while "
                + "rows were read, leaving out long and calculated columns with \"columns\" or --columns helps."),
        ReadingText(
            text: ServiceText(words: ["too complex", "query complexity", "complexity limit"]), kind: .statement,
            reason: "the query is too complex for NetSuite",
            advice: "Read fewer columns with \"columns\" or --columns; calculated ones first."),
        ReadingText(
            text: ServiceText(words: ["disk cache file size"]), kind: .statement,
            reason: "the result is too large for NetSuite's own working space",
            advice: "Read fewer columns with \"columns\" or --columns; long ones first."),
        ReadingText(
            text: ServiceText(words: [
                "limit of … columns", "more than … columns", "too many columns", "maximum number of columns",
            ]), kind: .statement, reason: "the query names more columns than the 1000 that NetSuite takes",
            advice: "List the columns to read with \"columns\" or --columns."),
        ReadingText(
            text: ServiceText(words: [
                "in list … 1000", "in clause … 1000", "maximum number of expressions in a list", "ora-01795",
            ]), kind: .statement, reason: "a list in it has more members than the 1000 that NetSuite takes",
            advice: "Shorten the list; several extracts can each have a part of it."),
        ReadingText(
            text: ServiceText(words: ["could not find any column information"], codes: [10131]), kind: .statement,
            reason: "the role may see the table but none of its columns",
            advice: rights("the record type's permissions")),
        ReadingText(
            text: ServiceText(
                words: [
                    "base table … not found", "table … does not exist", "invalid or unsupported search",
                    "record type … not found",
                ],
                codes: [10129], states: [.noSuchTable]),
            kind: .statement, reason: "NetSuite has no such table for this role",
            advice: "`kleene-ns tables` lists those it has, and names can change with a release. "
                + rights("the record type's permission, and its feature (Setup > Company > Enable Features)")),
        ReadingText(
            text: ServiceText(
                words: [
                    "column not found", "column … not found", "invalid column", "unknown column", "unknown identifier",
                    "invalid identifier", "field … not found",
                ], codes: [10130], states: [.noSuchColumn]),
            kind: .statement, reason: "a column in it does not exist for this role",
            advice:
                "`kleene-ns columns TABLE` lists those the table has: fields come and go with features, permissions and releases."
        ),
        ReadingText(
            text: ServiceText(
                words: ["permission", "privilege", "not authorized", "access denied"], states: [.insufficientPrivilege]),
            kind: .statement, reason: "the role lacks a permission",
            advice: rights("the record type's permission, or \"SuiteAnalytics Connect - Read All\"")),
        ReadingText(
            text: ServiceText(
                words: ["syntax error"], codes: [10104, 10179], states: [.syntaxError, .syntaxErrorOfPostgreSQL]),
            kind: .statement, reason: "NetSuite does not take the statement",
            advice:
                "The error often means one column, such as one named like a word of SQL: read the table's columns in parts "
                + "with \"columns\" or --columns to find it, and leave it out."),
        ReadingText(
            text: ServiceText(words: ["error ticket#"]), kind: .data, reason: "NetSuite met an error of its own",
            advice: "Run the same command again; if it fails again, give NetSuite's support the error ticket."),
    ]

    private static func rights(_ what: String) -> String {
        "Give the role \(what) under Setup > Users/Roles > Manage Roles, or leave the table out."
    }
}
