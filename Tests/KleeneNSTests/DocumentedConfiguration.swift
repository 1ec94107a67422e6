import Foundation
import TestSupport

@testable import KleeneNS

/// A configuration that users are shown: a file that is shipped, or what a page has in a block.
struct DocumentedConfiguration {
    /// Where it stands, for a sentence.
    var place: String
    var text: String

    /// The files that are shipped, and the examples that the program prints.
    static func shipped() throws -> [DocumentedConfiguration] {
        var paths = ["config.example.json", "config.oauth2.example.json"]
        let examples = FileManager.default.enumerator(atPath: ProjectPages.root.appending(path: "Examples").path)
        while let path = examples?.nextObject() as? String {
            if path.hasSuffix(".json") { paths.append("Examples/\(path)") }
        }
        let files = try paths.map { DocumentedConfiguration(place: $0, text: try ProjectPages.contents(of: $0)) }
        let printed = ExampleConfiguration.Login.allCases.map {
            DocumentedConfiguration(place: "config example --login \($0.rawValue)", text: ExampleConfiguration.text($0))
        }
        return files + printed
    }

    /// The blocks of JSON of all pages. Parts of one stand where they belong, with the least around them that makes a whole.
    static func all(in pages: ProjectPages) -> [DocumentedConfiguration] {
        pages.blocks.filter { $0.kind == "json" }.map {
            DocumentedConfiguration(place: "\($0)", text: whole($0.text))
        }
    }

    private static func whole(_ text: String) -> String {
        let account = #""account_id": "1234567", "role_id": 57"#
        let login = #""auth": {"method": "password", "user": "u", "password": {"env": "P"}}"#
        let destination = #""destination": {"type": "sqlite", "path": "d.db"}"#
        let header =
            #"{"name": "transactions", "table": "transaction", "load_method": "upsert", "unique_columns": ["id"], "#
            + #""extract_type": "incremental", "incremental_key": "lastmodifieddate"}"#
        if text.contains(#""source": {"#) { return text }
        if text.hasPrefix(#""auth""#) {
            return #"{"source": {\#(account), \#(text)}, \#(destination), "extracts": [\#(header)]}"#
        }
        if text.hasPrefix(#""attributes""#) {
            return #"{"source": {\#(account), \#(login), \#(text)}, \#(destination), "extracts": [\#(header)]}"#
        }
        if text.hasPrefix(#""destination""#) {
            return #"{"source": {\#(account), \#(login)}, \#(text), "extracts": [\#(header)]}"#
        }
        let rest = text.contains(#""name": "transactions""#) ? "]}" : ", \(header)]}"
        return #"{"source": {\#(account), \#(login)}, \#(destination), "extracts": [\#(text)"# + rest
    }
}
