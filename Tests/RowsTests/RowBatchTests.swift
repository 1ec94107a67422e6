import Rows
import Testing

@Suite struct BatchLayoutTests {
    @Test func columnsNeverOverlapAndStayAligned() {
        let slots: [BatchLayout.Slot] = [
            .init(format: .utf8, stride: 21), .init(format: .int64, stride: 8), .outOfLine(.bytes),
            .init(format: .double, stride: 8),
        ]
        let layout = BatchLayout(slots: slots, capacity: 37)
        var areas: [Range<Int>] = []
        for (index, slot) in slots.enumerated() {
            areas.append(layout.valueOffsets[index]..<layout.valueOffsets[index] + slot.stride * 37)
            areas.append(layout.lengthOffsets[index]..<layout.lengthOffsets[index] + 8 * 37)
        }
        areas.sort { $0.lowerBound < $1.lowerBound }
        for (left, right) in zip(areas, areas.dropFirst()) { #expect(left.upperBound <= right.lowerBound) }
        #expect(areas.allSatisfy { $0.lowerBound % BatchLayout.alignment == 0 })
        #expect((areas.last?.upperBound ?? 0) <= layout.byteCount)
    }

    @Test(arguments: [(0, 1), (100, 3), (2900, 100), (1 << 40, 500)])
    func capacityStaysWithinBudgetAndLimit(budget: Int, rows: Int) {
        // 21 bytes of value and 8 of length.
        let slots = [BatchLayout.Slot(format: .utf8, stride: 21)]
        #expect(BatchLayout.capacity(for: slots, budget: budget, limit: 500) == rows)
    }

    @Test func capacityFitsSixteenBits() {
        let slots = [BatchLayout.Slot(format: .int64, stride: 8)]
        #expect(BatchLayout.capacity(for: slots, budget: 1 << 40, limit: 1_000_000) == 65_535)
    }
}

@Suite struct RowBatchTests {
    private func write(_ bytes: [UInt8], to batch: RowBatch, column: Int, row: Int) {
        unsafe batch.beginLongValue(column: column, row: row)
        for byte in bytes {
            let room = unsafe batch.reserveLongBytes(1)
            unsafe room[0] = byte
            unsafe batch.commitLongBytes(1, column: column, row: row)
        }
    }

    @Test func longValuesSurviveGrowthOfTheOverflowArea() {
        let batch = RowBatch(layout: BatchLayout(slots: [.outOfLine(.utf8), .outOfLine(.bytes)], capacity: 2))
        let first = [UInt8](repeating: UInt8(ascii: "a"), count: 3000)
        let second = [UInt8](repeating: UInt8(ascii: "b"), count: 90_000)
        write(first, to: batch, column: 0, row: 0)
        write(second, to: batch, column: 0, row: 1)
        write([], to: batch, column: 1, row: 0)
        batch.rowCount = 2
        #expect(batch.text(column: 0, row: 0) == String(decoding: first, as: UTF8.self))
        #expect(batch.text(column: 0, row: 1) == String(decoding: second, as: UTF8.self))
        #expect(batch.text(column: 1, row: 0) == "")
        #expect(batch.text(column: 1, row: 1) == nil)
        #expect(batch.valueBytes == 93_000)
    }

    @Test func emptyLongValueIsNotNull() {
        let batch = RowBatch(layout: BatchLayout(slots: [.outOfLine(.utf8)], capacity: 1))
        write([], to: batch, column: 0, row: 0)
        batch.rowCount = 1
        #expect(batch.text(column: 0, row: 0) == "")
    }
}

@Suite struct EncodingTests {
    private func isUTF8(_ bytes: [UInt8]) -> Bool {
        unsafe bytes.withUnsafeBytes { raw in
            guard let base = raw.baseAddress else { return true }
            return unsafe Encoding.isValidUTF8(base, count: raw.count)
        }
    }

    @Test func agreesWithTheStandardLibraryOnEveryTwoByteStartAndManyMutations() {
        var generator = SystemRandomNumberGenerator()
        let sample = Array("Grüße, 世界 🌍🏽 e\u{301} plain ascii tail that is longer than a word".utf8)
        for _ in 0..<20_000 {
            var bytes = sample
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            bytes.removeLast(Int.random(in: 0...8, using: &generator))
            #expect(isUTF8(bytes) == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
        }
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                for tail in [[], [0x80], [0x80, 0x80], [0xBF, 0xBF]] as [[UInt8]] {
                    let bytes = [first, second] + tail
                    #expect(isUTF8(bytes) == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
                }
            }
        }
    }

    /// Where a text ends, and how far from there, makes no difference.
    @Test func everyByteOfAShortTextIsLookedAt() {
        for count in 0...40 {
            let plain = [UInt8](repeating: UInt8(ascii: "a"), count: count)
            #expect(isUTF8(plain))
            for place in 0..<count {
                var broken = plain
                broken[place] = 0xFF
                #expect(!isUTF8(broken), "\(count), \(place)")
                guard place + 1 < count else { continue }
                broken.replaceSubrange(place...(place + 1), with: Array("é".utf8))
                #expect(isUTF8(broken), "\(count), \(place)")
            }
        }
    }

    @Test func unpairedSurrogatesAndOddCountsAreNotUTF16() {
        func isUTF16(_ units: [UInt16], dropping: Int = 0) -> Bool {
            unsafe units.withUnsafeBytes { raw in
                guard let base = raw.baseAddress else { return true }
                return unsafe Encoding.isValidUTF16(base, count: raw.count - dropping)
            }
        }
        #expect(isUTF16(Array("a🌍é".utf16)))
        #expect(!isUTF16([0xD83C]))
        #expect(!isUTF16([0xDF0D, 0x41]))
        #expect(!isUTF16([0xD83C, 0x41]))
        #expect(!isUTF16([0x41, 0x42], dropping: 1))
    }

    @Test(
        arguments: [
            ("0", 0), ("-0", 0), ("+7", 7), ("9223372036854775807", .max), ("-9223372036854775808", .min), (" 42 ", 42),
            ("9223372036854775808", nil), ("-9223372036854775809", nil), ("", nil), ("-", nil), (" ", nil),
            ("1.0", nil),
            ("12a", nil), ("1 2", nil), ("99999999999999999999", nil),
        ] as [(String, Int64?)])
    func integersAreParsedWholeOrNotAtAll(text: String, value: Int64?) {
        let parsed = unsafe Array(text.utf8).withUnsafeBytes { raw -> Int64? in
            guard let base = raw.baseAddress else { return nil }
            return unsafe Encoding.parseInteger(base, count: raw.count)
        }
        #expect(parsed == value)
    }
}
