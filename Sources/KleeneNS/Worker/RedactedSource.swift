import Extraction
import Masks
import Rows

/// A source whose failures and facts hold no secret, whatever its driver puts into its messages, and of whose masked columns no value
/// gets any further.
///
/// It stands in the worker, between the driver and the run, because the run writes failures into the destination.
final class RedactedSource<Base: Source>: Source {
    private let base: Base
    private let redact: Redactor
    private let maskKey: MaskKey?

    init(_ base: Base, redact: Redactor, maskKey: MaskKey? = nil) {
        self.base = base
        self.redact = redact
        self.maskKey = maskKey
    }

    var maskMark: String? { maskKey?.mark }
    func connect() throws -> SourceFacts { try redact.concealed(try guarded { try base.connect() }) }
    func schemas() throws -> [CatalogSchema] { try guarded { try base.schemas() } }
    func tables(schema: String?) throws -> [CatalogTable] { try guarded { try base.tables(schema: schema) } }
    func columns(of table: TableName, withKey: Bool) throws -> CatalogTableColumns {
        try guarded { try base.columns(of: table, withKey: withKey) }
    }
    func eachColumns(of tables: [TableName], tell: (CatalogTableColumns) throws -> Void) throws {
        try guarded { try base.eachColumns(of: tables, tell: tell) }
    }
    func disconnect() { base.disconnect() }
    var comparesMomentsAsText: Bool { base.comparesMomentsAsText }
    var mostColumns: Int? { base.mostColumns }
    func count(of table: TableName, where condition: Condition?) throws -> Int? {
        try guarded { try base.count(of: table, where: condition) }
    }
    func count(_ query: TableQuery, isPart: Bool) throws -> Int? {
        try guarded { try base.count(query, isPart: isPart) }
    }
    func tallies(of columns: [String], in table: TableName) throws -> ColumnTallies? {
        try guarded { try base.tallies(of: columns, in: table) }
    }
    func repeatedKeys(_ columns: [String], in table: TableName, limit: Int) throws -> [RepeatedKey]? {
        try guarded { try base.repeatedKeys(columns, in: table, limit: limit) }
    }
    func duplicates(_ columns: [String], in table: TableName) throws -> Int? {
        try guarded { try base.duplicates(columns, in: table) }
    }
    func digests(_ query: DigestQuery) throws -> [BucketDigest]? { try guarded { try base.digests(query) } }
    var keepsStates: Bool { base.keepsStates }
    var addsUpSeconds: Bool { base.addsUpSeconds }
    var addsUpByRange: Bool { base.addsUpByRange }
    var columnsCountedTogether: Int { base.columnsCountedTogether }
    func knowledge(of table: TableName) -> TableKnowledge? { base.knowledge(of: table) }
    var deletionLog: DeletionLog? { base.deletionLog }
    func tables(deletedAs type: String?, recordType: Int?) -> [String] {
        base.tables(deletedAs: type, recordType: recordType)
    }
    func clock() throws -> SourceClock { try guarded { try base.clock() } }
    func extent(
        of column: String, kind: KeyKind, in table: TableName, where condition: Condition?
    ) throws -> KeyExtent {
        try guarded { try base.extent(of: column, kind: kind, in: table, where: condition) }
    }
    func ends(of column: String, kind: KeyKind, in table: TableName, where condition: Condition?) throws -> KeyEnds {
        try guarded { try base.ends(of: column, kind: kind, in: table, where: condition) }
    }
    func maximum(
        of column: String, kind: KeyKind, in table: TableName, where condition: Condition?
    ) throws -> KeyValue? {
        try guarded { try base.maximum(of: column, kind: kind, in: table, where: condition) }
    }
    func statement(for query: TableQuery) throws -> String { try guarded { try base.statement(for: query) } }
    var mayLogInAgain: Bool { base.mayLogInAgain }
    func open(_ query: TableQuery, hint: Base.Hint?) throws -> RedactedReader<Base.Reader> {
        let reader = try guarded { try base.open(query, hint: hint) }
        return try RedactedReader(reader, redact: redact, masks: query.masks, key: maskKey)
    }

    private func guarded<Value>(_ body: () throws -> Value) throws -> Value {
        do { return try body() } catch let failure as Failure { throw try redact.concealed(failure) }
    }
}

/// A reader whose failures hold no secret, and whose masked columns no value.
final class RedactedReader<Base: TableReader>: TableReader {
    private let base: Base
    private let redact: Redactor
    /// Nil where nothing is masked: then rows go where they are to go at once.
    private let mask: BatchMask?
    let masked: [String: ColumnMask]

    /// - Throws: where what is to be masked cannot be.
    init(_ base: Base, redact: Redactor, masks: [String: ColumnMask], key: MaskKey?) throws {
        self.base = base
        self.redact = redact
        masked = masks
        mask = masks.isEmpty ? nil : try BatchMask(masks, of: base.columns, layout: base.layout, key: key)
    }

    var columns: [Column] { mask?.columns ?? base.columns }
    var layout: BatchLayout { mask?.layout ?? base.layout }
    var counted: Int? { base.counted }
    func fill(_ batch: RowBatch) throws -> Bool {
        do {
            guard let mask else { return try base.fill(batch) }
            return try mask.fill(batch) { try base.fill($0) }
        } catch let failure as Failure { throw try redact.concealed(failure) }
    }
}
