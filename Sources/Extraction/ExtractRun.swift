import Foundation
import Rows

/// One run of one extract: check the destination, connect, read into staging, load, record.
///
/// The calling thread reads, because it owns the connection; a second thread writes, so that fetching and inserting
/// overlap. Neither source nor destination is named here, and nothing is printed: what happens is told to `observe`.
package struct ExtractRun<S: Source, D: Destination> {
    package let source: S
    package let destination: D
    package let version: String
    /// Called from the calling thread and from the writer's, never from both at once for one extract.
    package let observe: @Sendable (RunEvent) -> Void
    /// Asked between batches; true stops the run with nothing loaded.
    package let isInterrupted: @Sendable () -> Bool

    package init(
        source: S, destination: D, version: String, observe: @escaping @Sendable (RunEvent) -> Void,
        isInterrupted: @escaping @Sendable () -> Bool
    ) {
        self.source = source
        self.destination = destination
        self.version = version
        self.observe = observe
        self.isInterrupted = isInterrupted
    }

    /// Batches that go round between reader and writer: one is filled while one is written.
    private static var batchCount: Int { 2 }

    /// How often one read may begin again with wider slots before it is given up.
    private static var maximumRestarts: Int { 16 }

    /// Runs the extract to its end, good or bad; the record says which. Never throws.
    package func callAsFunction(_ extract: TableExtract, run: RunIdentity) -> RunRecord {
        observe(.started(extract: extract.name, run: run))
        let begin = ContinuousClock.now
        var record = RunRecord(extract, run: run, version: version)
        do {
            try destination.prepare(extract)
        } catch {
            // Nothing is recorded in a destination that would not have us.
            record.failure = .wrapping(error)
            record.end(since: begin)
            observe(.finished(record))
            return record
        }
        defer { destination.release(extract) }
        do {
            try readAndLoad(extract, run: run, record: &record, begin: begin)
        } catch {
            let failure = Failure.wrapping(error)
            record.failure = failure
            record.status = failure.kind == .interrupted ? .interrupted : .failed
            record.end(since: begin)
            do {
                try destination.record(record)
            } catch {
                record.notes.append("The run could not be recorded: \(error)")
            }
        }
        observe(.finished(record))
        return record
    }

    private func readAndLoad(
        _ extract: TableExtract, run: RunIdentity, record: inout RunRecord, begin: ContinuousClock.Instant
    ) throws {
        let facts = try source.connect()
        record.source = facts
        observe(.connected(facts))
        let query = try plan(extract)
        var widths = LearnedWidths()
        var staging: D.Staging?
        while true {
            do {
                let reader = try source.open(query, widths: widths)
                let table: D.Staging
                if let staging {
                    try staging.restart()
                    table = staging
                } else {
                    table = try destination.stage(extract, columns: reader.columns, run: run)
                    staging = table
                }
                observe(.reading(extract: extract.name, columns: reader.columns.count))
                try transfer(from: reader, to: table, extract: extract, record: &record)
                break
            } catch let overflow as SlotOverflow {
                record.restarts += 1
                guard record.restarts <= Self.maximumRestarts else {
                    throw Failure(
                        .data,
                        "Reading \(extract.table) began again \(Self.maximumRestarts) times, because the driver kept "
                            + "delivering values longer than it had said.",
                        advice: "Leave the long columns out with \"columns\", or report this with the driver's version."
                    )
                }
                let changed = overflow.widths.byColumn.filter { widths.byColumn[$0.key] != $0.value }.keys.sorted()
                widths = overflow.widths
                observe(.restarted(extract: extract.name, columns: changed.map { query.columns[$0] }))
            }
        }
        guard let staging else { return }
        let staged = try staging.seal()
        record.notes += staged.notes
        guard staged.rows == record.rowsRead else {
            throw Failure(
                .internal, "\(record.rowsRead) rows of \(extract.table) were read but \(staged.rows) were staged.",
                advice: "Nothing was loaded. Please report this.")
        }
        observe(.loading(extract: extract.name, rows: staged.rows))
        // The record goes in with the rows, in one transaction, so it says "succeeded" before that is so.
        record.status = .succeeded
        record.end(since: begin)
        let result: LoadResult
        do {
            result = try destination.load(staging, record: record)
        } catch {
            record.status = .failed
            throw error
        }
        record.rowsInTable = result.rowsInTable
        record.notes += result.notes
        record.end(since: begin)
    }

    /// The query of an extract: its own columns, checked against the catalog, or all of the catalog's.
    private func plan(_ extract: TableExtract) throws -> TableQuery {
        let listing = try source.columns(of: extract.table)
        let available = listing.columns.map(\.name)
        guard let wanted = extract.columns else {
            // Calculated columns cost the source a computation a row, and it advises against them: only when asked for.
            return TableQuery(listing, columns: listing.columns.filter { !$0.calculated }.map(\.name))
        }
        // Exactly as written where that exists; otherwise without regard to case, where that is unambiguous.
        var columns: [String] = []
        var missing: [String] = []
        for name in wanted {
            let folded = available.filter { $0.lowercased() == name.lowercased() }
            if available.contains(name) {
                columns.append(name)
            } else if folded.count == 1 {
                columns.append(folded[0])
            } else {
                missing.append(name)
            }
        }
        guard missing.isEmpty else {
            let names = missing.map { "\"\($0)\"" }.joined(separator: ", ")
            throw Failure(
                .statement, "The table \(extract.table) has no column \(names).",
                advice: "`kleene-ns columns \(extract.table)` lists the columns it has.")
        }
        return TableQuery(listing, columns: columns)
    }

    /// Moves all rows of a read into staging.
    private func transfer(
        from reader: S.Reader, to staging: D.Staging, extract: TableExtract, record: inout RunRecord
    ) throws {
        record.rowsRead = 0
        record.bytesRead = 0
        let exchange = BatchExchange(batches: (0..<Self.batchCount).map { _ in reader.makeBatch() })
        let writer = Thread {
            while let batch = exchange.receive() {
                if exchange.failure == nil {
                    do {
                        try staging.write(batch)
                        Failpoint.reach(.stagingBatch)
                    } catch {
                        exchange.fail(error)
                    }
                }
                exchange.recycle(batch)
            }
            exchange.markWritten()
        }
        writer.name = "kleene-writer"
        writer.start()
        defer {
            // The writer must be at rest before staging is touched again, whatever happened here.
            exchange.finish()
            exchange.waitUntilWritten()
        }
        while true {
            if isInterrupted() {
                throw Failure(.interrupted, "The run was interrupted; nothing of it was loaded.")
            }
            let batch = try exchange.takeFree()
            guard try reader.fill(batch) else { break }
            record.rowsRead += batch.rowCount
            record.bytesRead += batch.valueBytes
            exchange.send(batch)
            observe(.progress(extract: extract.name, rows: record.rowsRead, bytes: record.bytesRead))
        }
        exchange.finish()
        exchange.waitUntilWritten()
        if let failure = exchange.failure { throw failure }
    }
}

extension RunRecord {
    /// Says that the run is over now.
    fileprivate mutating func end(since begin: ContinuousClock.Instant) {
        seconds = (ContinuousClock.now - begin) / .seconds(1)
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
