import Extraction
import Text

/// Cells of what the domain knows: for programs exact and in parts, for people in words.
extension Listing.Cell {
    /// A run's id; people get the end of it, by which `runs show` finds it too.
    init(run id: String?) {
        self.init(id.map { .string($0) } ?? .null, words: id.map(Self.short) ?? "")
        isWhole = true
    }

    /// The random digits of a run's id.
    static func short(_ id: String) -> String {
        guard let dash = id.lastIndex(of: "-") else { return id }
        return String(id[id.index(after: dash)...])
    }

    /// A time in UTC; people get it to the second.
    init(time: Timestamp?) {
        self.init(time.map { .string($0.text) } ?? .null, words: time.map { Self.seconds($0.text) } ?? "")
        isWhole = true
    }

    private static func seconds(_ text: String) -> String {
        guard let point = text.lastIndex(of: ".") else { return text }
        return text[..<point].replacing("T", with: " ") + "Z"
    }

    /// Bytes; people get a unit.
    init(bytes: Int?) {
        self.init(bytes.map { .integer($0) } ?? .null, words: bytes.map(Sentence.size) ?? "")
    }

    /// A range of the incremental key.
    ///
    /// - Parameter words: How people know it, where there is no range to say it from.
    init(_ window: Window?, words: String? = nil) {
        let words = window?.description ?? words
        self.init(window.map(Self.json) ?? words.map { .object(["text": .string($0)]) } ?? .null, words: words ?? "")
    }

    /// `{"column", "from", "includes_from", "to", "includes_to", "nulls"}`; a bound that is not there is null.
    static func json(_ window: Window) -> JSONValue {
        .object([
            "column": .string(window.key), "from": window.lower.map { json($0.value) } ?? .null,
            "includes_from": .boolean(window.lower?.isIncluded ?? false),
            "to": window.upper.map { json($0.value) } ?? .null,
            "includes_to": .boolean(window.upper?.isIncluded ?? false), "nulls": .boolean(window.readsNulls),
        ])
    }

    /// `{"value", "kind", "inclusive"}`.
    init(_ watermark: Watermark?) {
        self.init(
            watermark.map {
                .object([
                    "value": Self.json($0.value), "kind": .string($0.value.kind.rawValue),
                    "inclusive": .boolean($0.isInclusive),
                ])
            } ?? .null, words: watermark?.description ?? "")
        isWhole = true
    }

    /// Whole numbers as numbers.
    private static func json(_ value: KeyValue) -> JSONValue {
        guard case .integer(let number) = value else { return .string(value.description) }
        return .integer(Int(number))
    }

    /// `{"login", "plan", "read", "load"}` in seconds.
    init(_ steps: StepTimes?) {
        guard let steps else {
            self.init(.null)
            return
        }
        let shown = steps.rounded
        self.init(
            .object(Dictionary(shown.map { ($0.name, .number($0.seconds)) }, uniquingKeysWith: { $1 })),
            words: shown.map { "\($0.name) \($0.seconds) s" }.joined(separator: ", "))
    }
}

extension Listing.Cell {
    /// A number as a source wrote it: a number of JSON where that says the same, else its text.
    init(number text: String?) {
        self.init(text)
        guard let text else { return }
        if let whole = Int(text), String(whole) == text {
            json = .integer(whole)
        } else if let number = Double(text), number.isFinite, "\(number)" == text {
            json = .number(number)
        }
        words = text
    }
}

extension Listing {
    /// Only some of the columns, in this order.
    ///
    /// - Throws: a `Failure` that lists the columns there are.
    func selecting(_ fields: [String]) throws -> Listing {
        let places = try fields.map { field in
            guard let place = columns.firstIndex(of: field) else {
                let guess = NearestName.of(field, among: columns).map { " Did you mean \"\($0)\"?" } ?? ""
                throw Failure(
                    .configuration, "--fields: there is no field \"\(field)\".\(guess)",
                    advice: "The fields are \(columns.joined(separator: ", ")).")
            }
            return place
        }
        var listing = self
        listing.columns = places.map { columns[$0] }
        listing.rows = rows.map { row in places.map { row[$0] } }
        // Who names columns wants them all.
        (listing.implied, listing.untold, listing.endsInSentences) = ([], [], false)
        listing.hasVersion = false
        return listing
    }
}
