import Extraction
import FoundationEssentials

extension RunRecord {
    /// Seconds since the run was over; nil where that lies ahead of the clock, which was wrong then or is wrong now: such a run is no
    /// evidence of anything fresh.
    func age(at now: Date) -> Int? {
        guard let seconds = (finishedAt ?? startedAt).seconds(until: now), seconds > -Self.tolerance else { return nil }
        return Int(max(0, seconds))
    }

    /// By so many seconds two clocks, or one before and behind a correction, may differ.
    private static let tolerance = 300.0
}
