import FoundationEssentials
import Synchronization
import Text

/// Replaces secrets by `[redacted]`, in every form in which a driver, a URL or a log may show them.
///
/// A secret of fewer than four characters is not looked for: it would black out half of any text.
struct Redactor: Sendable, Unprintable {
    static let replacement = "[redacted]"
    /// In Unicode's characters, of which an accented letter may be two.
    static let minimumLength = 4

    private let known: Known

    private var needles: Needles { known.needles }

    init(_ secrets: [Secret] = []) { known = Known(secrets) }

    /// Takes further secrets out from now on, wherever this redactor has been handed to.
    func learn(_ secrets: [Secret]) { known.learn(secrets) }

    private static func forms(of secrets: [Secret]) -> Set<[UInt8]> {
        var forms: Set<[UInt8]> = []
        for secret in secrets where secret.reveal().unicodeScalars.count >= minimumLength {
            for form in SecretForms.all(of: secret.reveal()) {
                let bytes = form.utf8.map(Needles.folded)
                if form.unicodeScalars.count >= minimumLength { forms.insert(bytes) }
            }
        }
        return forms
    }

    /// The text without any secret.
    func callAsFunction(_ text: String) -> String {
        if needles.isEmpty { return text }
        let folded = text.utf8.map(Needles.folded)
        return replacing(needles.ranges(in: folded), in: text)
    }

    /// What another program has said, which may have been cut by anyone on its way: without any secret, the head of one at
    /// an end, the tail of one at a beginning, or eight characters of one anywhere.
    ///
    /// Called before the text becomes a part of another, for then nobody sees where it ended.
    func spoken(_ text: String) -> String {
        if needles.isEmpty { return text }
        let folded = text.utf8.map(Needles.folded)
        return replacing(needles.ranges(in: folded) + known.pieces.ranges(in: folded), in: text)
    }

    /// The same value, each text of it without any secret; see `WordReader`.
    func concealed<Value: Codable>(_ value: Value) throws -> Value {
        if needles.isEmpty { return value }
        return try WordReader(self).read(Value.self, Array(try JSONEncoder().encode(value)))
    }

    /// Whether a text in a line of JSON may hold a secret.
    func concerns(_ line: [UInt8]) -> Bool {
        if needles.isEmpty { return false }
        guard let texts = Self.unescaped(line) else { return true }
        return !needles.ranges(in: texts.map(Needles.folded)).isEmpty
    }

    /// A line of JSON with its texts as they are; nil where a backslash stands before more than the character that is meant.
    private static func unescaped(_ line: [UInt8]) -> [UInt8]? {
        guard line.contains(0x5C) else { return line }
        var texts: [UInt8] = []
        texts.reserveCapacity(line.count)
        var isEscaped = false
        for byte in line {
            if !isEscaped, byte == 0x5C {
                isEscaped = true
                continue
            }
            if isEscaped, byte != UInt8(ascii: "\""), byte != 0x5C, byte != UInt8(ascii: "/") { return nil }
            isEscaped = false
            texts.append(byte)
        }
        return texts
    }

    private func replacing(_ ranges: [Range<Int>], in text: String) -> String {
        if ranges.isEmpty { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var copied = 0
        // Of two that overlap, neither may leave its tail.
        var merged: [Range<Int>] = []
        for range in ranges.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            if let last = merged.last, range.lowerBound < last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        for range in merged {
            result += bytes[copied..<range.lowerBound]
            result += Self.replacement.utf8
            copied = range.upperBound
        }
        return String(decoding: result + bytes[copied...], as: UTF8.self)
    }

    /// The secrets, and what is made of them when something is said for the first time, and once.
    ///
    /// Six passwords of 200 odd characters have 2,000 forms, which take 34 ms; by the first word the worker is at its login.
    /// Pieces most runs never need: they hear nothing.
    private final class Known: Sendable {
        private struct State {
            var secrets: [Secret]
            var needles: Needles?
            var pieces: SecretPieces?
        }

        private let state: Mutex<State>

        init(_ secrets: [Secret]) { state = Mutex(State(secrets: secrets)) }

        func learn(_ secrets: [Secret]) {
            state.withLock { state in
                let new = secrets.filter { !state.secrets.contains($0) }
                if !new.isEmpty { state = State(secrets: state.secrets + new) }
            }
        }

        var needles: Needles { state.withLock { Self.needles(of: &$0) } }

        var pieces: SecretPieces {
            state.withLock { state in
                if let pieces = state.pieces { return pieces }
                let pieces = SecretPieces(Self.needles(of: &state))
                state.pieces = pieces
                return pieces
            }
        }

        private static func needles(of state: inout State) -> Needles {
            if let needles = state.needles { return needles }
            let needles = Needles(Array(Redactor.forms(of: state.secrets)))
            state.needles = needles
            return needles
        }
    }
}

/// Byte strings that are looked for in a text, all at once.
struct Needles: Sendable, Unprintable {
    let all: [[UInt8]]
    /// Those that begin with these four bytes.
    private let starts: [UInt32: [Int]]
    /// By a hash of four bytes: whether any begins with them. Most places of a text are no more than looked up here.
    private let filter: [Bool]

    var isEmpty: Bool { all.isEmpty }

    /// - Parameter all: Folded, and of four bytes at least.
    init(_ all: [[UInt8]]) {
        self.all = all
        var starts: [UInt32: [Int]] = [:]
        var filter = [Bool](repeating: false, count: all.isEmpty ? 0 : 65_536)
        for (index, needle) in all.enumerated() {
            let key = Self.key(needle[0..<4])
            starts[key, default: []].append(index)
            filter[Self.hash(key)] = true
        }
        self.starts = starts
        self.filter = filter
    }

    /// ASCII in lower case.
    static func folded(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

    /// Where whole needles are; of those that begin at one place, the longest.
    func ranges(in bytes: [UInt8]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        forEachStart(in: bytes) { place, candidates in
            let longest = candidates.lazy.map { all[$0] }
                .filter { Self.common($0, bytes, at: place) == $0.count }.map(\.count).max()
            if let longest { ranges.append(place..<place + longest) }
        }
        return ranges
    }

    /// Calls with each place at which the first four bytes of needles are, and which needles those are.
    func forEachStart(in bytes: [UInt8], _ body: (Int, [Int]) -> Void) {
        guard bytes.count >= 4 else { return }
        var key: UInt32 = 0
        for index in bytes.indices {
            key = key << 8 | UInt32(bytes[index])
            if index >= 3, filter[Self.hash(key)], let candidates = starts[key] { body(index - 3, candidates) }
        }
    }

    /// How many of a needle's first bytes are at a place.
    static func common(_ needle: [UInt8], _ bytes: [UInt8], at place: Int) -> Int {
        var count = 0
        while count < needle.count, place + count < bytes.count, needle[count] == bytes[place + count] { count += 1 }
        return count
    }

    static func key(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }

    private static func hash(_ key: UInt32) -> Int { Int((key &* 0x9E37_79B1) >> 16) }
}
