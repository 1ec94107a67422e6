import Extraction
import FoundationEssentials
import Text

/// The private key of a PEM text: its label, its headers, its bytes.
struct PEMBlock: Unprintable {
    /// Such as `RSA PRIVATE KEY`.
    let label: String
    /// RFC 1421's, of old encrypted keys: `Proc-Type`, `DEK-Info`.
    let headers: [String: String]
    let bytes: [UInt8]

    /// From a text as people have it: with a certificate or parameters beside the key, on one line, its line ends written as
    /// `\n`, as variables of an environment often have them.
    ///
    /// - Throws: `Failure` of kind `configuration`; it holds nothing of the text.
    init(_ secret: Secret) throws {
        var text = secret.reveal().replacing("\r", with: "\n")
        if !text.contains("\n") { text = text.replacing("\\n", with: "\n").replacing("\\r", with: "") }
        var found: [String] = []
        var rest = text[...]
        while let begin = rest.firstRange(of: "-----BEGIN "),
            let labelEnd = rest[begin.upperBound...].firstRange(of: "-----")
        {
            let label = String(rest[begin.upperBound..<labelEnd.lowerBound])
            guard let end = rest[labelEnd.upperBound...].firstRange(of: "-----END \(label)-----") else {
                throw Failure(
                    .configuration,
                    "The private key has a beginning (\"-----BEGIN \(Self.shown(label))-----\") and no end.",
                    advice: "Copy it whole, with its last line.")
            }
            let content = rest[labelEnd.upperBound..<end.lowerBound]
            rest = rest[end.upperBound...]
            guard label.hasSuffix("PRIVATE KEY") else {
                found.append(label)
                continue
            }
            if label == "OPENSSH PRIVATE KEY" { throw Self.wrong("an OpenSSH key") }
            self.label = label
            (headers, bytes) = try Self.parts(of: content)
            return
        }
        let names = ["CERTIFICATE": "a certificate", "PUBLIC KEY": "a public key", "RSA PUBLIC KEY": "a public key"]
        let what = found.compactMap { names[$0] }.first ?? found.first.map { "a block \"\(Self.shown($0))\"" }
        if let what { throw Self.wrong(what) }
        if text.hasPrefix("PuTTY-User-Key-File") { throw Self.wrong("a key of PuTTY") }
        throw Self.wrong("a text without the line \"-----BEGIN PRIVATE KEY-----\"")
    }

    private static func shown(_ label: String) -> String {
        label.utf8.count <= 40 && label.utf8.allSatisfy { (0x20...0x7E).contains($0) } ? label : "…"
    }

    private static func wrong(_ what: String) -> Failure {
        Failure(
            .configuration, "The private key is \(what), and not a private key in PEM.",
            advice:
                "Name the file that `kleene-ns auth keygen` or `openssl genpkey` has written: the one that was not uploaded."
        )
    }

    private static func trimmed(_ text: Substring) -> String {
        String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }

    private static func parts(of content: Substring) throws -> ([String: String], [UInt8]) {
        var headers: [String: String] = [:]
        var body = ""
        for line in content.split(separator: "\n") {
            if let colon = line.firstIndex(of: ":") {
                headers[trimmed(line[..<colon])] = trimmed(line[line.index(after: colon)...])
            } else {
                body += line.filter { !$0.isWhitespace }
            }
        }
        guard let data = Data(base64Encoded: body), !data.isEmpty else {
            throw Failure(
                .configuration,
                "The private key is damaged: what is between its first and its last line is not Base64.",
                advice: "Copy it again, whole and without changes.")
        }
        return (headers, Array(data))
    }
}
