import Extraction
import Text

/// What can be asked of a worker besides an extract: a type with its answer.
///
/// A new question is its type, a line in `Questions.all`, and whoever asks it.
protocol Question: Codable, Sendable {
    /// One part of the answer: told as often as there is something to tell.
    associatedtype Answer: Codable & Sendable

    /// What it is called on the way to the worker.
    static var name: String { get }
    /// What a worker is about that answers it, for the end of a sentence: `while it was asked for its catalog`.
    static var pursuit: String { get }

    /// Secrets that it takes along.
    var secrets: [Secret] { get }

    /// Answers it; in the worker.
    ///
    /// - Parameter tell: Takes a part of the answer. What was told before a failure counts.
    /// - Throws: why there is no answer, or no whole one.
    func answer(in room: WorkerRoom<some Source>, tell: (Answer) -> Void) throws

    /// An answer with what the driver has printed beside the failures in it; in the coordinator.
    static func explained(_ answer: Answer, by printed: DriverWords) -> Answer
}

extension Question {
    var secrets: [Secret] { [] }
    static func explained(_ answer: Answer, by printed: DriverWords) -> Answer { answer }
}
