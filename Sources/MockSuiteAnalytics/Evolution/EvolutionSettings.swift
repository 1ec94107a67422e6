/// How the data evolves; read from words such as `late=0.2 delay=900 tables=customer`.
package struct EvolutionSettings: Sendable, Codable, Equatable {
    package struct Refusal: Error, CustomStringConvertible {
        package let description: String
    }

    package var tables = ["transaction", "transactionLine", "customer"]
    package var seed: UInt64
    /// Seconds by which a step moves the clock, from and to.
    package var advance = [1, 60]
    /// Changes in one step, from and to.
    package var changes = [1, 10]
    /// How often a change is each of the three, in proportion.
    package var insert = 3.0
    package var update = 6.0
    package var delete = 1.0
    /// A transaction that is voided: its amounts become 0, and so do those of its lines, whose dates stay.
    package var void = 0.0
    /// The share of changes that become visible after their date.
    package var late = 0.1
    /// The most seconds by which a late change comes after its date.
    package var delay = 600
    /// The share of new and changed rows whose date of change is NULL.
    package var null = 0.0
    /// The share of new and changed rows whose date of change lies days or years ahead.
    package var future = 0.0
    /// The share of changes of a line, its deletion among them, that move the date of its header as well.
    package var touch = 0.0
    /// The share of changes of a header that move the dates of its lines as well.
    package var spread = 0.0
    /// The share of deleted records that leave no row in `deletedrecord`.
    package var untraced = 0.0
    /// The share of steps in which many rows are changed at once, with one date.
    package var bulk = 0.05
    package var bulkRows = 50
    /// The share of steps in which a custom column of the tables goes, comes back or gets more room.
    package var columns = 0.0

    enum CodingKeys: String, CodingKey {
        case tables, seed, advance, changes, insert, update, delete, late, delay, null, future, touch, spread, untraced,
            bulk, void, columns
        case bulkRows = "bulk_rows"
    }

    package init(seed: UInt64) {
        self.seed = seed
    }

    /// Takes over what `words` set; what they don't mention stays.
    ///
    /// Throws at the first word that is no setting, and then changes nothing.
    package mutating func apply(_ words: [String]) throws(Refusal) {
        var changed = self
        for word in words {
            let pair = word.split(separator: "=", maxSplits: 1).map { String($0) }
            guard pair.count == 2 else { throw Refusal(description: "\(word) is not of the form NAME=VALUE.") }
            try changed.set(pair[0], pair[1])
        }
        guard changed.insert + changed.update + changed.delete + changed.void > 0 else {
            throw Refusal(description: "insert, update, delete and void can't all be 0.")
        }
        self = changed
    }

    private mutating func set(_ name: String, _ value: String) throws(Refusal) {
        switch name {
        case "tables": tables = value.split(separator: ",").map { String($0) }
        case "seed": seed = try number(name, value)
        case "advance": advance = try range(name, value)
        case "changes": changes = try range(name, value)
        case "insert": insert = try weight(name, value, to: .infinity)
        case "update": update = try weight(name, value, to: .infinity)
        case "delete": delete = try weight(name, value, to: .infinity)
        case "void": void = try weight(name, value, to: .infinity)
        case "columns": columns = try weight(name, value, to: 1)
        case "late": late = try weight(name, value, to: 1)
        case "delay": delay = Int(try number(name, value) as UInt32)
        case "null": null = try weight(name, value, to: 1)
        case "future": future = try weight(name, value, to: 1)
        case "touch": touch = try weight(name, value, to: 1)
        case "spread": spread = try weight(name, value, to: 1)
        case "untraced": untraced = try weight(name, value, to: 1)
        case "bulk": bulk = try weight(name, value, to: 1)
        case "bulk_rows": bulkRows = Int(try number(name, value) as UInt32)
        default:
            throw Refusal(
                description: "\(name) is not a setting of an evolution; there are tables, seed, advance, changes, "
                    + "insert, update, delete, void, late, delay, null, future, touch, spread, untraced, bulk, bulk_rows and columns."
            )
        }
    }

    private func number<Number: FixedWidthInteger>(_ name: String, _ value: String) throws(Refusal) -> Number {
        guard let number = Number(value) else { throw Refusal(description: "\(name)=\(value) is not a number from 0.") }
        return number
    }

    private func weight(_ name: String, _ value: String, to most: Double) throws(Refusal) -> Double {
        guard let number = Double(value), number >= 0, number <= most, number.isFinite else {
            throw Refusal(description: "\(name)=\(value) is not a number from 0\(most == 1 ? " to 1" : "").")
        }
        return number
    }

    /// `N` or `N..M`.
    private func range(_ name: String, _ value: String) throws(Refusal) -> [Int] {
        let ends = value.split(separator: "..", omittingEmptySubsequences: false).map { UInt32($0).map { Int($0) } }
        guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last else {
            throw Refusal(description: "\(name)=\(value) is neither a number from 0 nor a range such as 1..10.")
        }
        return [first, last]
    }
}

/// When an evolution that goes on by itself makes its next step.
package enum EvolutionPace: Sendable, Equatable {
    /// After so many rows served, to whomever: needs no clock.
    case rows(Int)
    case seconds(Double)

    /// `500` for rows, `2s` for seconds.
    package init?(_ text: String) {
        if text.hasSuffix("s") {
            guard let seconds = Double(text.dropLast()), seconds > 0, seconds.isFinite else { return nil }
            self = .seconds(seconds)
        } else {
            guard let rows = Int(text), rows > 0 else { return nil }
            self = .rows(rows)
        }
    }
}
