import Extraction

/// Random numbers that a seed repeats: SplitMix64.
struct Generator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
    mutating func chance(_ percent: Int) -> Bool { number(1...100) <= percent }
}

func moment(_ text: String) -> Moment {
    guard let moment = Moment(text) else { preconditionFailure("\(text) is no moment") }
    return moment
}

/// Whether a source would find a condition true of a row that has this value in every column; nil is NULL. Text is compared
/// by its bytes.
func holds(_ condition: Condition, _ value: KeyValue?) -> Bool {
    switch condition {
    case .isNull: return value == nil
    case .all(let parts): return parts.allSatisfy { holds($0, value) }
    case .any(let parts): return parts.contains { holds($0, value) }
    case .written: return true
    case .compare(_, let comparison, let bound):
        guard let value else { return false }
        switch comparison {
        case .below: return comes(value, before: bound)
        case .atMost: return !comes(bound, before: value)
        case .above: return comes(bound, before: value)
        case .atLeast: return !comes(value, before: bound)
        }
    }
}

/// The source's own order of keys.
func comes(_ first: KeyValue, before second: KeyValue) -> Bool {
    if case .text(let left) = first, case .text(let right) = second {
        return left.utf8.lexicographicallyPrecedes(right.utf8)
    }
    return first.isBelow(second) ?? false
}
