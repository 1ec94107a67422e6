import Extraction
import FoundationEssentials
import Rows
import Text

/// What becomes of a watermark when a person moves it: pure, and refused where rows could be lost unseen.
enum WatermarkMove {
    /// Back to a value: the next run reads from there on.
    static func rewind(_ state: ExtractState, to text: String) throws -> Watermark {
        let kind = state.basis.kind
        guard let value = KeyValue(text, kind: kind) else {
            throw Failure(
                .configuration,
                "\"\(text)\" is no value of the key \"\(state.basis.key)\", \(Sentence.article(kind.rawValue)).",
                advice: form(of: kind))
        }
        guard state.watermark.value.isBelow(value) != true else {
            throw Failure(
                .configuration,
                "\(value) lies above the watermark of \"\(state.extract)\", which is \(state.watermark): the rows between "
                    + "would never be read.", advice: "A watermark is rewound to what lies below it.")
        }
        return Watermark(value, isInclusive: false)
    }

    /// Back by a span of time, or by so many values of a key of whole numbers.
    static func rewind(_ state: ExtractState, by text: String) throws -> Watermark {
        func refuse(_ expected: String) -> Failure {
            Failure(
                .configuration, "\"\(text)\" is not how far a key of kind \(state.basis.kind.rawValue) can be rewound.",
                advice: expected)
        }
        switch state.watermark.value {
        case .timestamp(let moment):
            guard let seconds = DurationText.seconds(text) else { throw refuse("Give \(DurationText.form).") }
            return Watermark(.timestamp(moment.adding(seconds: -seconds)), isInclusive: false)
        case .date(let moment):
            guard let seconds = DurationText.seconds(text) else { throw refuse("Give \(DurationText.form).") }
            return Watermark(.date(moment.adding(seconds: -seconds).startOfDay), isInclusive: false)
        case .integer(let number):
            guard let distance = Int64(text), distance >= 0 else { throw refuse("Give a whole number.") }
            let (value, overflows) = number.subtractingReportingOverflow(distance)
            return Watermark(.integer(overflows ? .min : value), isInclusive: false)
        case .text: throw refuse("Only the source can order text: give --to.")
        }
    }

    /// The watermark that the rows of a destination table stand for.
    ///
    /// - Parameters:
    ///   - largest: The largest key, as the destination writes it.
    ///   - kind: What the key is known to be; nil to tell it from the value.
    static func recover(_ name: String, largest: String, kind: KeyKind?, at now: Date) throws -> Watermark {
        guard let kind = kind ?? self.kind(of: largest), kind != .text, let value = KeyValue(largest, kind: kind) else {
            throw Failure(
                .configuration,
                kind == nil || kind == .text
                    ? "The key of \"\(name)\" is text, and only the source knows which text is the largest."
                    : "The largest key of \"\(name)\" is no \(kind?.rawValue ?? "value").",
                advice: "Forget the watermark with `state reset`, or set it with `state import`.")
        }
        // Nowhere is it more than fourteen hours later than at Greenwich.
        let latest = Moment(seconds: Int(now.timeIntervalSince1970) + 14 * 3600)
        if case .timestamp(let moment) = value, latest < moment { throw future(name, value) }
        if case .date(let moment) = value, latest < moment { throw future(name, value) }
        return Watermark(value, isInclusive: true)
    }

    /// Refuses a watermark from a file that lies above what the destination has got: the rows between would never be read. Of text
    /// nobody here knows the order, and who sets the watermark of an empty table means it.
    ///
    /// - Parameters:
    ///   - old: The watermark that is there.
    ///   - largest: The largest key of the destination table, as the destination writes it.
    static func checkImport(
        _ new: ExtractState, from file: String, over old: ExtractState?, largest: String?, table: String
    ) throws {
        let isSameKey = old.map { NameCase.unicode.areSame($0.basis.key, new.basis.key) } == true
        let reached = [isSameKey ? old?.watermark.value : nil, largest.flatMap { KeyValue($0, kind: new.basis.kind) }]
            .compactMap { $0 }
        guard let first = reached.first, reached.allSatisfy({ $0.isBelow(new.watermark.value) == true }) else { return }
        let furthest = reached.reduce(first) { $0.isBelow($1) == true ? $1 : $0 }
        throw Failure(
            .configuration,
            "The watermark of \"\(new.extract)\" in \(file) is \(new.watermark), and the table \"\(table)\" has rows up to "
                + "\(furthest) only: the rows between would never be read.",
            advice:
                "`kleene-ns state recover \(new.extract)` takes the watermark from the table; --force sets it all the same."
        )
    }

    /// What is said of a watermark that was set back, where rows are added that nothing identifies; nil where none comes twice.
    ///
    /// - Parameter vouched: The columns that told rows apart when the watermark was set; nil where nobody knows.
    static func doubling(_ extract: TableExtract, vouched: [String]?) -> String? {
        guard extract.loadMethod == .append, extract.uniqueColumns.isEmpty, vouched?.isEmpty != false else {
            return nil
        }
        return
            "Nothing identifies the rows of \"\(extract.destinationTable)\": those that the next run reads again are added a second "
            + "time. Delete them from the table before it runs."
    }

    private static func future(_ name: String, _ value: KeyValue) -> Failure {
        Failure(
            .configuration,
            "The largest key of \"\(name)\", \(value), lies in the future: what changes until then would not be read.",
            advice: "Set the watermark with `state import`, or forget it with `state reset`.")
    }

    /// What a key is, by one value of it; nil for text.
    private static func kind(of text: String) -> KeyKind? {
        if KeyValue(text, kind: .integer) != nil { return .integer }
        guard KeyValue(text, kind: .timestamp) != nil else { return nil }
        return text.count == "2026-11-23".count ? .date : .timestamp
    }

    private static func form(of kind: KeyKind) -> String {
        switch kind {
        case .timestamp: "Write it as 2026-11-23 08:15:00, or 2026-11-23."
        case .date: "Write it as 2026-11-23."
        case .integer: "Write a whole number."
        case .text: ""
        }
    }
}
