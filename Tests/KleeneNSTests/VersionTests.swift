import Foundation
import Testing

@testable import KleeneNS

@Suite struct VersionTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func theFirstLineHasTheVersionAndTheCommitWhereItIsKnown() {
        let libraries = [(name: "SQLite", version: "3.40.1")]
        #expect(Version.text(commit: nil, libraries: libraries) == "kleene-ns \(Version.current)\nSQLite 3.40.1")
        #expect(
            Version.text(commit: "0123456789ab-dirty", libraries: [])
                == "kleene-ns \(Version.current) (0123456789ab-dirty)")
    }

    @Test func theLibrariesSayTheirVersions() {
        let libraries = Version.libraries
        #expect(libraries.map(\.name) == ["unixODBC", "SQLite"])
        for (name, version) in libraries {
            #expect(version.wholeMatch(of: /[0-9]+(\.[0-9]+)+/) != nil, "\(name) \(version)")
        }
    }

    /// The newest entry of the changelog is the version that is built, with the day of its release; none stands twice.
    @Test func theChangelogBeginsWithThisVersion() throws {
        let text = try String(contentsOf: Self.root.appending(path: "CHANGELOG.md"), encoding: .utf8)
        let entries = text.split(separator: "\n").filter { $0.hasPrefix("## ") }
        let versions = try entries.map { entry in
            try #require(
                entry.wholeMatch(of: /## \[([0-9]+\.[0-9]+\.[0-9]+)\] - [0-9]{4}-[0-9]{2}-[0-9]{2}/), "\(entry)"
            )
            .output.1
        }
        #expect(versions.first.map(String.init) == Version.current)
        #expect(Set(versions).count == versions.count)
    }

    @Test(arguments: ExampleConfiguration.Login.allCases)
    func theExampleInTheProgramIsTheFile(_ login: ExampleConfiguration.Login) throws {
        let name = login == .tba ? "config.example.json" : "config.oauth2.example.json"
        let file = try String(contentsOf: Self.root.appending(path: name), encoding: .utf8)
        #expect(ExampleConfiguration.text(login) + "\n" == file)
    }
}
