import FoundationEssentials

/// Replaces secrets by `[redacted]`, in every form in which a driver, a URL or a log may show them.
///
/// A secret of fewer than four characters is not looked for: it would black out half of any text.
struct Redactor: Sendable {
    static let replacement = "[redacted]"
    static let minimumLength = 4

    /// The forms of all secrets, the longest first, so that no form hides part of a longer one.
    private let needles: [[UInt8]]
    /// By byte: whether a form begins with it. Most bytes of a text are no more than looked up here.
    private let isFirst: [Bool]

    init(_ secrets: [Secret] = []) {
        var forms: Set<[UInt8]> = []
        for secret in secrets {
            let text = secret.reveal()
            guard text.count >= Self.minimumLength else { continue }
            forms.formUnion(Self.forms(of: text).filter { $0.utf8.count >= Self.minimumLength }.map { Array($0.utf8) })
        }
        needles = forms.sorted { ($0.count, $1.lexical) > ($1.count, $0.lexical) }
        var isFirst = [Bool](repeating: false, count: 256)
        for form in forms { isFirst[Int(form[0])] = true }
        self.isFirst = isFirst
    }

    /// Whether there is anything to look for.
    var isEmpty: Bool { needles.isEmpty }

    func callAsFunction(_ text: String) -> String {
        if needles.isEmpty { return text }
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var copied = 0
        var index = 0
        while index < bytes.count {
            guard let end = endOfSecrets(at: index, in: bytes) else {
                index += 1
                continue
            }
            result += bytes[copied..<index]
            result += Self.replacement.utf8
            index = end
            copied = end
        }
        return copied == 0 ? text : String(decoding: result + bytes[copied...], as: UTF8.self)
    }

    /// The end of a secret that begins at a place, and of those that begin inside of it and go on behind it: of two that
    /// overlap, neither may leave its tail.
    private func endOfSecrets(at start: Int, in bytes: [UInt8]) -> Int? {
        guard var end = endOfSecret(at: start, in: bytes) else { return nil }
        var inside = start + 1
        while inside < end {
            if let other = endOfSecret(at: inside, in: bytes) { end = max(end, other) }
            inside += 1
        }
        return end
    }

    private func endOfSecret(at start: Int, in bytes: [UInt8]) -> Int? {
        guard isFirst[Int(bytes[start])] else { return nil }
        return needles.first { Self.matches($0, bytes, at: start) }.map { start + $0.count }
    }

    private static func matches(_ needle: [UInt8], _ bytes: [UInt8], at start: Int) -> Bool {
        guard bytes[start] == needle[0], start + needle.count <= bytes.count else { return false }
        for offset in 1..<needle.count where bytes[start + offset] != needle[offset] { return false }
        return true
    }

    /// A secret as it is, and as others write it.
    ///
    /// Each form also of the secret as it stands in the braces of a connection string, which may be quoted as a whole.
    static func forms(of text: String) -> Set<String> {
        forms(ofWritten: text).union(forms(ofWritten: text.replacing("}", with: "}}")))
    }

    private static func forms(ofWritten text: String) -> Set<String> {
        var forms: Set<String> = [text]
        // Percent-encoded: by the letter of RFC 3986, and as forms do, with either case of digits.
        for digits in ["0123456789ABCDEF", "0123456789abcdef"] {
            let strict = percentEncoded(text, keeping: "-._~", digits: Array(digits))
            forms.insert(strict)
            forms.insert(percentEncoded(text, keeping: "-._~!$&'()*+,;=:@/?", digits: Array(digits)))
            forms.insert(percentEncoded(text, keeping: "-._*", digits: Array(digits)).replacing("%20", with: "+"))
        }
        // JSON, with and without escaped slashes, and with everything beyond ASCII escaped.
        let json = String(JSONValue.quoted(text).dropFirst().dropLast())
        forms.insert(json)
        forms.insert(json.replacing("/", with: "\\/"))
        for uppercase in [false, true] {
            let ascii = json.utf16.map { unit in
                let digits = String(unit, radix: 16, uppercase: uppercase)
                return unit < 0x80
                    ? String(UnicodeScalar(UInt8(unit)))
                    : "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
            forms.insert(ascii.joined())
            forms.insert(ascii.joined().replacing("/", with: "\\/"))
        }
        // Base64, both alphabets; without the padding, which may or may not follow.
        let base64 = Data(text.utf8).base64EncodedString().replacing("=", with: "")
        forms.insert(base64)
        forms.insert(base64.replacing("+", with: "-").replacing("/", with: "_"))
        return forms
    }

    private static func percentEncoded(_ text: String, keeping kept: String, digits: [Character]) -> String {
        var result = ""
        for byte in text.utf8 {
            let scalar = Character(UnicodeScalar(byte))
            if byte < 0x80, scalar.isLetter || scalar.isNumber || kept.contains(scalar) {
                result.append(scalar)
            } else {
                result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return result
    }
}

extension [UInt8] {
    /// Something to order equally long byte strings by.
    fileprivate var lexical: String { String(decoding: self, as: UTF8.self) }
}
