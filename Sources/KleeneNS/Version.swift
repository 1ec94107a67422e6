/// The version of kleene-ns, as `--version` prints it and run records hold it.
enum Version {
    static let current = "0.1.0"
}
