import Foundation
import TestSupport
import Testing

/// How long ago extracts were done, asked of the destination alone.
@Suite struct FreshnessTests {
    private let bench: MockBench

    init() throws { bench = try MockBench(extracts: MockBench.transactions()) }

    private func age(by seconds: Int) throws {
        let then = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: -Double(seconds)))
        _ = try sqlite(
            bench.destination,
            "UPDATE _kleene_runs SET record = json_set(record, '$.finishedAt', '\(then)', '$.startedAt', '\(then)')")
    }

    @Test func theVerdictIsByTheAgeOfTheLastSuccess() throws {
        let never = try bench.run("check", "freshness", "--error", "1d", "--format", "json")
        #expect(never.code == 7, "\(never.all)")
        #expect(try bench.ask("extract", "--quiet").code == 0)
        #expect(try bench.run("check", "freshness", "--warn", "6h", "--error", "24h").code == 0)
        try age(by: 10 * 3600)
        let warned = try bench.run("check", "freshness", "--warn", "6h", "--error", "24h", "--format", "json")
        let said = try bench.json(warned)
        #expect(warned.code == 0 && said["status"] as? String == "warn", "\(warned.all)")
        #expect(said["warn_seconds"] as? Int == 21_600 && said["age_seconds"] as? Int ?? 0 >= 36_000)
        #expect(warned.errors.contains("longer than 6 hours"), "\(warned.all)")
        try age(by: 30 * 3600)
        let late = try bench.run("check", "freshness", "transactions")
        #expect(late.code == 7 && late.output.contains("error"), "\(late.all)")
        #expect(try bench.run("check", "freshness", "--error", "2d", "--quiet").all.isEmpty)
    }

    @Test(arguments: [
        (["check", "freshness", "--warn", "2d", "--error", "1d"], "'--warn' must be shorter than '--error'"),
        (["check", "freshness", "transaction", "--error", "1d"], "Did you mean \"transactions\"?"),
        (["verify", "--full", "--sample", "2%"], "exclude each other"), (["verify", "--sample", "200%"], "--sample"),
        (["verify", "--allow-shrink"], "'--allow-shrink' is for '--repair'"),
        (["verify", "--history", "--repair"], "'--history' only lists"),
    ])
    func badFlagsGetASentence(_ arguments: [String], _ sentence: String) throws {
        let result = try bench.program.run(arguments)
        #expect(result.code == 2 && result.errors.contains(sentence), "\(result.all)")
    }
}
