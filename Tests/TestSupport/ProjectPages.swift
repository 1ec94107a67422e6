package import Foundation

/// The pages that a user reads: README.md, docs/*.md and those of examples, as one book.
///
/// What a test claims of the README it claims of all of them, wherever on them something stands.
package struct ProjectPages: Sendable {
    package struct Page: Sendable {
        /// From the root of the project, such as `docs/values.md`.
        package var path: String
        package var text: String
    }

    package struct NoSuchSection: Error, CustomStringConvertible {
        package var heading: String
        package var count: Int

        package var description: String { "\(count) sections are called \"\(heading)\" where there must be one." }
    }

    /// The root of the project.
    package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// README.md first, then the others by name.
    package let pages: [Page]

    package init() throws {
        let docs = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "docs").path)
        let paths =
            ["README.md"] + docs.filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
            + ["Examples/container/README.md"]
        pages = try paths.map { Page(path: $0, text: try Self.contents(of: $0)) }
    }

    /// A file of the project.
    package static func contents(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// All pages, one behind the other.
    package var text: String { pages.map(\.text).joined(separator: "\n") }

    /// What stands under a heading of whatever level, to the next one that is not below it.
    ///
    /// - Throws: `NoSuchSection` where not exactly one heading of all pages says that.
    package func section(_ heading: String) throws -> String {
        var found: [String] = []
        for page in pages {
            let lines = page.text.split(separator: "\n", omittingEmptySubsequences: false)
            var open: (level: Int, lines: [Substring])?
            for (line, level) in zip(lines, Self.levels(of: lines)) {
                if let level {
                    if let section = open, level <= section.level {
                        found.append(section.lines.joined(separator: "\n"))
                        open = nil
                    }
                    if line.drop(while: { $0 == "#" }).dropFirst() == heading, open == nil {
                        open = (level, [])
                        continue
                    }
                }
                open?.lines.append(line)
            }
            if let open { found.append(open.lines.joined(separator: "\n")) }
        }
        guard found.count == 1 else { throw NoSuchSection(heading: heading, count: found.count) }
        return found[0]
    }

    /// The rows of the first table under a heading, by their cells.
    package func rows(under heading: String) throws -> [[String]] {
        let lines = try section(heading).split(separator: "\n", omittingEmptySubsequences: false)
        let table = lines.drop { !$0.hasPrefix("|") }.prefix { $0.hasPrefix("|") }
        return table.filter { $0.hasPrefix("| ") }.map { line in
            line.dropFirst(2).dropLast(2).components(separatedBy: " | ")
        }
    }

    /// The level of each line that is a heading; a line of a block that begins with `#` is none.
    package static func levels(of lines: [Substring]) -> [Int?] {
        var isInBlock = false
        return lines.map { line in
            if line.hasPrefix("```") { isInBlock.toggle() }
            guard !isInBlock, line.hasPrefix("#") else { return nil }
            let level = line.prefix { $0 == "#" }.count
            return line.dropFirst(level).first == " " ? level : nil
        }
    }

    /// The texts between backticks.
    package static func codeSpans(_ text: String) -> [String] {
        // A block between fences is none, and an odd number of its marks would turn what follows inside out.
        text.replacing(/(?s)```.*?```/, with: " ").matches(of: /`([^`]+)`/).map { String($0.output.1) }
    }
}
