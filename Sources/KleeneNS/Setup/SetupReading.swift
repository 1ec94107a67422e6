import Extraction
import Text

/// What a line that a person has typed means as the answer to a question.
enum SetupReading: Equatable, Sendable {
    case answer([String])
    /// A part of a name: the options that have it, by their places.
    case narrowed([Int])
    /// The secret itself, to be put into its file. It is not in this value.
    case typed
    /// The question before this one.
    case back
    /// Have the data say it.
    case prove
    case fault(String)
}

extension SetupQuestion {
    /// Reads a line. Numbers are those of the options, from 1.
    func reading(_ line: String) -> SetupReading {
        let line = line.trimmingBlanks
        if line == "<" { return .back }
        if line == "?", canProve { return .prove }
        if line.isEmpty { return proposal.map { .answer($0) } ?? .fault("An answer is needed; < goes back.") }
        switch kind {
        case .text(let isOptional):
            return isOptional && line == SetupAnswers.none ? .answer([]) : .answer([line])
        case .secret:
            return SecretSpelling(line) == nil ? .typed : .answer([line])
        case .choice(let options):
            if let index = place(line, in: options) { return .answer([options[index].value]) }
            return .fault(
                "\"\(line)\" is none of them: \(options.map(\.value).joined(separator: ", ")).")
        case .one(let options):
            if let index = place(line, in: options) { return .answer([options[index].value]) }
            let found = part(line, of: options)
            return found.count == 1 ? .answer([options[found[0]].value]) : narrowed(line, found)
        case .many(let options, let mayBeAll): return several(line, options, mayBeAll)
        }
    }

    private func several(_ line: String, _ options: [SetupOption], _ mayBeAll: Bool) -> SetupReading {
        if mayBeAll, line == SetupAnswers.all || (line == "all" && place(line, in: options) == nil) {
            return .answer([])
        }
        if !mayBeAll, line == SetupAnswers.none { return .answer([]) }
        // Nobody has listed them.
        let words = line.split { $0 == "," || $0 == " " }.map { String($0) }
        guard !options.isEmpty else { return .answer(words) }
        var chosen: [String] = []
        for word in words {
            if let places = range(word, in: options) ?? place(word, in: options).map({ [$0] }) {
                chosen += places.map { options[$0].value }.filter { !chosen.contains($0) }
            } else if mayBeAll, ColumnChoice.readsLikePattern(word) {
                if !chosen.contains(word) { chosen.append(word) }
            } else {
                return words.count == 1 ? narrowed(word, part(word, of: options)) : unknown(word)
            }
        }
        return chosen.isEmpty ? .fault("An answer is needed; < goes back.") : .answer(chosen)
    }

    private func narrowed(_ line: String, _ found: [Int]) -> SetupReading {
        found.isEmpty ? unknown(line) : .narrowed(found)
    }

    private func unknown(_ word: String) -> SetupReading {
        let guess = NearestName.of(word, among: options.map(\.value)).map { " Did you mean \"\($0)\"?" } ?? ""
        return .fault("Nothing is called \"\(word)\".\(guess)")
    }

    /// By its name, or by its number; a name of digits goes first.
    private func place(_ word: String, in options: [SetupOption]) -> Int? {
        if let exact = options.firstIndex(where: { $0.value == word }) { return exact }
        if let same = options.firstIndex(where: { $0.value.lowercased() == word.lowercased() }) { return same }
        guard let number = Int(word), options.indices.contains(number - 1) else { return nil }
        return number - 1
    }

    /// `3-7`.
    private func range(_ word: String, in options: [SetupOption]) -> [Int]? {
        let ends = word.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last,
            options.indices.contains(first - 1), options.indices.contains(last - 1)
        else { return nil }
        return Array((first - 1)...(last - 1))
    }

    private func part(_ word: String, of options: [SetupOption]) -> [Int] {
        let word = word.lowercased()
        return options.indices.filter { options[$0].value.lowercased().contains(word) }
    }
}
