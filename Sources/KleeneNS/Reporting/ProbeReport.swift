import Extraction
import FoundationEssentials
import Glibc
import SuiteAnalytics
import Text

/// What a probe found, as a file that can be pasted into a public bug report.
///
/// Only findings go in: checks name files and directories of the machine.
struct ProbeReport: Encodable {
    let program: String
    /// `netsuite`, `mock` or `odbc`.
    let source: String
    /// The day, UTC.
    let date: String
    let findings: [ProbeFinding]

    init(_ findings: [ProbeFinding], source: WorkOrder.SourceSettings, date: Date) {
        self.program = "kleene-ns \(Version.current)"
        self.source =
            switch source {
            case .odbc: "odbc"
            case .netSuite(let settings, _, _): settings.door.name
            }
        self.date = String(Timestamp(date).text.prefix(10))
        self.findings = findings
    }

    /// Writes JSON to a file that ends in `.json`, Markdown to any other; a report of the same form that is there is replaced.
    ///
    /// - Throws: a `Failure` of kind `environment`.
    func write(to path: String) throws {
        if path.lowercased().hasSuffix(".json") {
            // The first of the sorted keys.
            try SettingsFile.write(try json(), to: path, replacing: "{\n  \"date\" : ")
        } else {
            try SettingsFile.write(markdown, to: path, replacing: Self.heading)
        }
    }

    private static let heading = "# Probe of a source"

    private func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    }

    var markdown: String {
        var text = "\(Self.heading)\n\n\(program), source: \(source), \(date)\n"
        for finding in findings {
            let time = finding.milliseconds.map { " (\($0) ms)" } ?? ""
            text +=
                "\n## \(finding.status.rawValue.uppercased()) \(finding.name)\(time)\n\n\(Self.code(finding.detail))\n"
            if !finding.facts.isEmpty { text += "\n" }
            for fact in finding.facts { text += "- \(Self.code(fact.name)): \(Self.code(fact.value))\n" }
        }
        return text
    }

    /// Text of a driver or a source, so that none of it can be markup.
    private static func code(_ text: String) -> String {
        let line = text.visible
        let longest = line.split(whereSeparator: { $0 != "`" }).map(\.count).max() ?? 0
        let fence = String(repeating: "`", count: longest + 1)
        let padding = line.isEmpty || line.hasPrefix("`") || line.hasSuffix("`") ? " " : ""
        return fence + padding + line + padding + fence
    }
}
