import Extraction
import Foundation
import Logging
import Testing

@testable import KleeneNS

/// A listing that takes long says so after a second, and then every few seconds.
@Suite struct CatalogProgressTests {
    @Test func nothingIsSaidInTheFirstSecondAndALineEveryFiveSecondsAfterIt() throws {
        let pipe = Pipe()
        let terminal = Terminal(errors: pipe.fileHandleForWriting.fileDescriptor)
        let handler = StandardErrorLog(terminal: terminal, format: .text, hasColor: false, logLevel: .info)
        let start = ContinuousClock().now
        var time = start
        let progress = CatalogProgress(
            log: Logger(label: "t", factory: { _ in handler }), terminal: terminal, showsProgress: false, now: { time })
        let table = CatalogTable(catalog: nil, schema: nil, table: "t", type: "TABLE", remarks: nil)
        for tenth in 0...120 {
            time = start + .milliseconds(100 * tenth)
            progress.notice(
                tenth == 30
                    ? .tables([table, table])
                    : tenth == 70 ? .columns(CatalogTableColumns(name: table.name, columns: [])) : nil)
        }
        progress.end()
        try pipe.fileHandleForWriting.close()
        let lines = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            .split(separator: "\n").map(String.init)
        #expect(lines.count == 3, "\(lines)")
        #expect(lines[0].contains("waiting for the source's catalog seconds=1"))
        #expect(lines[1].contains("2 tables listed, reading columns seconds=6"))
        #expect(lines[2].contains("columns of 1 of 2 tables read seconds=11"))
    }
}
