import ArgumentParser
import Text

/// A command that does not exist, and the one that was probably meant: found before the parser, which takes a wrong name for
/// an argument too many.
struct MistypedCommand: Equatable {
    let word: String
    /// The group it was looked for in; nil for the program itself.
    let group: String?
    let nearest: String?

    /// Nil where the arguments name a command, or none.
    init?(_ arguments: [String], in root: any ParsableCommand.Type = KleeneNSCommand.self) {
        var words = arguments[...]
        if words.first == "help" { words = words.dropFirst() }
        var (command, group): (any ParsableCommand.Type, String?) = (root, nil)
        while !command.configuration.subcommands.isEmpty {
            guard let word = words.popFirst(), !word.hasPrefix("-") else { return nil }
            let children = command.configuration.subcommands.filter { $0.configuration.shouldDisplay }
            if let next = children.first(where: { $0._commandName == word }) {
                (command, group) = (next, word)
                continue
            }
            var names = children.map { $0._commandName } + ["help"]
            if arguments.first == "help", group == nil {
                names += HelpTopic.allCases.map(\.rawValue)
                if names.contains(word) { return nil }
            }
            guard word != "help" else { return nil }
            (self.word, self.group, nearest) = (word, group, NearestName.of(word, among: names))
            return
        }
        return nil
    }

    var message: String {
        let place = group.map { "`kleene-ns \($0)` has no command" } ?? "There is no command"
        let prefix = group.map { "\($0) " } ?? ""
        let guess = nearest.map { " Did you mean `kleene-ns \(prefix)\($0)`?" } ?? ""
        return "\(place) \"\(word)\".\(guess) `kleene-ns \(prefix)--help` lists the commands."
    }
}
