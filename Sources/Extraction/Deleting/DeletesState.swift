/// How far an extract has got with what the source has deleted.
package struct DeletesState: Codable, Hashable, Sendable {
    /// All that the record of deletions said before this moment has been heeded; nil where it was never read.
    package var through: KeyValue?
    /// The record of deletions as the source spells it: not asked for again.
    package var log: DeletionLog?
    /// When the last sweep began that came to its end, or the load that filled the table; nil where nobody knows.
    package var sweptAt: Timestamp?
    /// What sweeps found gone, the latest last: rows of other extracts may be parts of it, and go when both are read together.
    package var swept: [SweptKeys]?
    /// Of an extract that follows another: up to which of its sweeps the rows of gone headers are gone too, as the sweep's run.
    package var heeded: String?

    package init() {}
}

/// Where a service keeps which of its records were deleted.
package struct DeletionLog: Codable, Hashable, Sendable {
    package var table: TableName
    /// The columns that name a record, and when it was deleted.
    package var id: String
    package var moment: String
    /// A timestamp or a date.
    package var kind: KeyKind
    /// The columns that say what kind of record it was: by a name, and by a number. Nil where there are none.
    package var type: String?
    package var number: String?

    package init(
        table: TableName, id: String, moment: String, kind: KeyKind = .timestamp, type: String?, number: String?
    ) {
        self.table = table
        self.id = id
        self.moment = moment
        self.kind = kind
        self.type = type
        self.number = number
    }

    /// The same as a listing spells it.
    ///
    /// - Throws: where the columns are not there.
    func resolved(in listing: CatalogTableColumns) throws -> DeletionLog {
        func find(_ name: String?) -> CatalogColumn? {
            name.flatMap { name in listing.columns.first { FoldedName($0.name) == FoldedName(name) } }
        }
        guard let id = find(id), let moment = find(moment), let kind = moment.keyKind, kind.isTime else {
            throw Failure.absent(
                "The source's \(listing.name) does not show the columns \"\(self.id)\" and \"\(self.moment)\", by which deleted "
                    + "rows are known.",
                advice: "Give the role the permission \"Deleted Records\", or say \"by\": \"sweep\" in \"deletes\".")
        }
        return DeletionLog(
            table: listing.name, id: id.name, moment: moment.name, kind: kind, type: find(type)?.name,
            number: find(number)?.name)
    }
}
