/// Something wrong in a configuration, and where.
struct Fault: Equatable, Sendable, CustomStringConvertible {
    /// A JSON path, such as `$.extracts[2].load_method`.
    var path: String
    /// What is wrong there, without a capital and with its full stop.
    var message: String

    var description: String { "\(path): \(message)" }
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
        let count = faults.count == 1 ? "one fault" : "\(faults.count) faults"
        return "The \(what) \(file) has \(count):\n" + faults.map { "  \($0)" }.joined(separator: "\n")
    }
}
