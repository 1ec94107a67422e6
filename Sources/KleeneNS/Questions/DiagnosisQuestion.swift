import Extraction

/// What `doctor` looks at in a source, from the driver's file to one login.
struct DiagnosisQuestion: Question {
    static let name = "diagnosis"
    static let pursuit = "while it was examined"

    func answer(in room: WorkerRoom<some Source>, tell: ([Check]) -> Void) throws {
        tell(room.diagnose())
    }

    static func explained(_ answer: [Check], by printed: DriverWords) -> [Check] {
        answer.map { printed.beside($0) }
    }
}
