import Extraction
import FoundationEssentials
import Rows

/// Which columns identify a table's rows: what others say, and what the data say.
struct KeyQuestion: Question {
    let table: TableName
    let statements: Int
    let seconds: Int
    /// The columns that an extract of the table masks: no example shows their values.
    var masked: [String] = []

    static let name = "keys"
    static let pursuit = "while it was looked for what identifies rows"

    enum Answer: Codable, Sendable {
        /// What the next statement is about: a sign of life.
        case asking(String)
        case found(KeyFindings)
    }

    func answer(in room: WorkerRoom<some Source>, tell: (Answer) -> Void) throws {
        let source = try room.connected()
        tell(.asking("the columns of \(table)"))
        let listing = try source.columns(of: table)
        let clock = ContinuousClock()
        let start = clock.now
        try withoutActuallyEscaping(tell) { tell in
            var search = KeySearch(
                source, listing, limits: .init(statements: statements, seconds: seconds),
                elapsed: { (clock.now - start) / .seconds(1) }
            ) { about in
                try room.stopIfInterrupted()
                tell(.asking(about))
            }
            tell(.found(withoutMasked(try search.run())))
        }
    }

    private func withoutMasked(_ findings: KeyFindings) -> KeyFindings {
        var findings = findings
        for index in findings.candidates.indices {
            let columns = findings.candidates[index].columns
            for place in columns.indices where masked.contains(where: { NameCase.unicode.areSame($0, columns[place]) })
            {
                for example in findings.candidates[index].proof?.examples.indices ?? 0..<0 {
                    findings.candidates[index].proof?.examples[example].hide(place)
                }
            }
        }
        return findings
    }
}
