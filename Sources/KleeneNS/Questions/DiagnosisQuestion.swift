import Extraction

/// What `doctor` looks at in a source, from the driver's file to one login, and then what the configured extracts name; told
/// check by check.
struct DiagnosisQuestion: Question {
    var extracts: [ExtractExamination] = []
    /// Entries for several tables.
    var patterns: [PatternExamination] = []

    static let name = "diagnosis"
    static let pursuit = "while it was examined"

    func answer(in room: WorkerRoom<some Source>, tell: ([Check]) -> Void) throws {
        let checks = room.diagnose()
        tell(checks)
        // On the same login, where there was one.
        guard !checks.contains(where: { $0.status == .fail }) else { return }
        for extract in extracts {
            try room.stopIfInterrupted()
            tell([extract.check(room.source)])
        }
        for pattern in patterns {
            try room.stopIfInterrupted()
            tell([pattern.check(room.source)])
        }
    }

    static func explained(_ answer: [Check], by printed: DriverWords) -> [Check] {
        answer.map { printed.beside($0) }
    }
}
