import Extraction
import FoundationEssentials
import Text

/// Whether the tables of extracts are what the source has, extract by extract; and their repair, where that is asked for.
struct VerifyQuestion: Question {
    let extracts: [TableExtract]
    let destination: DestinationConfiguration
    let settings: RunSettings
    let options: VerifyOptions

    var secrets: [Secret] { destination.secrets }

    static let name = "verify"
    static let pursuit = "while it was compared with the destination"

    enum Answer: Codable, Sendable {
        /// What is done next: a sign of life.
        case doing(extract: String, text: String)
        case note(extract: String, text: String)
        case found(VerifyRecord)
    }

    func answer(in room: WorkerRoom<some Source>, tell: (Answer) -> Void) throws {
        try withoutActuallyEscaping(tell) { tell in
            try verify(room, into: room.destination(destination), tell: tell)
        }
    }

    private func verify(
        _ room: WorkerRoom<some Source>, into destination: some Destination, tell: @escaping (Answer) -> Void
    ) throws {
        // A pipe writes one line at a time, whoever says it; nobody says anything behind the end.
        nonisolated(unsafe) let say = tell
        for extract in extracts {
            if room.isInterrupted() { return }
            let context = RunContext(
                settings: settings, version: Version.current,
                observe: { event in
                    if let answer = Self.answer(event, extract) { unsafe say(answer) }
                }, isInterrupted: room.isInterrupted)
            let verification = Verification(
                source: room.source, destination: destination, context: context, options: options,
                makeSource: room.makeSource,
                tell: { unsafe say(.doing(extract: extract.name, text: $0)) })
            let run = RunIdentity(startedAt: Timestamp(Date()), salt: .random(in: 0...UInt32.max))
            let record = verification(extract, run: run)
            unsafe say(.found(record))
            // A refused login is never tried again by itself: the next try could lock the account.
            if [.credentials, .interrupted].contains(record.failure?.kind) { return }
        }
    }

    private static func answer(_ event: RunEvent, _ extract: TableExtract) -> Answer? {
        switch event {
        case .note(_, let text): .note(extract: extract.name, text: text)
        case .progress(_, let rows, _):
            .doing(extract: extract.name, text: "reading, \(Sentence.count(rows, "row")) so far")
        case .waiting(_, let text): .doing(extract: extract.name, text: text ?? "waiting")
        case .reading, .restarted: .doing(extract: extract.name, text: "reading")
        case .started, .connected, .planned, .loading, .finished: nil
        }
    }
}
