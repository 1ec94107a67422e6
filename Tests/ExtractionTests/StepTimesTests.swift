import Testing

@testable import Extraction

/// A run takes as long as its steps, in whatever step it ends.
@Suite struct StepTimesTests {
    private func sum(_ steps: StepTimes) -> Double { steps.all.reduce(0) { $0 + $1.seconds } }

    @Test func whatIsLeftOfTheTotalIsTheOpenStep() {
        var steps = StepTimes()
        steps.login = 1
        steps.plan = 2
        steps.fill(to: 10)
        #expect(steps.read == 7 && steps.load == nil)
        var loaded = StepTimes()
        (loaded.login, loaded.plan, loaded.read) = (1, 2, 3)
        loaded.fill(to: 8)
        #expect(loaded.load == 2)
        // A record that was ended before the change was made is ended again behind it.
        loaded.fill(to: 11)
        #expect(loaded.load == 5 && sum(loaded) == 11)
        // A clock that says less than its parts makes no time.
        loaded.fill(to: 1)
        #expect(loaded.load == 0)
    }

    @Test(arguments: [[0.0004, 0.0004, 0.0004, 0.0004], [0.0016, 0.0016, 0.0016, 0.0016], [1, 0.0005, 0.3333, 2]])
    func millisecondsAddUpToTheTotal(seconds: [Double]) {
        var steps = StepTimes()
        (steps.login, steps.plan, steps.read, steps.load) = (seconds[0], seconds[1], seconds[2], seconds[3])
        let shown = steps.rounded.reduce(0) { $0 + Int(($1.seconds * 1000).rounded()) }
        #expect(shown == Int((sum(steps) * 1000).rounded()))
    }

    @Test func aRunThatEndsHasStepsThatAddUp() {
        var record = RunRecord(
            TableExtract(name: "e", table: TableName(name: "t"), destinationTable: "t"),
            run: RunIdentity(startedAt: Timestamp(text: "2026-11-23T08:00:00.000Z"), salt: 1), version: "test")
        let begin = ContinuousClock.now - .seconds(9)
        record.steps = StepTimes()
        record.steps?.login = 2
        record.steps?.plan = 1
        record.fail(Failure(.data, "No."), since: begin)
        let steps = record.steps ?? StepTimes()
        #expect(record.seconds >= 9 && abs(sum(steps) - record.seconds) < 1e-6 && steps.read ?? 0 >= 6)
    }
}
