import Foundation
import TestSupport
import Testing

/// The pages lead where they say, and the first one is short.
@Suite struct PageLinkTests {
    /// All pages of the project, from its root.
    static let paths: [String] = {
        let own = [
            "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "Benchmarks/README.md",
            "Tests/RecordingDriver/README.md",
        ].filter { FileManager.default.fileExists(atPath: ProjectPages.root.appending(path: $0).path) }
        return own + ((try? ProjectPages())?.pages ?? []).map(\.path)
    }()

    /// Where links of a page lead, without what lies elsewhere in the world; blocks of code have none.
    private static func links(of text: String) -> [String] {
        let parts = text.components(separatedBy: "\n```")
        let prose = stride(from: 0, to: parts.count, by: 2).map { parts[$0] }.joined(separator: "\n")
        return prose.matches(of: /\]\(([^)\s]+)\)/).map { String($0.output.1) }
            .filter { !$0.contains("://") && !$0.hasPrefix("mailto:") }
    }

    /// The names of a page's headings, as GitHub makes them.
    static func anchors(of text: String) -> Set<String> {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var anchors: Set<String> = []
        for (line, level) in zip(lines, ProjectPages.levels(of: lines)) where level != nil {
            let title = line.drop { $0 == "#" }.dropFirst().lowercased()
            let kept = title.filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }.replacing(" ", with: "-")
            var (name, number) = (kept, 0)
            while !anchors.insert(name).inserted {
                number += 1
                name = "\(kept)-\(number)"
            }
        }
        return anchors
    }

    @Test func anchorsAreThoseOfGitHub() {
        let text = "# `init`, OAuth 2.0\n```\n# no heading\n```\n## Is the copy true\n## Is the copy true\n#none\n"
        #expect(Self.anchors(of: text) == ["init-oauth-20", "is-the-copy-true", "is-the-copy-true-1"])
    }

    @Test(arguments: paths)
    func everyLinkLeadsToAFileAndAHeading(path: String) throws {
        let page = ProjectPages.root.appending(path: path)
        let text = try ProjectPages.contents(of: path)
        for link in Self.links(of: text) {
            let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let target =
                parts[0].isEmpty
                ? page : URL(filePath: parts[0], relativeTo: page.deletingLastPathComponent()).standardizedFileURL
            #expect(FileManager.default.fileExists(atPath: target.path), "\(path): \(link)")
            guard parts.count == 2 else { continue }
            let anchors = Self.anchors(of: (try? String(contentsOf: target, encoding: .utf8)) ?? "")
            #expect(anchors.contains(parts[1]), "\(path): \(link) of \(anchors.sorted())")
        }
    }

    /// What nobody links to, nobody reads.
    @Test func theFirstPageLeadsToEveryOther() throws {
        let readme = try ProjectPages.contents(of: "README.md")
        let links = Set(Self.links(of: readme).map { String($0.prefix { $0 != "#" }) })
        #expect(links.count > 12)
        for path in Self.paths where path.hasPrefix("docs/") { #expect(links.contains(path), "\(path)") }
    }

    /// It is for the first hour.
    @Test func theFirstPageHasFewerThanTwelveHundredWords() throws {
        let words = try ProjectPages.contents(of: "README.md").split(whereSeparator: \.isWhitespace)
        #expect(words.count < 1200, "\(words.count)")
    }
}
