import FoundationEssentials

/// How a run ends.
extension RunRecord {
    /// The record of a run that has done what it was to do, as it goes in with the rows, in one transaction: what is not
    /// committed has not succeeded.
    func succeeded(since begin: ContinuousClock.Instant) -> RunRecord {
        var record = self
        record.status = .succeeded
        record.chunksKept = nil
        record.end(since: begin)
        return record
    }

    /// Says why the run did not do what it was to do.
    package mutating func fail(_ failure: Failure) {
        self.failure = failure
        status = failure.kind == .interrupted ? .interrupted : .failed
    }

    /// The same, and that it is over now.
    mutating func fail(_ failure: Failure, since begin: ContinuousClock.Instant) {
        fail(failure)
        end(since: begin)
    }

    /// Adds what became of the table, in one way and then perhaps in another.
    package mutating func add(_ result: LoadResult) {
        func sum(_ first: Int?, _ second: Int?) -> Int? {
            guard let first, let second else { return first ?? second }
            return first + second
        }
        rowsInTable = result.rowsInTable
        rowsAdded = sum(rowsAdded, result.rowsAdded)
        rowsReplaced = sum(rowsReplaced, result.rowsReplaced)
        rowsUnchanged = sum(rowsUnchanged, result.rowsUnchanged)
        rowsRemoved = sum(rowsRemoved, result.rowsRemoved)
        notes += result.notes
    }

    /// Says that the run is over now.
    mutating func end(since begin: ContinuousClock.Instant) {
        seconds = (ContinuousClock.now - begin) / .seconds(1)
        steps?.fill(to: seconds)
        finishedAt = Timestamp(Date())
        peakMemory = Self.peakMemory
    }

    /// The largest resident size of this process, as Linux counts it: `VmHWM` of /proc/self/status. A driver that keeps
    /// whole results in memory shows here. Nil where the system does not say.
    private static var peakMemory: Int? {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        return kilobytes << 10
    }
}
