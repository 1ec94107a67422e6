import CSQLite
import Glibc
import Rows

/// `kleene_moments`, a collation for our own statements: texts that are moments in the order of time, whatever their spelling. What is
/// no moment that orders rows is equal to everything, so that this is no order to sort by, only one to compare two values by.
///
/// Beside `MomentFunction`, because a statement that calls a function of anybody's may end in its middle for all that SQLite (3.40.1)
/// knows: in a transaction it copies each page that it changes into a journal of its own, a third more to write. A collation cannot
/// end a statement.
package enum MomentOrder {
    static let name = "kleene_moments"

    /// Whether a value is at least as new as another, as SQL: true where one of them is no moment. Numbers come before all texts in SQLite,
    /// and bytes behind them.
    package static func isAtLeast(_ new: String, _ old: String) -> String {
        let isNoText = [new, old].map { "\($0) IS NULL OR \($0) < '' OR \($0) >= x''" }
        return "(\(new) >= \(old) COLLATE \(name) OR \(isNoText.joined(separator: " OR ")))"
    }

    /// Teaches it to a connection.
    static func register(on database: OpaquePointer) -> Int32 {
        unsafe sqlite3_create_collation_v2(
            database, name, SQLITE_UTF8, nil,
            { _, leftCount, left, rightCount, right in
                guard let left = unsafe left, let right = unsafe right else { return 0 }
                // Most are spelt alike, and many are the same.
                if leftCount == rightCount, unsafe memcmp(left, right, Int(leftCount)) == 0 { return 0 }
                let first = unsafe MomentReading(left.assumingMemoryBound(to: UInt8.self), count: Int(leftCount)).moment
                let second = unsafe MomentReading(right.assumingMemoryBound(to: UInt8.self), count: Int(rightCount))
                    .moment
                guard let first, let second else { return 0 }
                if first.instant != second.instant { return first.instant < second.instant ? -1 : 1 }
                return first.nanoseconds == second.nanoseconds ? 0 : first.nanoseconds < second.nanoseconds ? -1 : 1
            }, nil)
    }
}
