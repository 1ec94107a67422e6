import Foundation
import Testing

/// SECURITY.md says of each claim which test holds it: those tests exist.
@Suite struct SecurityPageTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func eachClaimOfTheSecurityPageNamesATestThatExists() throws {
        let page = try String(contentsOf: Self.root.appending(path: "SECURITY.md"), encoding: .utf8)
        var files: [String: String] = [:]
        let tests = Self.root.appending(path: "Tests")
        for path in try FileManager.default.subpathsOfDirectory(atPath: tests.path) where path.hasSuffix("Tests.swift")
        {
            let text = try String(contentsOf: tests.appending(path: path), encoding: .utf8)
            files[URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent, default: ""] += text
        }
        let named = page.matches(of: /`([A-Za-z]+Tests)\.([A-Za-z]+)`/)
        #expect(named.count >= 20)
        for match in named {
            let text = try #require(files[String(match.1)], "There is no \(match.1)")
            #expect(text.contains("func \(match.2)("), "\(match.1) has no test \(match.2)")
        }
        // A claim is a line of a list; each ends with its tests.
        for line in page.split(separator: "\n") where line.hasPrefix("- ") {
            #expect(line.contains(/`[A-Za-z]+Tests\.[A-Za-z]+`/), "No test is named for: \(line)")
        }
    }
}
