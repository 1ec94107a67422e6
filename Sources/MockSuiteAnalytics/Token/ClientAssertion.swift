import Crypto
import CryptoExtras
import Foundation
import SwiftASN1

/// An assertion as the endpoint takes it apart. Written from Oracle's description, apart from the product's own code that signs
/// such texts.
struct ClientAssertion {
    enum Scope: Decodable, Equatable {
        case text(String)
        case list([String])

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .text(text)
            } else {
                self = .list(try container.decode([String].self))
            }
        }
    }

    private struct Header: Decodable { let typ, alg, kid: String }
    private struct Claims: Decodable {
        let iss: String
        let scope: Scope
        let aud: String
        let iat, exp: Double
    }

    let type, algorithm, keyID, issuer, audience: String
    let scope: Scope
    let issuedAt, end: Double
    let signed: [UInt8]
    let signature: [UInt8]

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let header = Self.bytes(parts[0]), let claims = Self.bytes(parts[1]),
            let signature = Self.bytes(parts[2]),
            let header = try? JSONDecoder().decode(Header.self, from: Data(header)),
            let claims = try? JSONDecoder().decode(Claims.self, from: Data(claims))
        else { return nil }
        (type, algorithm, keyID) = (header.typ, header.alg, header.kid)
        (issuer, scope, audience) = (claims.iss, claims.scope, claims.aud)
        (issuedAt, end) = (claims.iat, claims.exp)
        signed = Array((parts[0] + "." + parts[1]).utf8)
        self.signature = signature
    }

    static func base64(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Only what is in the alphabet of URLs, without `=`.
    static func bytes(_ text: String) -> [UInt8]? {
        guard !text.contains(where: { "+/=".contains($0) }) else { return nil }
        let padded =
            text.replacing("-", with: "+").replacing("_", with: "/")
            + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: padded).map { Array($0) }
    }
}

/// The public key of a certificate.
enum ClientKey: Sendable {
    case rsa(_RSA.Signing.PublicKey)
    case p256(P256.Signing.PublicKey)
    case p384(P384.Signing.PublicKey)
    case p521(P521.Signing.PublicKey)

    static let algorithms: Set<String> = ["PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]

    /// From SubjectPublicKeyInfo in DER.
    init?(_ der: [UInt8]) {
        if let key = try? P256.Signing.PublicKey(derRepresentation: der) {
            self = .p256(key)
        } else if let key = try? P384.Signing.PublicKey(derRepresentation: der) {
            self = .p384(key)
        } else if let key = try? P521.Signing.PublicKey(derRepresentation: der) {
            self = .p521(key)
        } else if let key = try? _RSA.Signing.PublicKey(derRepresentation: der) {
            self = .rsa(key)
        } else {
            return nil
        }
    }

    var isAllowed: Bool { if case .rsa(let key) = self { [3072, 4096].contains(key.keySizeInBits) } else { true } }

    func verifies(_ assertion: ClientAssertion) -> Bool {
        let (bytes, signature) = (assertion.signed, assertion.signature)
        func rsa(_ key: _RSA.Signing.PublicKey, _ digest: some Digest) -> Bool {
            key.isValidSignature(.init(rawRepresentation: signature), for: digest, padding: .PSS)
        }
        switch (self, assertion.algorithm) {
        case (.rsa(let key), "PS256"): return rsa(key, SHA256.hash(data: bytes))
        case (.rsa(let key), "PS384"): return rsa(key, SHA384.hash(data: bytes))
        case (.rsa(let key), "PS512"): return rsa(key, SHA512.hash(data: bytes))
        case (.p256(let key), "ES256"):
            return (try? P256.Signing.ECDSASignature(rawRepresentation: signature)).map {
                key.isValidSignature($0, for: SHA256.hash(data: bytes))
            } ?? false
        case (.p384(let key), "ES384"):
            return (try? P384.Signing.ECDSASignature(rawRepresentation: signature)).map {
                key.isValidSignature($0, for: SHA384.hash(data: bytes))
            } ?? false
        case (.p521(let key), "ES512"):
            return (try? P521.Signing.ECDSASignature(rawRepresentation: signature)).map {
                key.isValidSignature($0, for: SHA512.hash(data: bytes))
            } ?? false
        default: return false
        }
    }
}

/// What is looked at of a certificate that somebody uploads; a bare public key will do too.
struct UploadedCertificate {
    let publicKey: [UInt8]
    /// Seconds since 1970.
    let end: Double?

    init(pem: String) throws {
        do {
            let document = try PEMDocument(pemString: pem)
            if document.discriminator == "PUBLIC KEY" {
                (publicKey, end) = (document.derBytes, nil)
                return
            }
            (publicKey, end) = try DER.sequence(try DER.parse(document.derBytes), identifier: .sequence) { outer in
                guard let body = outer.next() else { throw ControlCommand.Refusal(text: "") }
                while outer.next() != nil {}
                return try DER.sequence(body, identifier: .sequence) { nodes in
                    var all: [ASN1Node] = []
                    while let node = nodes.next() { all.append(node) }
                    // Without the version, which is tagged: number, algorithm, issuer, times, subject, key.
                    if all.first?.identifier.tagClass == .contextSpecific { all.removeFirst() }
                    guard all.count >= 6 else { throw ControlCommand.Refusal(text: "") }
                    let end = try DER.sequence(all[3], identifier: .sequence) { times in
                        _ = times.next()
                        guard let node = times.next() else { throw ControlCommand.Refusal(text: "") }
                        return try Self.seconds(node)
                    }
                    var serializer = DER.Serializer()
                    serializer.serialize(all[5])
                    return (serializer.serializedBytes, end)
                }
            }
        } catch {
            throw ControlCommand.Refusal(text: "This is neither a certificate nor a public key in PEM.")
        }
    }

    private static func seconds(_ node: ASN1Node) throws -> Double {
        func seconds(_ year: Int, _ month: Int, _ day: Int, _ hour: Int, _ minute: Int, _ second: Int) -> Double {
            var calendar = Calendar(identifier: .gregorian)
            calendar.timeZone = .gmt
            let parts = DateComponents(
                year: year, month: month, day: day, hour: hour, minute: minute, second: second)
            return calendar.date(from: parts)?.timeIntervalSince1970 ?? 0
        }
        if node.identifier == .utcTime {
            let time = try UTCTime(derEncoded: node)
            return seconds(time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
        }
        let time = try GeneralizedTime(derEncoded: node)
        return seconds(time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
    }
}
