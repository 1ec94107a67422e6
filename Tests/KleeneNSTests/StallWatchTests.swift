import Extraction
import Foundation
import Testing

@testable import KleeneNS

/// When a silent worker counts as stalled, and when the silence is somebody else's.
@Suite struct StallWatchTests {
    private let start = ContinuousClock.now

    private func watch(limit: Int = 60) -> StallWatch { StallWatch(limit: .seconds(limit), at: start) }

    /// The second at which a watch is over that is looked at each half second, with jumps of the clock before some seconds.
    private func end(of watch: StallWatch, jumps: [Double: Int] = [:], saying: Set<Double> = []) -> Double? {
        var watch = watch
        var now = start
        for half in 0..<400 {
            let second = Double(half) / 2
            // Within a turn, as while it waits for an event, and between two.
            watch.beginTurn(at: now)
            if let jump = jumps[second] { now += .seconds(jump) }
            if saying.contains(second) { watch.begin(at: now) }
            if watch.isOver(at: now) { return second }
            now += .milliseconds(500)
            if let jump = jumps[second + 0.25] { now += .seconds(jump) }
        }
        return nil
    }

    @Test func silenceOfTheLimitIsAStall() {
        #expect(end(of: watch()) == 60)
        #expect(end(of: watch(limit: 1)) == 1)
        #expect(end(of: watch(), saying: [59.5]) == 119.5)
    }

    /// A night's sleep costs a driver that said something before it, and goes on behind it, nothing.
    @Test(arguments: [3, 61, 8 * 3600, 40 * 86_400]) func timeInWhichNobodyLookedIsNotTheWorkers(seconds: Int) {
        // Of a turn that took too long, nothing is counted.
        for place in [30.0, 30.25] {
            #expect(end(of: watch(), jumps: [place: seconds]) == 60.5, "\(place)")
        }
        // Again and again, as a lid that is opened and shut; each with the worker's word between.
        #expect(
            end(of: watch(), jumps: [10: seconds, 40.25: seconds, 41: seconds], saying: [20, 50]) == 110)
    }

    @Test func machineThatSleepsAtTheLastMomentGivesTheWorkerItsTime() {
        var watch = watch()
        for half in 0...118 { watch.beginTurn(at: start + .milliseconds(500 * half)) }
        // Within this turn the machine slept.
        let morning = start + .seconds(59 + 30_000)
        #expect(!watch.isOver(at: morning))
        watch.beginTurn(at: morning)
        #expect(watch.deadline == start + .seconds(59 + 30_000 + 2))
    }

    /// A limit as short as the longest turn was over at once when a paused run went on.
    @Test(arguments: [1, 2, 3]) func shortLimitOutlivesAPause(limit: Int) {
        for silence in stride(from: 0, to: limit * 1000, by: 250) {
            var watch = watch(limit: limit)
            let pause = start + .milliseconds(silence)
            for turn in stride(from: 0, through: silence, by: 250) { watch.beginTurn(at: start + .milliseconds(turn)) }
            let morning = pause + .seconds(6)
            #expect(!watch.isOver(at: morning))
            watch.beginTurn(at: morning)
            #expect(!watch.isOver(at: morning + .milliseconds(900)), "\(silence)")
            let left = max(min(limit, 2) * 1000, limit * 1000 - silence)
            #expect(watch.deadline == morning + .milliseconds(left), "\(silence)")
        }
    }

    @Test func turnsOfTheUsualLengthChangeNothing() {
        var watch = watch()
        for half in 0...100 { watch.beginTurn(at: start + .milliseconds(500 * half)) }
        #expect(watch.deadline == start + .seconds(60))
        watch.beginTurn(at: start + .milliseconds(52_000))
        #expect(watch.deadline == start + .seconds(60))
        // A clock that went back is no time that was slept.
        watch.beginTurn(at: start)
        #expect(watch.deadline == start + .seconds(60))
    }

    @Test func destinationThatLoadsMayTakeItsTime() {
        var watch = watch(limit: 1)
        watch.notice(.loading(extract: "a", rows: 1))
        #expect(watch.deadline == nil)
        #expect(!watch.isOver(at: start + .seconds(3600)))
        watch.notice(.note(extract: nil, text: "said meanwhile"))
        #expect(watch.deadline == nil)
        watch.notice(.started(extract: "b", run: RunIdentity(startedAt: Timestamp(Date()), salt: 1)))
        watch.begin(at: start + .seconds(3600))
        #expect(watch.deadline == start + .seconds(3601))
    }
}
