import Extraction
import FoundationEssentials

/// Reads what a worker says, without any secret: each text of it loses them as it is decoded, whichever type it is a part of.
///
/// So an event or an answer that is new needs to do nothing for it. What would be another thing without its letters is left
/// as it is: raw values of enumerations, types that are `Verbatim`, and what a type `HoldsNames` for. Keys are ours: nothing is
/// told by a dictionary whose keys are a source's words.
struct WordReader {
    private let redact: Redactor
    private let decoder = JSONDecoder()

    init(_ redact: Redactor) {
        self.redact = redact
    }

    /// Decodes a line of JSON.
    ///
    /// - Throws: what the decoder says of a line that is no `Value`.
    func read<Value: Decodable>(_ type: Value.Type, _ line: [UInt8]) throws -> Value {
        guard redact.concerns(line) else { return try decoder.decode(type, from: Data(line)) }
        return try decoder.decode(Concealed<Value>.self, from: Data(line), configuration: redact).value
    }
}

/// A type whose texts are values and no words: changed they could not be read, or would be another value.
protocol Verbatim {}

extension RunIdentity: Verbatim {}
extension Timestamp: Verbatim {}
extension KeyValue: Verbatim {}
extension SourceClock: Verbatim {}
/// The user's own configuration, in which no secret can stand.
extension TableExtract: Verbatim {}

/// A type some of whose texts are names by which a run is known again, or values.
protocol HoldsNames {
    /// The coding keys of these texts.
    static var names: Set<String> { get }
}

extension RunEvent: HoldsNames {
    static var names: Set<String> { ["extract", "window"] }
}

extension Failure: HoldsNames {
    static var names: Set<String> { ["sqlState", "function"] }
}

extension VerifyRecord: HoldsNames {
    static var names: Set<String> { ["id", "extract", "sourceTable", "destinationTable", "repairRun", "version"] }
}

extension RunRecord: HoldsNames {
    static var names: Set<String> {
        ["runID", "extract", "sourceTable", "destinationTable", "window", "resumedFrom", "version"]
    }
}
