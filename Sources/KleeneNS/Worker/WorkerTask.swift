import Extraction
import Foundation
import Rows

/// What a worker does with its source.
struct WorkerTask<S: Source> {
    let source: S
    let tell: @Sendable (WorkerEvent) -> Void
    let isInterrupted: @Sendable () -> Bool

    /// Does a task and tells what comes of it.
    ///
    /// `destination` opens the destination of a path, `diagnose` examines the source, `probe` goes on from there.
    func perform<D: Destination>(
        _ task: WorkOrder.Task, destination: (String) -> D, diagnose: () -> [Check], probe: () -> Void
    ) {
        do {
            switch task {
            case .schemas:
                _ = try source.connect()
                tell(.schemas(try source.schemas()))
            case .tables(let schema):
                _ = try source.connect()
                tell(.tables(try source.tables(schema: schema)))
            case .columns(let table):
                _ = try source.connect()
                tell(.columns(try source.columns(of: table)))
            case .preview(let table, let limit):
                _ = try source.connect()
                tell(.preview(try preview(table, limit: limit)))
            case .extract(let extracts, let path): run(extracts, into: destination(path))
            case .diagnose: tell(.checks(diagnose()))
            case .probe:
                tell(.checks(diagnose()))
                probe()
            }
        } catch {
            tell(.failed(.wrapping(error)))
        }
    }

    private func run(_ extracts: [WorkOrder.OrderedExtract], into destination: some Destination) {
        let tell = tell
        let run = ExtractRun(
            source: source, destination: destination, version: Version.current, observe: { tell(.run($0)) },
            isInterrupted: isInterrupted)
        for ordered in extracts {
            if isInterrupted() { return }
            // An identity of its own time: the order is as old as the extracts before this one took.
            let identity = RunIdentity(startedAt: Timestamp(Date()), salt: .random(in: 0...UInt32.max))
            let record = run(ordered.extract, run: identity)
            // A refused login is never tried again by itself: the next try could lock the account.
            if record.failure?.kind == .credentials || record.status == .interrupted { return }
        }
    }

    /// The first rows of a table as text.
    ///
    /// Starts again where values are longer than their slots.
    private func preview(_ table: TableName, limit: Int) throws -> Preview {
        let listing = try source.columns(of: table)
        let query = TableQuery(table: listing.name, columns: listing.columns.map(\.name), limit: limit)
        var widths = LearnedWidths()
        for _ in 0..<16 {
            do {
                return try rows(of: query, widths: widths, limit: limit)
            } catch let overflow as SlotOverflow {
                widths = overflow.widths
            }
        }
        throw Failure(
            .data, "The driver kept delivering values of \(table) longer than it had said.",
            advice: "Please report this with the driver's version.")
    }

    private func rows(of query: TableQuery, widths: LearnedWidths, limit: Int) throws -> Preview {
        let reader = try source.open(query, widths: widths)
        let batch = reader.makeBatch()
        let columns = reader.columns
        var rows: [[String?]] = []
        while rows.count < limit, try reader.fill(batch) {
            for row in 0..<min(batch.rowCount, limit - rows.count) {
                rows.append(columns.indices.map { batch.text(column: $0, row: row) })
            }
        }
        return Preview(columns: columns.map(\.name), types: columns.map(\.declaredType), rows: rows)
    }
}
