/// How the values of a column are made from a row's number: written as SQL, so that SQLite makes them at its own speed.
///
/// The same rule, seed, table and column give the same values on every machine: only integer arithmetic and SQLite's
/// own functions are used.
package indirect enum ValueRule: Sendable {
    case null
    /// SQL over the row's number `i`, counted from 0.
    case sql(String)
    /// SQL expressions, one after the other, over and over.
    case cycle([String])
    /// Ascending, with gaps; the first `negative` of them are below zero, as NetSuite's built-in records are.
    case id(negative: Int)
    /// The value of `column` in some row of a table made earlier.
    case reference(String, column: String)
    case choice([String])
    /// `'T'` in so many of a thousand rows, else `'F'`.
    case flag(Int)
    case integer(ClosedRange<Int>)
    /// Money to the cent, as a double.
    case amount
    /// A double with as many digits as a double has.
    case rate
    /// Midnights from 2021 to 2025, and a few years ahead in one row of 250.
    case date
    /// Seconds from 2021 to 2025.
    case timestamp
    /// So many words, some of them not ASCII.
    case words(Int)
    /// A text of up to so many characters, markup and line breaks included.
    case longText(Int)
    /// Ids of another table as `1, 3, 4`.
    case multiSelect(String)
    /// A prefix and the row's number.
    case code(String)
    /// NULL in so many of a thousand rows.
    case sparse(Int, ValueRule)
    /// A text's first characters.
    case clipped(ValueRule, Int)
}

/// Writes rules as SQL for one column.
struct ValueWriter {
    let seed: UInt64
    let table: String
    let column: String
    /// How many rows the tables have that can be referred to, by name.
    let rowCounts: [String: Int]
    private var draws: UInt64 = 0

    init(seed: UInt64, table: String, column: String, rowCounts: [String: Int]) {
        self.seed = seed
        self.table = table
        self.column = column
        self.rowCounts = rowCounts
    }

    static let firstSecond = 1_609_459_200
    static let dayCount = 1826

    mutating func sql(_ rule: ValueRule) -> String {
        switch rule {
        case .null: return "NULL"
        case .sql(let text): return text
        case .cycle(let values):
            let branches = values.enumerated().map { "WHEN \($0.offset) THEN \($0.element)" }
            return "CASE i % \(values.count) \(branches.joined(separator: " ")) END"
        case .id(let negative):
            let ascending = "i * 3 + (i * i) % 3 + 1"
            return negative == 0
                ? ascending : "CASE WHEN i < \(negative) THEN i - \(negative + 2) ELSE \(ascending) END"
        case .reference(let target, let column):
            guard let count = rowCounts[target.lowercased()], count > 0 else { return "NULL" }
            return
                "(SELECT \(Renderer.quote(column)) FROM \(Renderer.quote(target)) WHERE rowid = 1 + \(draw()) % \(count))"
        case .choice(let values):
            let branches = values.enumerated().map {
                "WHEN \($0.offset) THEN \(Renderer.quote(string: $0.element))"
            }
            return "CASE \(draw()) % \(values.count) \(branches.joined(separator: " ")) END"
        case .flag(let share): return "CASE WHEN \(draw()) % 1000 < \(share) THEN 'T' ELSE 'F' END"
        case .integer(let range): return "\(range.lowerBound) + \(draw()) % \(range.count)"
        case .amount: return "(\(draw()) % 4000000 - 500000) / 100.0"
        case .rate: return "(\(draw()) % 1000000 + 1) / 700000.0"
        case .date:
            let later = "CASE WHEN \(draw()) % 250 = 0 THEN 2922 ELSE 0 END"
            return "datetime(\(Self.firstSecond) + (\(draw()) % \(Self.dayCount) + \(later)) * 86400, 'unixepoch')"
        case .timestamp:
            return "datetime(\(Self.firstSecond) + \(draw()) % \(Self.dayCount * 86400), 'unixepoch')"
        case .words(let count):
            return (0..<count).map { _ in word() }.joined(separator: " || ' ' || ")
        case .longText(let length):
            let piece = "'<p>' || \(word()) || ' ' || \(word()) || '</p>' || char(10)"
            return "substr(replace(printf('%.*c', 1 + \(draw()) % \(length / 16), 'x'), 'x', \(piece)), 1, \(length))"
        case .multiSelect(let target):
            let ids = (0..<4).map { _ in sql(.reference(target, column: "id")) }
            return
                "CASE \(draw()) % 4 WHEN 0 THEN CAST(\(ids[0]) AS TEXT) WHEN 1 THEN \(ids[0]) || ', ' || \(ids[1]) "
                + "ELSE \(ids[0]) || ', ' || \(ids[1]) || ', ' || \(ids[2]) || ', ' || \(ids[3]) END"
        case .code(let prefix): return "\(Renderer.quote(string: prefix)) || (i + 1)"
        case .clipped(let rule, let length): return "substr(\(sql(rule)), 1, \(length))"
        case .sparse(let share, let rule):
            let condition = "\(draw()) % 1000 < \(share)"
            return "CASE WHEN \(condition) THEN NULL ELSE \(sql(rule)) END"
        }
    }

    private mutating func word() -> String {
        "(SELECT word FROM temp.mock_words WHERE n = \(draw()) % \(Words.all.count))"
    }

    /// A number from 0 to 2³¹−2 that depends on the row; another one at every call.
    private mutating func draw() -> String {
        draws += 1
        var state = seed &+ draws &* 0x9E37_79B9_7F4A_7C15
        for byte in "\(table.lowercased()).\(column.lowercased())".utf8 {
            state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
        // Products stay below 2⁶³ for any row number that fits in 31 bits: beyond it SQLite would turn to doubles.
        let factor = 1_000_003 + Self.mixed(state) % 2_000_000_000
        let shift = Self.mixed(state &+ 1) % 2_147_483_647
        return "((i * \(factor) + \(shift)) % 2147483647 * 48271 % 2147483647)"
    }

    private static func mixed(_ value: UInt64) -> UInt64 {
        var value = value
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// What names and texts are made of.
enum Words {
    static let all = [
        "Northwind", "Acme", "Contoso", "Fabrikam", "Globex", "Initech", "Umbrella", "Stark", "Wayne", "Wonka",
        "Zürich", "Genève", "København", "Łódź", "Žižkov", "Ελλάδα", "Москва", "東京", "서울", "القاهرة",
        "O'Brien", "Müller & Söhne", "naïve", "crème brûlée", "“quoted”", "50% off", "back\\slash", "100 €", "🚀", "👩‍💻",
        "steel", "paper", "oak", "copper", "glass", "cotton", "carbon", "rubber", "marble", "leather",
        "order", "invoice", "refund", "quote", "return", "service", "freight", "rebate", "deposit", "adjustment",
        "monthly", "annual", "urgent", "partial", "final", "pending", "regional", "global", "legacy", "internal",
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda",
    ]
}
