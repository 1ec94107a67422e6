import Text

/// What is said once the file is written: what was done, and what comes next.
struct SetupEnding {
    let place: SetupPlace
    let name: String
    /// What makes the same file without a question.
    let command: String
    /// Whether all secrets are where cron finds them.
    let isForCron: Bool

    var text: String {
        let flags = place.flags.map { " " + ShellWord.quoted($0) }.joined()
        let head = place.isAdding ? "\(place.file) has the extract \"\(name)\" too." : "\(place.file) is written."
        let lines = [
            head, "Next:", "  kleene-ns extract \(ShellWord.quoted(name))\(flags)",
            isForCron
                ? "  kleene-ns schedule --every 6h\(flags) --install    # without --install it is only shown"
                : "  kleene-ns schedule --every 6h\(flags)    # with --install once cron can find the secrets",
            "  kleene-ns init --add\(flags)",
            "The same without a question:", "  " + command,
        ]
        return lines.joined(separator: "\n") + "\n"
    }
}
