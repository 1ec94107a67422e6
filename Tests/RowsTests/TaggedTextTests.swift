import Rows
import Testing

@Suite struct TaggedTextTests {
    private func inPlace<Result>(_ text: String, _ body: (UnsafeMutableRawPointer, Int) -> Result) -> Result {
        let bytes = Array(text.utf8)
        let place = UnsafeMutableRawPointer.allocate(
            byteCount: max(TaggedText.leastRoom, bytes.count + 1), alignment: 8)
        defer { unsafe place.deallocate() }
        unsafe UnsafeMutableRawBufferPointer(start: place, count: bytes.count).copyBytes(from: bytes)
        return unsafe body(place, bytes.count)
    }

    @Test func numbersAreWhatTheirLetterSays() {
        #expect(unsafe inPlace("i-9223372036854775808") { unsafe TaggedText.integer($0, count: $1) } == .min)
        for other in ["r1.0", "t1", "X'31'", "i", "", "i9223372036854775808", "z31"] {
            #expect(unsafe inPlace(other) { unsafe TaggedText.integer($0, count: $1) } == nil)
        }
        #expect(unsafe inPlace("r3.00000000000000044408e-01") { unsafe TaggedText.double($0, count: $1) } == 0.1 + 0.2)
        #expect(unsafe inPlace("r-Inf") { unsafe TaggedText.double($0, count: $1) } == -.infinity)
        #expect(
            unsafe inPlace("i9007199254740992") { unsafe TaggedText.double($0, count: $1) } == 9_007_199_254_740_992)
        for other in ["i9007199254740993", "tInf", "t", "r", "r1,5", "r1.5 ", "X''"] {
            #expect(unsafe inPlace(other) { unsafe TaggedText.double($0, count: $1) } == nil)
        }
    }

    @Test func textStaysTextAndBytesAreNone() {
        func text(_ value: String) -> String? {
            unsafe inPlace(value) { place, count in
                unsafe TaggedText.text(place, count: count).map {
                    unsafe String(decoding: UnsafeRawBufferPointer(start: place, count: $0), as: UTF8.self)
                }
            }
        }
        #expect(text("t") == "")
        #expect(text("tté") == "té")
        #expect(text("z610062") == "a\0b")
        #expect(text("i12") == "12")
        #expect(text("r1.25e+01") == "12.5")
        for other in ["X'00'", "z6", "zff", "", "q"] { #expect(text(other) == nil) }
    }

    @Test func exactNumbersAreSpeltAsSQLDoes() {
        func isPlain(_ text: String) -> Bool { unsafe inPlace(text) { unsafe DecimalText.isPlain($0, count: $1) } }
        for text in [
            "0", "-1.50", "+.5", "5.", " 12 ", "1E+06", "1.5e-3", "NaN", "-Infinity", "inf",
            String(repeating: "9", count: 500),
        ] {
            #expect(isPlain(text), "\(text)")
        }
        for text in [
            "", " ", "1,5", "1.234,5", "1,234.5", "5-", "1 234", "1'000", "$1", "1€", "e5", "1e", "1e+", "--1", "1.2.3",
            ".", "N/A", "\u{661}",
        ] {
            #expect(!isPlain(text), "\(text)")
        }
    }
}
