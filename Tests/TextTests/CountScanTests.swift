import Foundation
import Testing

/// A number and its unit meet in `Sentence.count` and `Sentence.size` only: whoever writes `\(rows) rows` says "1 rows" one day.
@Suite struct CountScanTests {
    /// What is counted although nobody counts it by `Sentence.count` yet.
    private static let further = [
        "rows", "columns", "seconds", "minutes", "hours", "days", "bytes", "logins", "refusals", "attempts", "tries",
        "files",
        "lines", "entries", "records", "errors", "notes", "batches", "sessions", "warnings", "kB", "MB", "GB", "KiB",
        "MiB",
    ]
    /// Counted things that are also what a thing does: "the path names …".
    private static let verbs = ["names", "times"]
    /// What may stand between the two.
    private static let between = "(?:(?:more|other|further|last|of the|of its|different|whole|or more) )?"

    private struct Source {
        var place: String
        var text: String
    }

    /// The program's sources without their comments.
    private static func sources() throws -> [Source] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources")
        var sources: [Source] = []
        let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
        for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
            let place = file.path.replacing(root.path + "/", with: "")
            guard !place.hasPrefix("MockSuiteAnalytics/"), place != "Text/Sentence.swift" else { continue }
            let lines = try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n")
            let text = lines.map { $0.trimmingPrefix { $0 == " " }.hasPrefix("//") ? "" : $0 }.joined(separator: "\n")
            sources.append(Source(place: place, text: text))
        }
        return sources
    }

    /// Units that something is counted in, of several.
    private static func units(_ sources: [Source]) -> Set<String> {
        var units = Set(further)
        let word = /Sentence\.(?:count|noun)\((?:[^()"]|\((?:[^()]|\([^()]*\))*\))*, "(?:[a-z]+ )*([a-z]+)"/
        for source in sources {
            for match in source.text.matches(of: word) { units.insert(match.output.1 + "s") }
        }
        return units.subtracting(verbs)
    }

    @Test func noCountMeetsItsUnitElsewhere() throws {
        let sources = try Self.sources()
        let units = Self.units(sources)
        // So many words are counted that a scan that finds none has gone blind.
        #expect(units.count > 40 && units.isSuperset(of: ["chunks", "extracts", "tables", "ranges"]), "\(units)")
        let unit = try Regex(" \(Self.between)(?:\(units.sorted().joined(separator: "|")))\\b(?!/)")
        for source in sources {
            for line in source.text.split(separator: "\n") where !line.contains("precondition(") {
                for end in Self.interpolationEnds(line) where line[end...].prefixMatch(of: unit) != nil {
                    Issue.record("\(source.place): \(line): say it with Sentence.count or Sentence.size")
                }
                #expect(
                    !line.contains("? \"\" : \"s\""), "\(source.place): \(line): say it with Sentence.count or noun")
            }
        }
    }

    @Test func theScanSeesWhatItShould() throws {
        let line = #"throw x("\(a(b, "\(c)")) of \(rows.count) rows and \(2) more columns, \(rate) rows/s")"#
        let ends = Self.interpolationEnds(line[...]).map { String(line[$0...].prefix(5)) }
        #expect(ends == [" of \\", "\")) o", " rows", " more", " rows"], "\(ends)")
    }

    /// Behind each interpolation of a line, those within others too.
    private static func interpolationEnds(_ line: Substring) -> [Substring.Index] {
        var ends: [Substring.Index] = []
        var place = line.startIndex
        while let begin = line[place...].firstRange(of: "\\(") {
            var rest = line[begin.upperBound...]
            if skip(&rest) { ends.append(rest.startIndex) }
            place = begin.upperBound
        }
        return ends
    }

    /// Skips what is in brackets, and the closing one; false where there is none on the line.
    private static func skip(_ rest: inout Substring) -> Bool {
        var depth = 1
        while let character = rest.popFirst() {
            switch character {
            case "(": depth += 1
            case ")":
                depth -= 1
                if depth == 0 { return true }
            case "\"":
                while let inner = rest.popFirst(), inner != "\"" {
                    if inner == "\\", rest.popFirst() == "(", !skip(&rest) { return false }
                }
            default: break
            }
        }
        return false
    }
}
