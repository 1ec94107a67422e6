import Extraction
import Foundation
import Rows
import Staging

extension DestinationContract {
    /// What loads do with rows and columns.
    static var loading: [Claim] {
        [
            Claim(description: "values arrive as they were staged") { contract in
                let columns = [
                    Column(name: "id", type: .integer), Column(name: "text", type: .text),
                    Column(name: "number", type: .double), Column(name: "day", type: .date),
                    Column(name: "exact", type: .decimal(precision: 30, scale: 10)),
                ]
                let long = String(repeating: "ä𝄞", count: 50_000)
                let odd = "it's \"quoted\" \\ \(contract.place.takesNUL ? "\u{0}" : "\u{1}"), ,"
                let rows: [[Cell?]] = [
                    [
                        .integer(.max), .text(""), .double(0.1), .text("2026-02-28"),
                        .text("12345678901234567890.0123456789"),
                    ],
                    [.integer(.min), .text(long), nil, nil, nil], [nil, nil, nil, nil, nil],
                    [
                        .integer(0), .text(odd), .double(-1e300), .text("0001-01-01"),
                        .text("-0.1000000000"),
                    ],
                ]
                var run = Run(extract: extract(.dropCreateLoad), columns: columns, chunks: [rows])
                run.extract.uniqueColumns = []
                try contract.run(run)
                let found = try contract.place.rows("t", columns.map(\.name))?.sorted { ($0[0] ?? "") < ($1[0] ?? "") }
                try require(found?.map { $0[0] }, [nil, "-9223372036854775808", "0", "9223372036854775807"])
                try require(found?.map { $0[1] }, [nil, long, odd, ""])
                try require(found?.map { $0[3] }, [nil, nil, "0001-01-01", "2026-02-28"])
                try require(found?.map { $0[4] }, [nil, nil, "-0.1000000000", "12345678901234567890.0123456789"])
                try require(found?.map { $0[2].flatMap { Double($0) } }, [nil, nil, -1e300, 0.1])
            },
            Claim(description: "a table that is made again has the columns and rows of the run") { contract in
                try contract.run(Run(extract: extract(.dropCreateLoad), chunks: [[row(1, "a"), row(2, "b")]]))
                let fewer = [Column(name: "id", type: .integer), Column(name: "other", type: .text)]
                let result = try contract.run(
                    Run(extract: extract(.dropCreateLoad), columns: fewer, chunks: [[[.integer(7), .text("x")]]]))
                try require(result.rowsInTable, 1)
                try require(try contract.table("t", ["id", "other"]), ["7 x"])
            },
            Claim(description: "a table that is emptied and filled keeps its columns") { contract in
                try contract.run(Run(extract: extract(.truncateLoad), chunks: [[row(1, "a", 5), row(2, "b", 6)]]))
                try contract.run(Run(extract: extract(.truncateLoad), chunks: [[row(3, nil, 7)], [row(4, "", nil)]]))
                try require(try contract.table(), ["3 - 7", "4  -"])
            },
            Claim(description: "rows are added to those that are there") { contract in
                var adding = extract(.append)
                adding.uniqueColumns = []
                try contract.run(Run(extract: adding, chunks: [[row(1, "a")]]))
                let result = try contract.run(Run(extract: adding, chunks: [[row(1, "a")], [row(2, "b")]]))
                try require(result.rowsAdded, 2)
                try require(try contract.table(), ["1 a -", "1 a -", "2 b -"])
            },
            Claim(description: "an empty read makes the table, and empties one that is there") { contract in
                try contract.run(Run(extract: extract(.truncateLoad), chunks: [[]]))
                try require(try contract.table(), [])
                try contract.run(Run(extract: extract(.truncateLoad), chunks: [[row(1, "a")]]))
                try contract.run(Run(extract: extract(.truncateLoad), chunks: [[]]))
                try require(try contract.table(), [])
            },
            Claim(description: "a table of another program is left alone until it is adopted") { contract in
                try contract.place.make("t", ["id", "name", "k"], [[9, 9, 9]])
                try requireRefusal(.destination, "did not make it") {
                    try contract.run(Run(extract: extract(.truncateLoad), chunks: [[row(1, "1", 1)]]))
                }
                try require(try contract.table(), ["9 9 9"])
                var adopting = extract(.truncateLoad)
                adopting.adoptsTable = true
                let numbers = ["id", "name", "k"].map { Column(name: $0, type: .integer) }
                try contract.run(
                    Run(extract: adopting, columns: numbers, chunks: [[[.integer(1), .integer(2), .integer(3)]]]))
                try require(try contract.table(), ["1 2 3"])
            },
            Claim(description: "rows of another table of the source are not replaced") { contract in
                try contract.run(Run(extract: extract(.dropCreateLoad), chunks: [[row(1, "a")]]))
                var other = extract(.dropCreateLoad, name: "other")
                other.table = TableName(schema: "s", name: "another")
                try requireRefusal(.configuration, "holds rows of") {
                    try contract.run(Run(extract: other, chunks: [[row(2, "b")]]))
                }
                try require(try contract.table(), ["1 a -"])
            },
            Claim(description: "a new column of the source comes into a table of our own") { contract in
                try contract.run(Run(extract: extract(.upsert), chunks: [[row(1, "a", 1)]]))
                var wider = Run(
                    extract: extract(.upsert), columns: columns + [Column(name: "more", type: .text)],
                    chunks: [[row(2, "b", 2) + [.text("x")]]])
                var drift = Drift()
                drift.new = ["more"]
                wider.drift = drift
                try contract.run(wider)
                try require(try contract.table("t", ["id", "name", "k", "more"]), ["1 a 1 -", "2 b 2 x"])
            },
            Claim(description: "a column that the source has lost stops a load that keeps rows") { contract in
                try contract.run(Run(extract: extract(.upsert), chunks: [[row(1, "a", 1)]]))
                var narrower = Run(
                    extract: extract(.upsert), columns: Array(columns.prefix(2)), chunks: [[[.integer(2), .text("b")]]])
                var drift = Drift()
                drift.gone = ["k"]
                narrower.drift = drift
                try requireRefusal(.drift) { try contract.run(narrower) }
                try require(try contract.table(), ["1 a 1"])
            },
            Claim(description: "a guard stops a load by which a table would get much smaller, and keeps the rows") {
                contract in
                try contract.run(
                    Run(extract: extract(.truncateLoad), chunks: [(1...10).map { row($0, "a", $0) }]))
                var run = Run(extract: extract(.truncateLoad), chunks: [[row(1, "a", 1)]])
                run.isGuarded = true
                let destination = contract.place.destination(source: nil)
                let lease = try destination.lease(run.extract)
                let sealed = try contract.stage(run, lease)
                try requireRefusal(.guarded, "would replace 10") {
                    _ = try destination.commit(Change(contract.change(run, sealed)))
                }
                try sealed.keepStopped()
                lease.end(keepsStaging: true)
                try require(try contract.table()?.count, 10)
                try require(contract.place.destination(source: nil).glance(at: run.extract)?.isStopped, true)
            },
        ]
    }
}
