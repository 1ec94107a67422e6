import Text

/// Keywords of connection strings that say what to connect to, or have the string written to a file. Among other attributes they
/// would pass by what is asked of the driver before a login, such as whether it logs passwords.
enum TargetKeyword {
    static let refusal =
        "says what to connect to; that is \"driver\", \"dsn\" or \"connection_string\" beside \"attributes\"."

    static func isOne(_ keyword: String) -> Bool {
        ["driver", "dsn", "filedsn", "savefile"].contains(keyword.trimmingBlanks.lowercased())
    }
}
