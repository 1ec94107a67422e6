import Text

/// Something wrong in a configuration, and where.
struct Fault: Equatable, Sendable, CustomStringConvertible {
    /// A JSON path, such as `$.extracts[2].load_method`.
    var path: String
    /// What is wrong there, without a capital and with its full stop.
    var message: String
    /// Where it stands, such as `kleene-ns.json:12:7`, and of which extract it is; nil where nobody knows.
    var place: String?
    var extract: String?

    var description: String {
        [place, extract.map { "extract \"\($0)\"" }, path, message].compactMap(\.self).joined(separator: ": ")
    }

    /// The fault with its place in a text, or that of what it is in, and the name of its extract.
    func located(in text: JSONText, of file: String) -> Fault {
        var (fault, path) = (self, Substring(path))
        while text.places[String(path)] == nil, let cut = path.lastIndex(where: { ".[".contains($0) }) {
            path = path[..<cut]
        }
        let place = text.places[String(path)] ?? .init(line: 1, column: 1)
        fault.place = "\(file):\(place.line):\(place.column)"
        if let match = self.path.prefixMatch(of: /\$\.extracts\[(\d+)\]/), let index = Int(match.1),
            case .object(let root) = text.value, case .array(let extracts)? = root["extracts"],
            extracts.indices.contains(index), case .object(let members) = extracts[index]
        {
            for key in ["name", "table"] {
                guard fault.extract == nil, case .string(let name)? = members[key], !name.isEmpty else { continue }
                fault.extract = name
            }
        }
        return fault
    }
}

/// All faults found in one reading.
final class FaultList {
    private(set) var faults: [Fault]

    init(_ faults: [Fault] = []) { self.faults = faults }

    func add(_ path: String, _ message: String) {
        faults.append(Fault(path: path, message: message))
    }
}

/// A configuration that cannot be used: every fault at once.
struct InvalidConfiguration: Error, Equatable, CustomStringConvertible {
    /// What the file is.
    var what = "configuration"
    var file: String
    var faults: [Fault]

    var description: String {
        let count = faults.count == 1 ? "one fault" : Sentence.count(faults.count, "fault")
        return "The \(what) \(file) has \(count):\n" + faults.map { "  \($0)" }.joined(separator: "\n")
    }
}
