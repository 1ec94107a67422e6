package import Staging

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
        let type = declaredType.uppercased()
        if type.contains("INT") {
            self = .integer
        } else if type.contains("CHAR") || type.contains("CLOB") || type.contains("TEXT") {
            self = .text
        } else if type.contains("BLOB") || type.isEmpty {
            self = .none
        } else if type.contains("REAL") || type.contains("FLOA") || type.contains("DOUB") {
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
