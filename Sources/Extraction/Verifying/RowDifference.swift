/// One value of what identifies a row, as both sides have it.
package enum KeyCell: Codable, Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)

    package var text: String? {
        switch self {
        case .null: nil
        case .integer(let number): String(number)
        case .text(let text): text
        }
    }
}

/// A row that is not the same on both sides.
package struct RowDifference: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        /// The source has it, and the destination does not.
        case missing
        /// The destination has it, and the source does not.
        case extra
        /// The destination has an older version of it, by the incremental key.
        case stale
        /// Both have it, with other values.
        case different
    }

    package var kind: Kind
    /// The values of the unique columns, in their order.
    package var key: [KeyCell]
    /// The columns whose values differ; empty for a row that one side lacks.
    package var columns: [String]
    /// Whether the row is extra because the destination has several with the same key; nil for no.
    package var isRepeated: Bool?

    package init(_ kind: Kind, key: [KeyCell], columns: [String] = [], isRepeated: Bool? = nil) {
        self.kind = kind
        self.key = key
        self.columns = columns
        self.isRepeated = isRepeated
    }
}

extension RowDifference {
    /// Rows that nothing identifies: only how many each side has beyond the other.
    ///
    /// - Parameter limit: So many of each kind at most.
    package static func counted(missing: Int, extra: Int, limit: Int) -> [RowDifference] {
        Array(repeating: RowDifference(.missing, key: []), count: min(limit, missing))
            + Array(repeating: RowDifference(.extra, key: []), count: min(limit, extra))
    }
}

extension Failure {
    /// - Parameter place: The destination.
    package static func nothingToVerify(_ table: String, in place: String) -> Failure {
        Failure(
            .destination, "There is no table \"\(table)\" in \(place) to verify.", advice: "Load the extract first.")
    }
}

/// How many rows differ, and in which way.
package struct DifferenceCounts: Codable, Hashable, Sendable {
    package var missing = 0
    package var extra = 0
    package var stale = 0
    package var different = 0

    package init() {}

    package init(_ differences: [RowDifference]) {
        for difference in differences { add(difference.kind, 1) }
    }

    package var all: Int { missing + extra + stale + different }

    package mutating func add(_ kind: RowDifference.Kind, _ rows: Int) {
        switch kind {
        case .missing: missing += rows
        case .extra: extra += rows
        case .stale: stale += rows
        case .different: different += rows
        }
    }
}

/// Rows that are left aside on both sides: those with the values of staged ones.
package struct LeftAside<Rows: StagedTable> {
    package var rows: Rows
    /// The staged columns, and beside them those of the table.
    package var names: [String]
    package var columns: [String]

    package init(_ rows: Rows, names: [String], columns: [String]) {
        self.rows = rows
        self.names = names
        self.columns = columns
    }
}

/// Staged rows of the source, and which rows of a destination table they are held against.
package struct RowComparison<Rows: StagedTable> {
    /// The destination table.
    package var table: String
    /// What identifies a row; empty where rows are only counted by their values.
    package var unique: [String]
    /// The columns that are compared.
    package var columns: [String]
    package var version: VersionKey?
    package var rows: Rows
    /// Rows that are left aside, because they have changed since the watermark.
    package var aside: [LeftAside<Rows>] = []
    /// Rows of the table that are meant at all; nil for all.
    package var since: BucketRange?
    package var part: Part
    /// Differences at most.
    package var limit: Int

    /// Which rows of the destination the staged ones are all of.
    package enum Part: Sendable {
        case ranges([BucketRange])
        /// Of both sides, only these.
        case keys([[KeyCell]])
    }

    package init(table: String, unique: [String], columns: [String], rows: Rows, part: Part) {
        self.table = table
        self.unique = unique
        self.columns = columns
        self.rows = rows
        self.part = part
        limit = VerifyBounds.mostDifferences + 1
    }
}
