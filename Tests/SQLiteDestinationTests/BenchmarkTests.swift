import Extraction
import Foundation
import Rows
import SQLiteDestination
import Testing

/// Prints how fast rows are staged and loaded; asserts only that they arrive. Few rows unless optimized
/// (`swift test -c release`), because an unoptimized number says nothing.
@Suite(.serialized) struct BenchmarkTests {
    @Test func rowsPerSecond() throws {
        #if DEBUG
            let (build, batches) = ("not optimized", 20)
        #else
            let (build, batches) = ("optimized", 500)
        #endif
        let columns = [
            Column(name: "id", type: .integer), Column(name: "tranid", type: .text),
            Column(name: "trandate", type: .timestamp), Column(name: "amount", type: .double),
            Column(name: "total", type: .decimal(precision: 18, scale: 2)), Column(name: "memo", type: .text),
            Column(name: "entity", type: .integer), Column(name: "posting", type: .text),
        ]
        for isWide in [false, true] {
            func text(_ value: String) -> Cell { isWide ? .wide(value) : .text(value) }
            let rows = (0..<2000).map { row -> [Cell?] in
                let memo: Cell? = row % 3 == 0 ? nil : text("a memo of some length \(row)")
                let date = text("2026-11-23 09:30:\(row % 60)")
                let flag = text(row % 2 == 0 ? "T" : "F")
                let amount = Cell.double(Double(row) * 1.01)
                return [
                    .integer(Int64(row)), text("INV-00\(row)"), date, amount, text("\(row).25"), memo,
                    .integer(Int64(row * 31)), flag,
                ]
            }
            let batch = makeBatch(rows)
            let folder = try Folder()
            let destination = SQLiteFile(path: folder.file())
            let extract = makeExtract(metadata: true)
            for pass in ["first", "again"] {
                try destination.prepare(extract)
                let staging = try destination.stage(extract, columns: columns, run: makeRun())
                let start = ContinuousClock.now
                for _ in 0..<batches { try staging.write(batch) }
                let count = try staging.seal().rows
                let staged = ContinuousClock.now
                _ = try destination.load(staging, record: RunRecord(extract, run: makeRun(), version: ""))
                let loaded = ContinuousClock.now
                destination.release(extract)
                func rate(_ duration: Duration) -> Int { Int(Double(count) / (duration / .seconds(1))) }
                print(
                    "benchmark, \(build), \(isWide ? "UTF-16" : "UTF-8"), \(pass): "
                        + "\(count) rows x \(columns.count)+2 columns, staged \(rate(staged - start)) rows/s, "
                        + "loaded \(rate(loaded - staged)) rows/s")
            }
            #expect(try query(folder.file(), "SELECT count(*) FROM t") == [[.integer(Int64(batches * 2000))]])
        }
    }
}
