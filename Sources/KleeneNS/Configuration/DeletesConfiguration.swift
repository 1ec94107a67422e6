import Extraction
import Rows

extension Deletes {
    /// Reads `"deletes": {"by": "deletedrecord", "mode": "soft", "most": "5%", "every": "7d"}`; nil where it is absent, or faulty.
    init?(_ reader: ObjectReader) {
        guard let members = reader.object("deletes") else { return nil }
        let by = members.choice("by", Tier.self)
        members.missing("by", "by what it is known that a row is gone")
        let mode = members.choice("mode", Mode.self)
        let most = members.percentage("most")
        let every = members.duration("every")
        let types = members.strings("record_types")
        if every == 0 { members.fault("every", "must be a span from one second, such as \"7d\".") }
        members.finish()
        guard let by else { return nil }
        self.init(by: by, mode: mode ?? .soft)
        self.most = most
        self.every = every
        recordTypes = types ?? []
        if by != .deletedRecord, types != nil {
            members.fault(
                "record_types", "says how deletedrecord names records; it goes with \"by\": \"deletedrecord\".")
        }
        if by == .none, every != nil {
            members.fault("every", "does not go with \"by\": \"none\": nothing is swept then; say \"by\": \"sweep\".")
        }
    }
}

/// Whether what an extract says of deleted rows goes with the rest of it, and with its source.
struct DeletesJudgement {
    let extract: ExtractConfiguration
    let source: SourceConfiguration?

    /// Why not, in a sentence; nil where it does.
    var refusal: String? {
        guard let deletes = extract.deletes, deletes.by != .none else { return nil }
        if extract.extractType == .full, extract.follows == nil {
            return extract.loadMethod.replacesAllRows
                ? "does not go with a full extract that replaces the table: no row that is gone stays in it anyway."
                : "goes with \"incremental\" and \"upsert\" only; a full extract is rid of deleted rows by \"load_method\": "
                    + "\"truncate_load\"."
        }
        if extract.loadMethod != .upsert {
            return
                "does not go with \"\(extract.loadMethod.rawValue)\", which keeps each version of a row; use \"load_method\": "
                + "\"upsert\"."
        }
        if deletes.mode == .soft, !extract.metadataColumns {
            return
                "would mark rows in the column \(MetadataColumn.deletedAt), and \"metadata_columns\" is false; set that to true, "
                + "or \"mode\" to \"hard\"."
        }
        switch deletes.by {
        case .groups where extract.follows == nil:
            return "\"by\": \"groups\" is for rows that are part of others: it needs \"follows\"."
        case .deletedRecord: return recordRefusal(deletes)
        case .groups, .sweep, .none: return nil
        }
    }

    private func recordRefusal(_ deletes: Deletes) -> String? {
        if extract.follows != nil {
            return
                "\"by\": \"deletedrecord\" is for the header: its rows go with it where that says so. Say \"by\": \"groups\" here."
        }
        guard case .netSuite? = source else {
            return source == nil
                ? nil : "\"by\": \"deletedrecord\" is for NetSuite; other sources take \"by\": \"sweep\"."
        }
        guard deletes.recordTypes.isEmpty else { return nil }
        let known = source?.knowledge(of: extract.table.shortName)
        if known?.deletions.areLogged == false {
            return "NetSuite keeps no record of what is deleted from \(extract.table); say \"by\": \"sweep\"."
        }
        let isNamed = known.map {
            !$0.deletions.types.isEmpty || $0.deletions.recordType != nil || $0.table.hasPrefix("custom")
        }
        if isNamed != true {
            return
                "it is not known what deletedrecord calls the records of \(extract.table); name them with \"record_types\", or say "
                + "\"by\": \"sweep\"."
        }
        return nil
    }
}
