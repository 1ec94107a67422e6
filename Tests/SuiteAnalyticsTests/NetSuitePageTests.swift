import Foundation
import ODBCSource
import TestSupport
import Testing

@testable import SuiteAnalytics

/// docs/netsuite.md and docs/driver.md quote what the program says, all of it, and nothing that it does not say.
@Suite struct NetSuitePageTests {
    private static let paths = ["docs/netsuite.md", "docs/driver.md"]

    private static var pages: String {
        get throws { try paths.map { try ProjectPages.contents(of: $0) }.joined(separator: "\n") }
    }

    @Test(arguments: LoginTopic.allCases)
    func everyReasonOfAFailedLoginIsOnAPage(topic: LoginTopic) throws {
        let reason = LoginText(topic).reason
        if !reason.isEmpty { #expect(try Self.pages.contains("`\(reason)`")) }
    }

    @Test func everyReasonOfAFailedReadIsOnThePage() throws {
        let page = try Self.pages
        #expect(ReadingText.all.count > 10)
        for text in ReadingText.all { #expect(page.contains("`\(text.reason)`"), "\(text.reason)") }
    }

    @Test func everyCodeOfTheTokenEndpointIsOnThePage() throws {
        let codes = try Self.table(headed: "| code |").map { $0.replacing("`", with: "") }
        #expect(Set(codes) == Set(TokenJudge.causes.map(\.code)))
    }

    /// The first cells of the table with such a head.
    private static func table(headed head: String) throws -> [String] {
        let lines = try pages.split(separator: "\n", omittingEmptySubsequences: false)
        let table = lines.drop { !$0.hasPrefix(head) }.prefix { $0.hasPrefix("|") }
        return table.dropFirst(2).map { String($0.dropFirst(2).split(separator: " | ")[0]) }
    }

    /// What the sources hold as text, with added literals as one and without escapes.
    private static let literals: String = {
        let sources = ProjectPages.root.appending(path: "Sources")
        var text = ""
        let files = FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil)
        for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
            guard !file.path.contains("MockSuiteAnalytics") else { continue }
            text += (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        }
        return text.replacing(/"\s*\+ "/, with: "").replacing("\\\"", with: "\"")
    }()

    @Test func everySentenceThatThePagesQuoteIsOneOfTheProgram() throws {
        var quoted: [String] = []
        for path in Self.paths {
            let lines = try ProjectPages.contents(of: path).split(separator: "\n", omittingEmptySubsequences: false)
            var isTable = false
            for line in lines {
                if line.hasPrefix("| kleene-ns says |") { isTable = true }
                if !line.hasPrefix("|") { isTable = false }
                guard isTable, let cell = line.dropFirst(2).components(separatedBy: " | ").first else { continue }
                quoted += ProjectPages.codeSpans(cell)
            }
        }
        #expect(quoted.count > 30)
        for sentence in quoted {
            let pieces = sentence.components(separatedBy: "…").filter { $0.count > 1 }
            #expect(!pieces.isEmpty && pieces.allSatisfy { Self.literals.contains($0) }, "\(sentence)")
        }
    }

    /// Each step to a connection stands in the program's own words too.
    @Test func thePagesAndTheGuideNameTheSamePermissions() throws {
        let page = try Self.pages
        for permission in [
            "SuiteAnalytics Connect - Read All", "Log in using Access Tokens", "Log in using OAuth 2.0 Access Tokens",
        ] {
            #expect(page.contains("*\(permission)*"), "\(permission)")
            let words = ConnectGuide.preparation + ["tba", "oauth2"].map(ConnectGuide.words(ofMethod:))
            #expect(words.contains { $0.contains("\"\(permission)\"") }, "\(permission)")
        }
        #expect(page.contains(ConnectGuide.mappingPage) && page.contains(ConnectGuide.truststore))
        #expect(page.contains("\"\(ConnectGuide.driver)\"") && page.contains(ConnectGuide.driverDirectory))
    }
}
