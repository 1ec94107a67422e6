import ArgumentParser

/// The value of an option that takes whatever stands behind it, so that it may be below zero.
enum OptionValue {
    /// Refuses a flag in the place of the value, which was forgotten.
    static func check(_ value: String, of option: String) throws {
        guard value.hasPrefix("--") else { return }
        throw ValidationError("'\(option)' has no value: '\(value)' follows it.")
    }
}
