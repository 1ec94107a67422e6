/// Columns whose values are counted in one sum: each value adds the weight of its column, and NULL adds nothing.
///
/// Weights are drawn for each comparison. Where two sides have other numbers of values in some column, one weight at most among
/// all that could be drawn for it makes their sums the same: a difference is missed with a chance of one in 2^40, whatever the
/// difference is.
package struct WeighedColumns: Hashable, Sendable {
    package let names: [String]
    package let weights: [Int64]

    /// So many weights may be drawn for a column.
    package static let choices: Int64 = 1 << 40
    /// Beyond 32 bits, so that a database takes each for a number of 64; a hundred of them are far from what 64 bits hold.
    private static let least: Int64 = 1 << 32

    package init(names: [String], weights: [Int64]) {
        self.names = names
        self.weights = weights
    }

    package init(drawnFor names: [String]) {
        var generator = SystemRandomNumberGenerator()
        self.init(drawnFor: names, by: &generator)
    }

    package init(drawnFor names: [String], by generator: inout some RandomNumberGenerator) {
        self.init(
            names: names,
            weights: names.map { _ in .random(in: Self.least..<Self.least + Self.choices, using: &generator) })
    }

    /// What NULL counts for in the sum of a column of whole numbers, which takes PostgreSQL (15) a third of the time of its weight.
    ///
    /// Drawn for each comparison too. Of 30 bits, so that a database still adds up numbers of 32: where the sums of two sides differ by
    /// something else than their NULLs do, one number at most makes them the same.
    package static func numberOfNull() -> Int64 { .random(in: 1 << 29..<1 << 30) }

    /// What a row adds, as an expression of standard SQL.
    ///
    /// Two columns at a time, which takes PostgreSQL (15) less time than one or three: it keeps the result of each step in memory.
    /// `num_nonnulls` of the same columns takes less again, and tells no column from another.
    ///
    /// - Parameter names: Of its columns, as SQL.
    package func sql(_ names: [String]) -> String {
        let values = Array(zip(names, weights))
        return stride(from: 0, to: values.count, by: 2).map { first in
            let (name, weight) = values[first]
            guard first + 1 < values.count else { return Self.one(name, 0, weight) }
            let (other, more) = values[first + 1]
            return "CASE WHEN \(name) IS NULL THEN \(Self.one(other, 0, more)) "
                + "ELSE \(Self.one(other, weight, weight + more)) END"
        }.joined(separator: " + ")
    }

    private static func one(_ name: String, _ without: Int64, _ with: Int64) -> String {
        "CASE WHEN \(name) IS NULL THEN \(without) ELSE \(with) END"
    }
}
