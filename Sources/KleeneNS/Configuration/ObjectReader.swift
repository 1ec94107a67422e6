import Extraction
import ODBCSource
import Rows

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

    init(_ members: [String: JSONValue], path: String, faults: FaultList) {
        self.members = members
        self.path = path
        self.faults = faults
    }

    func path(of key: String) -> String { "\(path).\(key)" }

    func has(_ key: String) -> Bool { members[key] != nil }

    func isObject(_ key: String) -> Bool { if case .object = members[key] { true } else { false } }

    func isArray(_ key: String) -> Bool { if case .array = members[key] { true } else { false } }

    /// Notes a fault at a member.
    func fault(_ key: String, _ message: String) { faults.add(path(of: key), message) }

    /// Notes that a member must be there.
    func missing(_ key: String, _ purpose: String) {
        if !has(key) { faults.add(path, "the key \"\(key)\" is missing: \(purpose).") }
    }

    func value(_ key: String) -> JSONValue? {
        known.append(key)
        return members[key]
    }

    func string(_ key: String) -> String? {
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
        guard let value = value(key) else { return nil }
        guard case .boolean(let flag) = value else { return expected("true or false", key, value) }
        return flag
    }

    func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = value(key) else { return nil }
        let wanted = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        guard case .integer(let number) = value, range.contains(number) else { return expected(wanted, key, value) }
        return number
    }

    /// A share of a whole, from 0 to 1.
    func share(_ key: String) -> Double? {
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

    /// Whole seconds, from a span of time or a number.
    func duration(_ key: String) -> Int? {
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

    /// One of the raw values of an enumeration.
    func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, _: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        choice(key, among: Choice.allCases.map(\.rawValue)).flatMap { Choice(rawValue: $0) }
    }

    /// One of several names.
    func choice(_ key: String, among names: [String]) -> String? {
        guard let value = value(key) else { return nil }
        let quoted = names.map { "\"\($0)\"" }.joined(separator: ", ")
        guard case .string(let text) = value else { return expected("one of \(quoted)", key, value) }
        if names.containsExactly(text) { return text }
        fault(key, "\"\(text)\" is not a value of it; the values are \(quoted).")
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
        guard let value = value(key) else { return nil }
        guard case .array(let elements) = value else { return expected("an array of strings", key, value) }
        var result: [String] = []
        for (index, element) in elements.enumerated() {
            guard case .string(let text) = element, !text.isEmpty else {
                faults.add("\(path(of: key))[\(index)]", "expected a string that is not empty, found \(element.kind).")
                continue
            }
            if result.containsExactly(text) { faults.add("\(path(of: key))[\(index)]", "\"\(text)\" is there twice.") }
            result.append(text)
        }
        return result
    }

    func object(_ key: String) -> ObjectReader? {
        guard let value = value(key) else { return nil }
        guard case .object(let members) = value else { return expected("an object", key, value) }
        return ObjectReader(members, path: path(of: key), faults: faults)
    }

    /// The elements of an array that are objects.
    func objects(_ key: String) -> [ObjectReader]? {
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
                object.fault(keyword, "has a password in its value. \(SecretKeyword.refusal(.password, profile))")
                return nil
            }
            if TargetKeyword.isOne(keyword) {
                object.fault(keyword, TargetKeyword.refusal)
                return nil
            }
            switch value {
            case .string(let text): return (keyword, text)
            case .integer(let number): return (keyword, String(number))
            default:
                object.fault(keyword, "expected a string or a whole number, found \(value.kind).")
                return nil
            }
        }
    }

    /// Reports the keys that nobody asked for.
    func finish() {
        for key in members.keys.sorted() where !known.contains(key) {
            if let nearest = NearestName.of(key, among: known) {
                fault(key, "is not a key here; did you mean \"\(nearest)\"?")
            } else {
                fault(key, "is not a key here; the keys are \(known.sorted().joined(separator: ", ")).")
            }
        }
    }

    private func expected<Value>(_ wanted: String, _ key: String, _ found: JSONValue) -> Value? {
        fault(key, "expected \(wanted), found \(found.kind).")
        return nil
    }
}
