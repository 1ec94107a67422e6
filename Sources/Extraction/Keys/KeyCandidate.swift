package import Rows
import Text

/// Columns that may identify the rows of a table: who says so, and what the data say.
package struct KeyCandidate: Codable, Hashable, Sendable {
    @Exact package var columns: [String]
    package var origins: [Origin]
    /// Where bundled knowledge comes from.
    package var source: String?
    package var proof: KeyProof?
    /// Why there is no proof.
    package var obstacle: String?

    package enum Origin: String, Codable, Sendable, CaseIterable {
        /// The source's catalog says that it is the primary key.
        case declared
        /// The source's catalog lists a unique index of it.
        case index
        /// Bundled knowledge of the service.
        case bundled
        /// Nobody says so; it was found on the data.
        case probed
    }

    package init(columns: [String], origins: [Origin], source: String? = nil) {
        self.columns = columns
        self.origins = origins
        self.source = source
    }

    /// Whether it identifies each row there is, so that rows can be known by it; nil where nothing is proven.
    package var identifies: Bool? {
        guard let proof, proof.rows > 0 else { return nil }
        return proof.nulls == 0 && proof.isUnique
    }

    /// A sentence for a person.
    package var verdict: String {
        guard let proof else { return obstacle ?? "not looked at" }
        if proof.rows == 0 { return "the table has no row, which proves nothing" }
        if columns.count == 1, proof.nulls > 1, proof.duplicates == proof.nulls - 1 {
            return
                "\(Sentence.count(proof.nulls, "row", "has", "have")) NULL there; no two of the others share their values"
        }
        if !proof.isUnique { return "rows share their values: it does not identify them" }
        if proof.nulls > 0 {
            return "no two rows share their values, but \(Sentence.count(proof.nulls, "row", "has", "have")) NULL there"
        }
        return proof.rows == 1 ? "identifies the only row" : "identifies all \(Sentence.count(proof.rows, "row"))"
    }

    /// What a person takes first: what identifies rows, and is said by the source, and is short.
    package func isBetter(than other: KeyCandidate) -> Bool {
        func rank(_ candidate: KeyCandidate) -> [Int] {
            let origin = candidate.origins.compactMap(Origin.allCases.firstIndex).min() ?? Origin.allCases.count
            let proven = candidate.identifies == true ? 0 : candidate.identifies == nil ? 1 : 2
            return [proven, candidate.proof?.nulls == 0 ? 0 : 1, origin, candidate.columns.count]
        }
        return rank(self).lexicographicallyPrecedes(rank(other))
    }
}

/// What the data say of a candidate.
package struct KeyProof: Codable, Hashable, Sendable {
    package var rows: Int
    /// Rows with NULL in one of the columns.
    package var nulls: Int
    /// Rows beyond the first of those that share their values, NULLs being the same; nil where that many were not counted.
    package var duplicates: Int?
    /// Some of the values that several rows share.
    package var examples: [RepeatedKey]

    package init(rows: Int, nulls: Int, duplicates: Int?, examples: [RepeatedKey] = []) {
        self.rows = rows
        self.nulls = nulls
        self.duplicates = duplicates
        self.examples = examples
    }

    package var isUnique: Bool { duplicates == 0 || (duplicates == nil && examples.isEmpty) }
}

/// Values that several rows share.
package struct RepeatedKey: Codable, Hashable, Sendable, CustomStringConvertible {
    /// As the source writes them; nil is NULL.
    package var values: [String?]
    package var rows: Int

    package init(values: [String?], rows: Int) {
        self.values = values
        self.rows = rows
    }

    /// Takes a value out that nobody is to see. NULL is none.
    package mutating func hide(_ place: Int) {
        if values.indices.contains(place), values[place] != nil { values[place] = ColumnMask.redaction }
    }

    package var description: String {
        "(\(values.map { $0.map { String($0.prefix(40)) } ?? "NULL" }.joined(separator: ", "))) "
            + "\(Sentence.count(rows, "time"))"
    }
}

/// How the values of some columns are spread over a table's rows.
package struct ColumnTallies: Hashable, Sendable {
    package var rows: Int
    package var columns: [Tally]

    package struct Tally: Hashable, Sendable {
        /// Rows that have a value.
        package var present: Int
        package var distinct: Int

        package init(present: Int, distinct: Int) {
            self.present = present
            self.distinct = distinct
        }
    }

    package init(rows: Int, columns: [Tally]) {
        self.rows = rows
        self.columns = columns
    }
}
