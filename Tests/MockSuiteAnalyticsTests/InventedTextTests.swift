import Foundation
import Testing

/// Texts that the mock says in the service's name: shown by a public source, or marked as invented where they are made.
@Suite struct InventedTextTests {
    /// What public sources show, as far as the mock's words go before something of its own.
    private static let published = [
        "Syntax Error in the SQL statement.", "Base table:", "Failed to retrieve data. Error ticket# ",
        "Connection expired. Please reconnect", "Session refused by service, connection closed",
        "Failed to login using TBA",
    ]

    private static var sources: [(name: String, text: String)] {
        get throws {
            let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "Sources/MockSuiteAnalytics")
            let files = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
            return try (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }.map {
                ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8))
            }
        }
    }

    @Test func everyTextIsPublishedOrMarked() throws {
        // A text behind a SQLSTATE or the vendor's prefix, and the rest of its statement up to the line's end.
        let made = try Regex<(Substring, Substring, Substring)>(
            #"(?:engine\(\s*"[0-9A-Z]{5}",\s*(?:fault\.text \?\? )?"|Prefix\)|text = ")([^"\n]*[a-z]{3}[^"\n]*)"([^\n]*(?:\n\s+code: \d+\)[^\n]*)?)"#
        )
        var (marked, published): (Set<String>, Set<String>) = ([], [])
        for (name, text) in try Self.sources {
            for match in text.matches(of: made) {
                let words = String(match.output.1)
                // The one place that puts texts together.
                if words.hasPrefix("\\(text)") { continue }
                if match.output.2.contains("// invented") {
                    marked.insert(words)
                } else if let known = Self.published.first(where: { words.hasPrefix($0) }) {
                    published.insert(known)
                } else {
                    Issue.record("\(name): \"\(words)\" is neither published nor marked as invented")
                }
            }
        }
        #expect(published == Set(Self.published))
        #expect(marked.count >= 10, "\(marked)")
    }
}
