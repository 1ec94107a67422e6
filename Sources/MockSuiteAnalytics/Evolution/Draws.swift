/// Numbers drawn from a seed (SplitMix64): the same on every machine.
struct Draws {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func number() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func integer(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(number() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    mutating func fraction() -> Double {
        Double(number() >> 11) / 9_007_199_254_740_992
    }

    mutating func chance(_ rate: Double) -> Bool {
        fraction() < rate
    }
}
