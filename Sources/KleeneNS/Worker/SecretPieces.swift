/// Pieces of secrets in what another program has said and somebody has cut.
///
/// Four characters are a piece where the text, or a part of it in quotes, a line or an ellipsis ends with a secret's head or
/// begins with its tail; eight are one anywhere. Shorter pieces in the middle of a text are words by chance.
struct SecretPieces: Sendable {
    private static let anywhere = 8

    private let needles: Needles
    /// Needles that end with these four bytes.
    private let ends: [UInt32: [Int]]
    /// All that stands in needles, eight bytes at a time, and four.
    private let windows: Set<UInt64>
    private let short: Set<UInt32>

    init(_ needles: Needles) {
        self.needles = needles
        var ends: [UInt32: [Int]] = [:]
        var windows: Set<UInt64> = []
        var short: Set<UInt32> = []
        for (index, needle) in needles.all.enumerated() {
            ends[Needles.key(needle.suffix(4)), default: []].append(index)
            var window: UInt64 = 0
            for (place, byte) in needle.enumerated() {
                window = window << 8 | UInt64(byte)
                if place >= 7 { windows.insert(window) }
                if place >= 3 { short.insert(UInt32(truncatingIfNeeded: window)) }
            }
        }
        self.ends = ends
        self.windows = windows
        self.short = short
    }

    /// Where pieces are in a folded text.
    func ranges(in bytes: [UInt8]) -> [Range<Int>] {
        let edges = TextEdges(bytes)
        let found = heads(bytes, edges) + tails(bytes, edges) + middles(bytes, edges)
        return found + wholeParts(bytes, edges, without: found)
    }

    private func heads(_ bytes: [UInt8], _ edges: TextEdges) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        needles.forEachStart(in: bytes) { place, candidates in
            for candidate in candidates {
                let common = Needles.common(needles.all[candidate], bytes, at: place)
                let end = edges.lastEnd(in: place..<edges.boundary(before: place + common))
                if let end, edges.characters(place..<end) >= Redactor.minimumLength { ranges.append(place..<end) }
            }
        }
        return ranges
    }

    private func tails(_ bytes: [UInt8], _ edges: TextEdges) -> [Range<Int>] {
        guard bytes.count >= 4 else { return [] }
        var ranges: [Range<Int>] = []
        for end in 4...bytes.count {
            guard let candidates = ends[Needles.key(bytes[(end - 4)..<end])] else { continue }
            for candidate in candidates {
                let needle = needles.all[candidate]
                var count = 4
                while count < min(needle.count, end),
                    needle[needle.count - 1 - count] == bytes[end - 1 - count]
                { count += 1 }
                let longest = edges.boundary(behind: end - count)
                let start = longest < end ? edges.firstStart(in: longest..<end) : nil
                if let start, edges.characters(start..<end) >= Redactor.minimumLength { ranges.append(start..<end) }
            }
        }
        return ranges
    }

    /// Runs of bytes that stand like that in needles: eight characters of them.
    private func middles(_ bytes: [UInt8], _ edges: TextEdges) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var run: Range<Int>?
        func close() {
            guard let found = run else { return }
            run = nil
            let start = edges.boundary(behind: found.lowerBound)
            let end = edges.boundary(before: found.upperBound)
            if start < end, edges.characters(start..<end) >= Self.anywhere { ranges.append(start..<end) }
        }
        var window: UInt64 = 0
        for index in bytes.indices {
            window = window << 8 | UInt64(bytes[index])
            guard index >= 7 else { continue }
            if windows.contains(window) {
                run = (run?.lowerBound ?? index - 7)..<index + 1
            } else {
                close()
            }
        }
        close()
        return ranges
    }

    /// Parts of four to seven characters between two edges that stand in a needle. One look at all needles takes longer than all
    /// else here: of a long piece with many edges in it, which is found already, none is due.
    private func wholeParts(
        _ bytes: [UInt8], _ edges: TextEdges, without found: [Range<Int>]
    ) -> [Range<Int>] {
        var isFound = [Bool](repeating: false, count: bytes.count)
        for range in found { for place in range { isFound[place] = true } }
        return edges.parts(ofCharacters: Redactor.minimumLength..<Self.anywhere).filter { part in
            short.contains(Needles.key(bytes[part].prefix(4))) && !isFound[part].allSatisfy(\.self)
                && needles.all.contains { Self.contains($0, bytes[part]) }
        }
    }

    private static func contains(_ needle: [UInt8], _ part: ArraySlice<UInt8>) -> Bool {
        guard needle.count >= part.count else { return false }
        return (0...(needle.count - part.count)).contains { needle[$0..<$0 + part.count] == part }
    }
}

/// Where a text, given as bytes of UTF-8, may have been cut.
struct TextEdges {
    private let bytes: [UInt8]
    /// By place: whether it is behind what ends a part, or before it.
    private let starts: [Bool]
    private let ends: [Bool]

    /// What stands around quoted, masked or shortened words. The ellipsis and the like are found by their first bytes.
    private static let marks: Set<Unicode.Scalar> = [
        "\"", "'", "`", "(", ")", "[", "]", "{", "}", "<", ">", "«", "»", "‘", "’", "“", "”", "„", "…", "*", ";", "&",
        "=", "\u{FFFD}", "\u{1A}",
    ]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var starts = [Bool](repeating: false, count: bytes.count + 1)
        var ends = starts
        starts[0] = true
        ends[bytes.count] = true
        var place = 0
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            let next = place + UTF8.width(scalar)
            if scalar.value < 0x20 || scalar.value == 0x7F || Self.marks.contains(scalar) {
                ends[place] = true
                starts[next] = true
            }
            place = next
        }
        // Three dots.
        for index in bytes.indices.dropLast(2) where bytes[index..<index + 3].allSatisfy({ $0 == 0x2E }) {
            ends[index] = true
            starts[index + 3] = true
        }
        // Blanks at a beginning, and blanks and stops at an end, are not what was cut.
        for index in bytes.indices where starts[index] && bytes[index] == 0x20 { starts[index + 1] = true }
        for index in bytes.indices.reversed() where ends[index + 1] && " .,:!?".utf8.contains(bytes[index]) {
            ends[index] = true
        }
        self.starts = starts
        self.ends = ends
    }

    /// The first place of a part at which one may begin, and the last, or its end, at which one may end.
    ///
    /// A secret may hold what stands around a piece of it, so that more is alike than was cut from it: of a secret with `]ab` in it,
    /// `]ab` is alike in "[Driver]ab", and only behind the bracket is an edge.
    func firstStart(in part: Range<Int>) -> Int? { part.first { starts[$0] } }
    func lastEnd(in part: Range<Int>) -> Int? {
        (part.lowerBound...part.upperBound).last { $0 > part.lowerBound && ends[$0] }
    }

    /// What lies between two edges, with or without others in it: a secret may hold quotes.
    func parts(ofCharacters count: Range<Int>) -> [Range<Int>] {
        var result: [Range<Int>] = []
        for start in bytes.indices where starts[start] {
            var place = start
            var characters = 0
            while place < bytes.count, characters < count.upperBound {
                place = boundary(behind: place + 1)
                characters += 1
                if ends[place], count.contains(characters) { result.append(start..<place) }
            }
        }
        return result
    }

    private func isWithinCharacter(_ place: Int) -> Bool { place < bytes.count && bytes[place] & 0xC0 == 0x80 }

    /// The nearest place between two characters.
    func boundary(before place: Int) -> Int {
        var place = place
        while isWithinCharacter(place) { place -= 1 }
        return place
    }

    func boundary(behind place: Int) -> Int {
        var place = place
        while isWithinCharacter(place) { place += 1 }
        return place
    }

    func characters(_ range: Range<Int>) -> Int {
        bytes[range].count { $0 & 0xC0 != 0x80 }
    }
}
