import FoundationEssentials
import Text

/// A secret as drivers, URLs, logs and servers may write it.
///
/// Letters are compared without regard to the case of ASCII, so no form is here for that alone.
enum SecretForms {
    static func all(of secret: String) -> Set<String> {
        var forms: Set<String> = []
        for text in writings(of: secret) {
            forms.insert(text)
            forms.insert(text.utf8.map { "%" + hexadecimal($0) }.joined())
            forms.formUnion(asUTF16(text))
            forms.formUnion(digits(text))
            // Letters and digits alone are the same in all that follows: so are NetSuite's keys.
            guard !text.utf8.allSatisfy(isPlain) else { continue }
            forms.formUnion(escaped(text))
            forms.formUnion(percentEncoded(text))
            forms.formUnion(misread(text))
        }
        return forms
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    /// The text within quotes of several kinds, which double or escape what is in it; and as a whole in the other case.
    private static func writings(of secret: String) -> Set<String> {
        var texts: Set<String> = [secret]
        for quote: Unicode.Scalar in ["}", "'", "\"", "`", "]", "\\"] { texts.insert(secret.doubling(quote)) }
        let backslashed = secret.unicodeScalars.map { "'\"\\`".unicodeScalars.contains($0) ? "\\\($0)" : "\($0)" }
        texts.insert(backslashed.joined())
        if !secret.utf8.allSatisfy({ $0 < 0x80 }) { texts.formUnion([secret.lowercased(), secret.uppercased()]) }
        return texts
    }

    /// JSON and C, with and without what is beyond ASCII; XML.
    private static func escaped(_ text: String) -> [String] {
        let json = String(JSONValue.quoted(text).dropFirst().dropLast())
        let ascii = json.utf16.map { $0 < 0x80 ? String(UnicodeScalar(UInt8($0))) : "\\u" + hexadecimal($0, digits: 4) }
            .joined()
        let bytes = text.utf8.map { $0 < 0x80 ? String(UnicodeScalar($0)) : "\\x" + hexadecimal($0) }.joined()
        let octal = text.utf8.map { $0 < 0x80 ? String(UnicodeScalar($0)) : "\\" + String($0, radix: 8) }.joined()
        let names: [Unicode.Scalar: String] = ["&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;"]
        let entities = text.unicodeScalars.map { names[$0] ?? "\($0)" }.joined()
        let numbered = text.unicodeScalars.map { names[$0] ?? ($0.isASCII ? "\($0)" : "&#\($0.value);") }.joined()
        let slashed = [json, ascii].map { json in
            json.unicodeScalars.map { $0 == "/" ? "\\/" : "\($0)" }.joined()
        }
        return [json, ascii, bytes, octal, entities, numbered, text.visible] + slashed
    }

    /// By the letter of RFC 3986, as URLs keep more, as forms write blanks, and of all bytes.
    private static func percentEncoded(_ text: String) -> [String] {
        func encoded(keeping kept: String) -> [String] {
            text.utf8.map { byte in
                let scalar = UnicodeScalar(byte)
                let isKept = isPlain(byte) || byte < 0x80 && kept.unicodeScalars.contains(scalar)
                return isKept ? "\(scalar)" : "%" + hexadecimal(byte)
            }
        }
        let strict = encoded(keeping: "-._~")
        return [
            strict.joined(), encoded(keeping: "").joined(), encoded(keeping: "-._~!$&'()*+,;=:@/?").joined(),
            encoded(keeping: "-._~!$&'()*+,;=:@/?#[]{}%\"<>|\\^` ").joined(),
            encoded(keeping: "-._*").map { $0 == "%20" ? "+" : $0 }.joined(),
        ]
    }

    /// By a program that takes UTF-8 for Latin-1 or Windows-1252, or has no letters beyond ASCII.
    private static func misread(_ text: String) -> [String] {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return [] }
        let latin1 = String(String.UnicodeScalarView(text.utf8.map { UnicodeScalar($0) }))
        let windows = String(String.UnicodeScalarView(text.utf8.map { Self.windows1252($0) }))
        let twice = String(String.UnicodeScalarView(latin1.utf8.map { UnicodeScalar($0) }))
        var forms = [latin1, windows, twice]
        // What is left must tell the secret from other texts.
        guard text.utf8.count(where: isPlain) >= Redactor.minimumLength else { return forms }
        for substitute in ["?", "\u{FFFD}", "\u{1A}", "\u{BF}", ""] {
            forms.append(text.unicodeScalars.map { $0.isASCII ? "\($0)" : substitute }.joined())
            forms.append(text.utf8.map { $0 < 0x80 ? String(UnicodeScalar($0)) : substitute }.joined())
            forms.append(text.utf16.map { $0 < 0x80 ? String(UnicodeScalar(UInt8($0))) : substitute }.joined())
        }
        return forms
    }

    private static func windows1252(_ byte: UInt8) -> UnicodeScalar {
        // 0x80 to 0x9F; 0 where Windows has no letter.
        let letters: [UInt16] = [
            0x20AC, 0, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17D, 0,
            0,
            0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0, 0x17E,
            0x178,
        ]
        guard (0x80...0x9F).contains(byte), letters[Int(byte) - 0x80] != 0 else { return UnicodeScalar(byte) }
        return UnicodeScalar(letters[Int(byte) - 0x80]) ?? UnicodeScalar(byte)
    }

    /// The bytes of UTF-16 shown one by one, as a driver does that takes wide text for narrow.
    private static func asUTF16(_ text: String) -> [String] {
        let little = text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        return ["\0", " ", ".", "\u{FFFD}"].flatMap { zero in
            // Without the zero of the last letter or the first, which may be cut off or stand for itself.
            [Array(little.dropLast(little.last == 0 ? 1 : 0)), Array(big.dropFirst(big.first == 0 ? 1 : 0))].map {
                bytes in
                bytes.map { $0 == 0 ? zero : String(UnicodeScalar($0)) }.joined()
            }
        }
    }

    /// Base64 in both alphabets, wherever in the coded text the secret begins; hexadecimal digits.
    private static func digits(_ text: String) -> [String] {
        var forms: [String] = []
        let bytes = Array(text.utf8)
        for before in 0..<3 {
            let coded = Data([UInt8](repeating: 0, count: before) + bytes).base64EncodedString()
                .prefix { $0 != "=" }
            // Of the first and the last letter some bits are a neighbour's.
            let own = coded.dropFirst([0, 2, 3][before])
            forms.append(String(own))
            if (before + bytes.count) % 3 != 0 { forms.append(String(own.dropLast())) }
        }
        let wide = Data(text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] })
        forms.append(String(wide.base64EncodedString().prefix { $0 != "=" }))
        forms += forms.map { String($0.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }) }
        let pairs = bytes.map { hexadecimal($0) }
        forms += [pairs.joined(), pairs.joined(separator: " "), pairs.joined(separator: ":")]
        // Short ones are by chance in many a text.
        return forms.filter { $0.utf8.count >= 6 }
    }

    private static func hexadecimal(_ number: some BinaryInteger, digits: Int = 2) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }
}
