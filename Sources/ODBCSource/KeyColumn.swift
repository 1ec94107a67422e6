import Extraction
import Rows

/// A key's column, and what the source's texts of it are as values.
struct KeyColumn {
    let name: String
    let kind: KeyKind
    let table: TableName

    init(_ name: String, _ kind: KeyKind, _ table: TableName) {
        self.name = name
        self.kind = kind
        self.table = table
    }

    /// A value of a key that is no time.
    func value(_ text: String) throws -> KeyValue {
        guard let value = KeyValue(text, kind: kind) else {
            throw Failure(
                .data, "The key \"\(name)\" of \(table) holds \"\(text.prefix(80))\", which is no \(kind.rawValue).",
                advice: "Take another key, or leave such rows out with \"where\" or --where.")
        }
        return value
    }

    /// A value of a key of time; nil for what orders no rows.
    func moment(_ text: String?, _ reading: MomentReading?) throws -> KeyValue? {
        guard let text, let moment = reading?.moment else { return nil }
        guard moment.offset == nil else {
            throw Failure(
                .data,
                "The key \"\(name)\" of \(table) comes with an offset from UTC, such as \"\(text.prefix(80))\", and how the "
                    + "source reads a bound with one is not known.",
                advice: "Take another key, or load the table with \"extract_type\": \"full\" or --extract-type full.")
        }
        return KeyValue(moment, isDate: kind == .date)
    }
}
