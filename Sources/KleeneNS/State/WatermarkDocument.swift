import Extraction
import FoundationEssentials
import Rows

/// The watermarks of a destination as a file, to keep or to carry elsewhere.
struct WatermarkDocument {
    static let format = 1
    /// With which each document begins, of whatever format.
    static let beginning = "{\n  \"format\": "

    var states: [ExtractState]

    /// The document's text: one watermark a line.
    var text: String {
        let lines = states.map { state in
            let basis = state.basis
            let columns = basis.columns.map { JSONValue.array($0.map { .string($0) }) } ?? .null
            return JSONValue.object([
                "extract": .string(state.extract), "table": .string(basis.table), "key": .string(basis.key),
                "kind": .string(basis.kind.rawValue), "where": basis.filter.map { .string($0) } ?? .null,
                "columns": columns, "start_date": basis.start.map { .string($0) } ?? .null,
                "watermark": .string(state.watermark.value.description),
                "inclusive": .boolean(state.watermark.isInclusive), "updated_at": .string(state.updatedAt.text),
            ]).text
        }
        let list = lines.isEmpty ? "[]" : "[\n" + lines.map { "    " + $0 }.joined(separator: ",\n") + "\n  ]"
        return "\(Self.beginning)\(Self.format),\n  \"watermarks\": \(list)\n}\n"
    }

    init(_ states: [ExtractState]) { self.states = states }

    /// Reads a document.
    ///
    /// - Throws: a `Failure` where it is none, `InvalidConfiguration` with all faults where it has some.
    init(file: String, at moment: Timestamp) throws {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: file))
        } catch {
            throw Failure(
                .configuration, "The file \(file) cannot be read.", advice: "Name one that `state export` has written.")
        }
        guard let text = try? JSONText(data), case .object(let members) = text.value else {
            throw Failure(
                .configuration, "The file \(file) is no JSON object.",
                advice: "Name one that `state export` has written.")
        }
        let faults = FaultList(text.repeated)
        let root = ObjectReader(members, path: "$", faults: faults)
        _ = root.integer("format", in: Self.format...Self.format)
        root.missing("format", "it is \(Self.format)")
        let readers = root.objects("watermarks") ?? []
        root.missing("watermarks", "they are what the file is about")
        root.finish()
        states = []
        for reader in readers {
            guard let state = Self.read(reader, at: moment) else { continue }
            if states.contains(where: { $0.extract.isExactly(state.extract) }) {
                reader.fault("extract", "\"\(state.extract)\" is there twice.")
            }
            states.append(state)
        }
        guard faults.faults.isEmpty else {
            throw InvalidConfiguration(what: "file of watermarks", file: file, faults: faults.faults)
        }
    }

    private static func read(_ reader: ObjectReader, at moment: Timestamp) -> ExtractState? {
        let extract = reader.string("extract")
        let table = reader.string("table")
        let key = reader.string("key")
        let kind = reader.choice("kind", KeyKind.self)
        let text = reader.string("watermark")
        let isInclusive = reader.boolean("inclusive")
        for name in ["extract", "table", "key", "kind", "watermark", "inclusive"] {
            reader.missing(name, "a watermark means nothing without it")
        }
        let filter = isNull("where", reader) ? nil : reader.string("where")
        let columns = isNull("columns", reader) ? nil : reader.strings("columns")
        let start = isNull("start_date", reader) ? nil : reader.moment("start_date")
        // When it was exported says nothing about when it came here.
        _ = reader.value("updated_at")
        reader.finish()
        guard let extract, let table, let key, let kind, let text, let isInclusive else { return nil }
        guard let value = KeyValue(text, kind: kind) else {
            reader.fault("watermark", "\"\(text)\" is no \(kind.rawValue).")
            return nil
        }
        var basis = ExtractState.Basis(table: table, key: key, kind: kind, filter: filter, columns: columns)
        basis.start = start
        return ExtractState(
            extract: extract, basis: basis, watermark: Watermark(value, isInclusive: isInclusive), runID: nil,
            updatedAt: moment)
    }

    private static func isNull(_ key: String, _ reader: ObjectReader) -> Bool { reader.value(key) == .null }
}
