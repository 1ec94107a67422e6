import Extraction
import ODBCSource
import Rows
import Text

/// Reads the members of one JSON object, and notes every fault instead of stopping at the first.
///
/// Each call names a key, which thereby becomes known; `finish` reports the keys that nobody asked for. A faulty member
/// reads as if it were absent, so one fault never hides another.
final class ObjectReader {
    /// Where the object is, such as `$.extracts[2]`.
    let path: String
    let faults: FaultList
    private let members: [String: JSONValue]
    private var known: [String] = []
    /// Members that must be there, and are not.
    private var lacking: [(key: String, purpose: String)] = []
    /// Keys that were probably meant by others that are none.
    private var meant: [String] = []
    /// Gets what is asked for, where a schema is drawn; nil otherwise.
    let sketch: SchemaSketch?

    init(_ members: [String: JSONValue], path: String, faults: FaultList, sketch: SchemaSketch? = nil) {
        self.members = members
        self.path = path
        self.faults = faults
        self.sketch = sketch
    }

    /// Whether nothing is wrong with any of these members, so that what rests on them may be judged.
    func isSure(of keys: [String]) -> Bool {
        !keys.contains { key in
            let path = path(of: key)
            return meant.contains(key) || faults.faults.contains { $0.path == path || $0.path.hasPrefix(path + "[") }
        }
    }

    func path(of key: String) -> String { "\(path).\(key)" }

    func has(_ key: String) -> Bool { members[key] != nil }

    /// Notes a fault at a member.
    func fault(_ key: String, _ message: String) { faults.add(path(of: key), message) }

    /// Notes that a member must be there.
    ///
    /// - Parameter isAlways: Whether it must be, whatever the others are; a schema cannot say more.
    func missing(_ key: String, _ purpose: String, isAlways: Bool = true) {
        if isAlways { sketch?.require(key) }
        if !has(key) { lacking.append((key, purpose)) }
    }

    func value(_ key: String) -> JSONValue? {
        if !known.contains(key) { known.append(key) }
        return members[key]
    }

    func string(_ key: String) -> String? {
        sketch?.note(key, .string)
        return text(key)
    }

    private func text(_ key: String) -> String? {
        guard let value = value(key) else { return nil }
        guard case .string(let text) = value else { return expected("a string", key, value) }
        if text.isEmpty {
            fault(key, "is empty; leave the key out, or give it a value.")
            return nil
        }
        if text.unicodeScalars.contains("\0") {
            fault(key, "holds a NUL character, which no name or path may.")
            return nil
        }
        return text
    }

    func boolean(_ key: String) -> Bool? {
        sketch?.note(key, .boolean)
        guard let value = value(key) else { return nil }
        guard case .boolean(let flag) = value else { return expected("true or false", key, value) }
        return flag
    }

    /// - Parameter takesDigits: Whether a text of digits is as good.
    func integer(_ key: String, in range: ClosedRange<Int>, takesDigits: Bool = false) -> Int? {
        sketch?.note(key, .integer(range, takesDigits: takesDigits))
        guard let value = value(key) else { return nil }
        let wanted = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        switch value {
        case .integer(let number) where range.contains(number): return number
        case .string(let text) where takesDigits && text.utf8.allSatisfy { (0x30...0x39).contains($0) }:
            if let number = Int(text), range.contains(number) { return number }
            return expected(wanted, key, value)
        default: return expected(wanted, key, value)
        }
    }

    /// A share of a whole, from 0 to 1.
    func share(_ key: String) -> Double? {
        sketch?.note(key, .share)
        guard let value = value(key) else { return nil }
        let share: Double? =
            switch value {
            case .integer(let number): Double(number)
            case .number(let number): number
            default: nil
            }
        guard let share, (0...1).contains(share) else { return expected("a number from 0 to 1", key, value) }
        return share
    }

    /// A share of a whole, as a number from 0 to 1 or as a text such as `5%`.
    func percentage(_ key: String) -> Double? {
        sketch?.note(key, .percentage)
        guard let value = value(key) else { return nil }
        let wanted = "a share such as \"5%\", or a number from 0 to 1"
        switch value {
        case .string(let text):
            guard text.hasSuffix("%"), let percent = Double(text.dropLast()), (0...100).contains(percent) else {
                fault(key, "\"\(text)\" is not \(wanted).")
                return nil
            }
            return percent / 100
        case .integer(let number) where (0...1).contains(number): return Double(number)
        case .number(let number) where (0...1).contains(number): return number
        default: return expected(wanted, key, value)
        }
    }

    /// Whole seconds, from a span of time or a number.
    func duration(_ key: String) -> Int? {
        sketch?.note(key, .duration)
        guard let value = value(key) else { return nil }
        switch value {
        case .integer(let number) where (0...DurationText.longest).contains(number): return number
        case .string(let text):
            if let seconds = DurationText.seconds(text) { return seconds }
            fault(key, "\"\(text)\" is not \(DurationText.form).")
            return nil
        default: return expected(DurationText.form, key, value)
        }
    }

    /// A day or a moment, as it is written.
    func moment(_ key: String) -> String? {
        sketch?.note(key, .moment)
        guard let text = text(key) else { return nil }
        if Moment(text) != nil { return text }
        fault(key, "\"\(text)\" is not \(Self.momentForm).")
        return nil
    }

    static let momentForm = "a date such as 2022-01-01, or a moment such as \"2022-01-01 08:00:00\""

    /// One of the raw values of an enumeration.
    func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        choice(key, among: Choice.allCases.map(\.rawValue)).flatMap { Choice(rawValue: $0) }
    }

    /// One of several names.
    func choice(_ key: String, among names: [String]) -> String? {
        sketch?.note(key, .choice(names))
        guard let value = value(key) else { return nil }
        let quoted = names.map { "\"\($0)\"" }.joined(separator: ", ")
        guard case .string(let text) = value else { return expected("one of \(quoted)", key, value) }
        if names.containsExactly(text) { return text }
        let wanted = names.count == 1 ? quoted : "one of \(quoted)"
        let guess = NearestName.of(text, among: names).map { "; did you mean \"\($0)\"?" } ?? "."
        fault(key, "\"\(text)\" must be \(wanted)\(guess)")
        return nil
    }

    /// What becomes of columns that differ: an answer a kind.
    func drift(_ key: String) -> DriftPolicy? {
        guard let reader = object(key) else { return nil }
        var policy = DriftPolicy()
        for kind in DriftPolicy.Kind.allCases {
            policy.answers[kind] = reader.choice(kind.rawValue, DriftPolicy.Answer.self)
        }
        reader.finish()
        return policy
    }

    /// A list of strings without repetitions.
    func strings(_ key: String) -> [String]? {
        sketch?.note(key, .strings)
        guard let value = value(key) else { return nil }
        guard case .array(let elements) = value else { return expected("an array of strings", key, value) }
        var result: [String] = []
        for (index, element) in elements.enumerated() {
            guard case .string(let text) = element, !text.isEmpty else {
                faults.add(
                    "\(path(of: key))[\(index)]",
                    element.isEmptyText ? "is empty." : "expected a string, found \(element.kind).")
                continue
            }
            if result.containsExactly(text) { faults.add("\(path(of: key))[\(index)]", "\"\(text)\" is there twice.") }
            result.append(text)
        }
        return result
    }

    func object(_ key: String) -> ObjectReader? {
        if let sketch {
            _ = value(key)
            return ObjectReader([:], path: path(of: key), faults: faults, sketch: sketch.object(key))
        }
        guard let value = value(key) else { return nil }
        guard case .object(let members) = value else { return expected("an object", key, value) }
        return ObjectReader(members, path: path(of: key), faults: faults)
    }

    /// The elements of an array that are objects.
    func objects(_ key: String) -> [ObjectReader]? {
        if let sketch {
            _ = value(key)
            return [ObjectReader([:], path: path(of: key) + "[0]", faults: faults, sketch: sketch.objects(key))]
        }
        guard let value = value(key) else { return nil }
        guard case .array(let elements) = value else { return expected("an array of objects", key, value) }
        return elements.enumerated().compactMap { index, element in
            let path = "\(path(of: key))[\(index)]"
            guard case .object(let members) = element else {
                faults.add(path, "expected an object, found \(element.kind).")
                return nil
            }
            return ObjectReader(members, path: path, faults: faults)
        }
    }

    /// The object's members as keyword and text, sorted by keyword; numbers and truth values are taken as they read.
    func attributes(_ key: String, of profile: SecretKeyword.Profile) -> [(keyword: String, value: String)] {
        if let sketch {
            sketch.note(key, .attributes)
            return []
        }
        guard let object = object(key) else { return [] }
        return object.members.sorted { $0.key < $1.key }.compactMap { keyword, value in
            if keyword.isEmpty || keyword.contains(where: { "=;{}\0".contains($0) }) {
                object.faults.add(object.path, "\"\(keyword)\" cannot be a keyword of a connection string.")
                return nil
            }
            if let kind = SecretKeyword.kind(of: keyword) {
                object.fault(keyword, SecretKeyword.refusal(kind, profile))
                return nil
            }
            if case .string(let text) = value, SecretKeyword.isSecret(value: text) {
                object.fault(
                    keyword,
                    SecretKeyword.refusal(.password, profile).replacing(
                        "holds a secret", with: "has a password in its value"))
                return nil
            }
            if TargetKeyword.isOne(keyword) {
                object.fault(keyword, TargetKeyword.refusal)
                return nil
            }
            let text: String
            switch value {
            case .string(let written): text = written
            case .integer(let number): text = String(number)
            default:
                object.fault(keyword, "expected a string or a whole number, found \(value.kind).")
                return nil
            }
            // NetSuite's password is good for five minutes, to whoever reads it; the service has no use for a connection in clear.
            if profile == .netSuite, TransportKeyword.isClearText(keyword, text) {
                object.fault(
                    keyword,
                    "\"\(text)\" would send the password and all rows over the network in clear; leave the keyword out."
                )
                return nil
            }
            return (keyword, text)
        }
    }

    /// The object's members as columns with their masks. Empty, and spelt alike, are faults.
    ///
    /// - Parameter takesNull: Whether null stands for a column in clear.
    func masks(takesNull: Bool) -> WrittenMasks {
        var written = WrittenMasks()
        for column in members.keys.sorted() {
            if column.isEmpty { faults.add(path, "has a column without a name.") }
            if let twin = written.name(of: column) { fault(column, "is the column \"\(twin)\" again.") }
            if takesNull, case .null = value(column) {
                written.clear.append(column)
            } else {
                written.masks[column] = choice(column, ColumnMask.self)
            }
        }
        return written
    }

    /// The object's members as columns with their names in the destination. Names that it cannot have are faults.
    func renames(_ rules: TableRules) -> [String: String] {
        var renames: [String: String] = [:]
        for column in members.keys.sorted() {
            if column.isEmpty { faults.add(path, "has a column without a name.") }
            guard let name = string(column) else { continue }
            if let refusal = rules.refusal(ofColumn: name) {
                fault(column, "the name \"\(name)\" \(refusal).")
            } else {
                renames[column] = name
            }
        }
        return renames
    }

    /// Reports what is missing where nothing is known of the other keys: one that is mistyped is not missing too.
    func finishUnknown() {
        for (key, purpose) in lacking {
            if let slip = members.keys.sorted().first(where: { NearestName.of($0, among: [key]) != nil }) {
                fault(slip, "unknown key; did you mean \"\(key)\"?")
            } else {
                faults.add(path, "the key \"\(key)\" is missing: \(purpose).")
            }
        }
        lacking = []
    }

    /// Reports the keys that nobody asked for, and those that are missing: one that is mistyped is not missing too.
    func finish() {
        // Of those that are not there: who mistypes a key has not written it.
        let absent = known.filter { !has($0) }
        for key in members.keys.sorted() where !known.contains(key) {
            if let nearest = NearestName.of(key, among: absent) ?? NearestName.of(key, among: known) {
                meant.append(nearest)
                fault(key, "unknown key; did you mean \"\(nearest)\"?")
            } else {
                fault(key, "unknown key; the keys are \(known.sorted().joined(separator: ", ")).")
            }
        }
        for (key, purpose) in lacking where !meant.contains(key) {
            faults.add(path, "the key \"\(key)\" is missing: \(purpose).")
        }
        lacking = []
    }

    private func expected<Value>(_ wanted: String, _ key: String, _ found: JSONValue) -> Value? {
        fault(key, "expected \(wanted), found \(found.kind).")
        return nil
    }
}
