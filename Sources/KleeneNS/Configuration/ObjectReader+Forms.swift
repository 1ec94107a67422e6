/// Members that may be one of two things.
///
/// Which of them it is, only these know: a decoder that looked for itself would ask for one form where a value has it, and for
/// none where there is no value, so that a schema drawn by it would lack the other.
extension ObjectReader {
    /// A string, or a list of strings without repetitions: a list where it is one.
    func stringOrStrings(_ key: String) -> (one: String?, several: [String]?) {
        if sketch != nil { return (string(key), strings(key)) }
        guard case .array? = value(key) else { return (string(key), nil) }
        return (nil, strings(key))
    }

    /// A string, or the object that says more.
    func stringOrObject(_ key: String) -> (text: String?, object: ObjectReader?) {
        if sketch != nil { return (string(key), object(key)) }
        guard case .string? = value(key) else { return (nil, object(key)) }
        return (string(key), nil)
    }

    /// A string, or a reference to a secret.
    func stringOrSecret(_ key: String) -> (text: String?, reference: SecretReference?) {
        if sketch != nil { return (string(key), secret(key)) }
        guard case .object? = value(key) else { return (string(key), nil) }
        return (nil, secret(key))
    }

    /// A string, or null for none.
    func stringOrNull(_ key: String) -> (text: String?, isNull: Bool) {
        sketch?.note(key, .null)
        if case .null? = value(key) { return (nil, true) }
        return (string(key), false)
    }
}
