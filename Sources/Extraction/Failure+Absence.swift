extension Failure {
    /// Something that is named, in a configuration or by a flag, and that the source does not have: a schema, a table, a column.
    ///
    /// The one place that says which kind of failure that is, and so with which code every command ends that meets it. It is none of
    /// the configuration's: what is wrong with that is known without asking, and this only the source can tell, which may have had it
    /// yesterday, or does not show it to this user.
    ///
    /// - Parameters:
    ///   - message: What is named, and where it is not.
    ///   - advice: What to do next; the near name, where there is one.
    package static func absent(_ message: String, advice: String = "") -> Failure {
        Failure(.statement, message, advice: advice)
    }
}
