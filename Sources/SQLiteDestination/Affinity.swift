package import Staging
import Text

/// What a column of an existing table does to values that are stored there.
package enum Affinity: String, Sendable, CaseIterable {
    case integer = "INTEGER"
    case numeric = "NUMERIC"
    case real = "REAL"
    case text = "TEXT"
    /// Keeps every value as it is; what SQLite calls BLOB, or none.
    case none = "BLOB"

    /// SQLite's own rules for a declared type, in its order ("Determination Of Column Affinity").
    package init(declaredType: String) {
        // Only ASCII's letters have a case to SQLite.
        let type = String(
            decoding: declaredType.utf8.map { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 ? $0 - 32 : $0 },
            as: UTF8.self)
        if type.holds("INT") {
            self = .integer
        } else if type.holds("CHAR") || type.holds("CLOB") || type.holds("TEXT") {
            self = .text
        } else if type.holds("BLOB") || type.isEmpty {
            self = .none
        } else if type.holds("REAL") || type.holds("FLOA") || type.holds("DOUB") {
            self = .real
        } else {
            self = .numeric
        }
    }

    /// Whether every value of a storage comes back from such a column as it went in.
    package func keeps(_ storage: Storage) -> Bool {
        switch (storage, self) {
        case (_, .none), (.blob, _): true
        case (.integer, .integer), (.integer, .numeric): true
        case (.real, .real), (.text, .text): true
        // A double with a whole value becomes an integer, digits become numbers, numbers become digits.
        case (.integer, _), (.real, _), (.text, _), (.any, _): false
        }
    }
}
