import Text

/// How a question looks on a screen.
struct SetupPage {
    let question: SetupQuestion
    /// Places of the options that a part of a name has chosen; nil for the first ones.
    var narrowed: [Int]?
    var width = 80

    /// Options that are shown once a person has said which.
    private static let most = 40

    var lines: [String] {
        // What was explained once is not again.
        let notes = narrowed == nil ? question.notes.flatMap { $0.wrapped(to: width - 3).map { "  " + $0 } } : []
        let body = notes + options
        return [""] + (body.isEmpty ? [] : [question.title + ":"] + body)
    }

    private var options: [String] {
        let all = question.options
        let shown: [Int] =
            switch question.kind {
            case .choice: Array(all.indices)
            default:
                narrowed.map { Array($0.prefix(Self.most)) } ?? Array(all.indices.prefix(room))
            }
        let numbers = shown.map { String($0 + 1) }
        let numberWidth = numbers.map(\.count).max() ?? 0
        let valueWidth = min(shown.map { all[$0].value.displayWidth }.max() ?? 0, 32)
        var lines = zip(shown, numbers).flatMap { index, number -> [String] in
            let head =
                "  " + String(repeating: " ", count: numberWidth - number.count) + number + "  "
                + all[index].value.visible
            guard !all[index].words.isEmpty else { return [head] }
            let indent = numberWidth + valueWidth + 6
            let padded = head + String(repeating: " ", count: max(2, indent - head.displayWidth))
            let words = all[index].words.wrapped(to: max(24, width - indent - 1))
            return words.enumerated().map { $0 == 0 ? padded + $1 : String(repeating: " ", count: indent) + $1 }
        }
        let count = (narrowed?.count ?? all.count) - shown.count
        if count > 0 { lines.append("  \(String(repeating: " ", count: numberWidth))  … and \(count) more") }
        return lines
    }

    /// What stands before the answer.
    var prompt: String {
        let proposal = question.proposalText.map { " [\($0.elided(to: 60))]" } ?? ""
        let isHidden = if case .secret = question.kind { " (unseen)" } else { "" }
        return "\(question.title)\(isHidden)\(proposal): "
    }

    /// So many options before a person has said which.
    private var room: Int {
        if case .many(_, mayBeAll: true) = question.kind { SetupQuestion.shown * 2 } else { SetupQuestion.shown }
    }
}
