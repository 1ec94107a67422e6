import CSQLite
import Extraction
import Rows

/// `kleene_moment(text)`, a function for our own statements: a moment in one spelling, `YYYY-MM-DD HH:MM:SS[.f…]` in UTC
/// without zeros at the end, so that text order is that of time and equal texts are equal moments; NULL for what is no
/// moment that orders rows.
///
/// A destination keeps a key as its source spelt it, and sources that keep moments as text spell one in several ways.
package enum MomentFunction {
    static let name = "kleene_moment"

    /// A column's moments in one spelling, as SQL.
    package static func sql(_ column: String) -> String { "\(name)(\(column))" }

    /// Teaches it to a connection.
    static func register(on database: OpaquePointer) -> Int32 {
        unsafe sqlite3_create_function_v2(
            database, name, 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, nil,
            { context, _, arguments in
                guard let value = unsafe arguments?[0], unsafe sqlite3_value_type(value) == SQLITE_TEXT,
                    let bytes = unsafe sqlite3_value_text(value)
                else { return unsafe sqlite3_result_null(context) }
                let count = unsafe Int(sqlite3_value_bytes(value))
                guard let moment = unsafe MomentReading(bytes, count: count).moment else {
                    return unsafe sqlite3_result_null(context)
                }
                // Most are spelt so already.
                if count == 19, unsafe bytes[16] == UInt8(ascii: ":"), moment.separator == UInt8(ascii: " "),
                    moment.offset == nil
                {
                    return unsafe sqlite3_result_value(context, value)
                }
                let text = Moment(seconds: moment.instant, nanoseconds: moment.nanoseconds).description
                unsafe sqlite3_result_text(context, text, Int32(text.utf8.count), kns_sqlite_transient())
            }, nil, nil, nil)
    }
}
