package import Extraction
import Foundation
import Rows
package import Staging

/// Where a destination of some kind lies, for the contract: made anew for each claim.
package protocol ContractPlace: SendableMetatype {
    associatedtype Kind: Destination, SendableMetatype where Kind.Lease == Lease

    /// A destination at this place: each has opened nothing that another has.
    ///
    /// - Parameter source: The source that rows come from, in words; nil for any.
    func destination(source: String?) -> Kind
    /// What a reader sees of a table in some columns, as texts, in any order; nil where there is no such table.
    func rows(_ table: String, _ columns: [String]) throws -> [[String?]]?
    /// Has a table made by another program, with rows of whole numbers.
    func make(_ table: String, _ columns: [String], _ rows: [[Int]]) throws
    /// Whether a text may hold a NUL character there.
    var takesNUL: Bool { get }
}

extension ContractPlace {
    package var takesNUL: Bool { true }
}

/// Every claim about a destination that is not about one kind of it. A new kind is held to all of them.
package struct DestinationContract<Place: ContractPlace> {
    let place: Place

    package init(_ place: Place) { self.place = place }

    /// One claim by its name.
    package struct Claim: Sendable, CustomStringConvertible {
        package let description: String
        let check: @Sendable (DestinationContract) throws -> Void

        package func check(_ place: Place) throws { try check(DestinationContract(place)) }
    }

    package static var claims: [Claim] {
        loading + keys + groups + deletes + together + leases + watermarks
    }

    // MARK: What claims are made of

    static var columns: [Column] {
        [Column(name: "id", type: .integer), Column(name: "name", type: .text), Column(name: "k", type: .integer)]
    }

    /// One run with the rows of its chunks, in the order of their reads.
    struct Run {
        var extract: TableExtract
        var columns = DestinationContract.columns
        var kind: KeyKind?
        var chunks: [[[Cell?]]]
        var watermark: Watermark?
        var moves: Watermark?
        var drift: Drift?
        var isGuarded = false
        var source: SourceIdentity?
    }

    @discardableResult
    func run(_ run: Run) throws -> LoadResult {
        let destination = place.destination(source: nil)
        let lease = try destination.lease(run.extract)
        defer { lease.end(keepsStaging: false) }
        let sealed = try stage(run, lease)
        return try destination.commit(Change(change(run, sealed)))[0]
    }

    func plan(_ run: Run, _ identity: RunIdentity) -> ReadPlan {
        var plan = ReadPlan(
            run: identity, table: run.extract.table, columns: run.columns.map(\.name),
            uniqueColumns: run.extract.uniqueColumns, isBackfill: false,
            chunks: run.chunks.indices.map { Chunk(number: $0 + 1) }, reasons: [])
        plan.keyKind = run.kind
        if run.kind != nil { plan.window = Window(key: "k", lower: nil, upper: nil, readsNulls: true) }
        plan.watermark = run.watermark
        plan.readsOffsets = true
        plan.drift = run.drift
        return plan
    }

    func stage(_ run: Run, _ lease: Lease) throws -> SealedFile {
        let identity = RunIdentity(startedAt: Timestamp(Date()), salt: .random(in: .min ... .max))
        let staging = try lease.stage(plan(run, identity), columns: run.columns, run: identity, goingOn: false)
        for (index, rows) in run.chunks.enumerated() {
            if !rows.isEmpty { try staging.write(makeBatch(rows), chunk: index + 1) }
            try staging.complete(chunk: index + 1, order: index + 1)
        }
        return try staging.seal()
    }

    func change(_ run: Run, _ sealed: SealedFile) -> TableChange<SealedFile> {
        let order = sealed.order
        var record = RunRecord(run.extract, run: order.run, version: "test")
        record.status = .succeeded
        record.rowsRead = sealed.summary.rows
        var change = TableChange(
            run.extract.destinationTable, run.extract.way(order.plan), rows: sealed, run: record,
            terms: TableTerms(extract: run.extract, plan: order.plan, columns: order.columns, source: run.source))
        change.state = run.moves.map { StateChange(from: run.watermark, to: state(run.extract, $0)) }
        if run.isGuarded { change.guards = ShrinkGuard(run.extract) }
        return change
    }

    func state(_ extract: TableExtract, _ watermark: Watermark) -> ExtractState {
        ExtractState(
            extract: extract.name,
            basis: .init(
                table: extract.table.description, key: "k", kind: .integer, filter: nil, columns: nil),
            watermark: watermark, runID: nil, updatedAt: Timestamp(Date()))
    }

    static func extract(
        _ method: LoadMethod, name: String = "e", table: String = "t", key: Bool = false
    ) -> TableExtract {
        var extract = TableExtract(
            name: name, table: TableName(schema: "s", name: "source"), loadMethod: method, destinationTable: table,
            addsMetadataColumns: false)
        extract.uniqueColumns = ["id"]
        if key {
            extract.extractType = .incremental
            extract.incremental = Incremental(key: "k")
        }
        return extract
    }

    static func row(_ id: Int64, _ name: String?, _ key: Int64? = nil) -> [Cell?] {
        [.integer(id), name.map { .text($0) }, key.map { .integer($0) }]
    }

    /// A table as lines in the order of their text, NULL as `-`.
    func table(_ name: String = "t", _ columns: [String] = ["id", "name", "k"]) throws -> [String]? {
        try place.rows(name, columns)?.map { $0.map { $0 ?? "-" }.joined(separator: " ") }.sorted()
    }
}

/// A claim of the contract that does not hold.
package struct BrokenClaim: Error, CustomStringConvertible {
    package let description: String
}

/// Throws where two values are not the same.
func require<Value: Equatable>(_ found: Value, _ expected: Value, line: Int = #line) throws {
    guard found != expected else { return }
    throw BrokenClaim(description: "line \(line): \(found), where \(expected) was to be")
}

/// Throws where something is not refused with a failure of a class, or not in these words.
@discardableResult
func requireRefusal(
    _ kind: FailureClass, _ words: String = "", line: Int = #line, _ body: () throws -> Void
) throws -> Failure {
    do {
        try body()
    } catch let failure as Failure where failure.kind == kind && (words.isEmpty || "\(failure)".contains(words)) {
        return failure
    } catch {
        throw BrokenClaim(description: "line \(line): \(error), where a refusal of the class \(kind) was to be")
    }
    throw BrokenClaim(description: "line \(line): nothing was refused")
}
