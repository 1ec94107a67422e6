import Extraction
import SuiteAnalytics

/// What `init` works on: which file, with which source.
struct SetupPlace {
    /// The configuration that is to be, or, where an extract is added, that is there.
    let file: String
    /// Whether a flag names it.
    let isNamed: Bool
    /// Where relative paths start.
    let directory: String
    let mock: MockServer?
    /// Absent: see `StateDirectory`.
    let stateDir: String?
    /// What is there, where an extract is added to it.
    let existing: Configuration?

    var isAdding: Bool { existing != nil }

    var draft: SetupDraft { SetupDraft(beside: file, isAdding: isAdding) }

    /// The flags by which another command works on the same.
    var flags: [String] {
        (isNamed ? ["--config", file] : []) + (mock.map { ["--mock", "\($0.host):\($0.port)"] } ?? [])
            + (stateDir.map { ["--state-dir", $0] } ?? [])
    }

    /// `init` on the same, with these flags, as a line for a shell.
    func command(_ flags: [String]) -> String {
        (["kleene-ns", "init"] + (isAdding ? ["--add"] : []) + flags).map(ShellWord.quoted).joined(separator: " ")
    }

    /// What is known before anybody has answered.
    var knowledge: SetupKnowledge {
        var knowledge = SetupKnowledge()
        knowledge.isMock = mock != nil
        guard let existing else { return knowledge }
        knowledge.isAdding = true
        knowledge.isNetSuite = if case .netSuite = existing.source { true } else { false }
        knowledge.takenNames = Set(existing.extracts.map { $0.name.lowercased() })
        knowledge.takenTables = Set(existing.extracts.map { $0.destinationTable.lowercased() })
        return knowledge
    }
}
