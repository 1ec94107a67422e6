import SwiftASN1
import Text

/// What a private key is that NetSuite does not take, for a sentence: from the names that stand before a key in PKCS#8 (RFC 5208) and
/// SEC1 (RFC 5915). Nothing of the key itself is looked at but its length.
enum ForeignKey {
    /// Such as `Ed25519`; nil for what is no key at all, or damaged, or of a kind that is taken.
    static func name(_ bytes: [UInt8]) -> String? { kind(bytes).flatMap { taken.contains($0) ? nil : $0 } }

    private static let taken: Set = [
        "RSA with 3072 bits", "RSA with 4096 bits", "EC on the curve P-256", "EC on the curve P-384",
        "EC on the curve P-521",
    ]

    private static func kind(_ bytes: [UInt8]) -> String? {
        guard let node = try? DER.parse(bytes), let parts = children(of: node) else { return nil }
        // Version and name, then the key.
        if parts.count >= 3, let scheme = children(of: parts[1]), let oid = identifier(scheme.first) {
            if rsa.contains(oid) {
                guard let inner = try? ASN1OctetString(derEncoded: parts[2]) else { return nil }
                return (try? DER.parse(Array(inner.bytes))).flatMap { children(of: $0) }.flatMap(rsaName)
            }
            guard oid == elliptic else { return others[oid] ?? "a kind that has the number \(oid)" }
            return curve(scheme.dropFirst().first)
        }
        // SEC1: version, key, and the curve's name under the tag 0.
        if parts.count >= 3, parts[1].identifier == .octetString {
            let tagged = parts.dropFirst(2).first {
                $0.identifier.tagClass == .contextSpecific && $0.identifier.tagNumber == 0
            }
            return curve(tagged.flatMap { children(of: $0)?.first })
        }
        return parts.count >= 9 ? rsaName(parts) : parts.count == 6 ? "DSA" : nil
    }

    /// Version, modulus, exponents, primes.
    private static func rsaName(_ parts: [ASN1Node]) -> String? {
        guard parts.count >= 9, case .primitive(let bytes) = parts[1].content else { return nil }
        let modulus = bytes.drop { $0 == 0 }
        guard let first = modulus.first else { return nil }
        return "RSA with \(Sentence.count(modulus.count * 8 - first.leadingZeroBitCount, "bit"))"
    }

    private static func curve(_ node: ASN1Node?) -> String {
        guard let oid = identifier(node) else { return "EC on a curve without a name" }
        return "EC on the curve \(curves[oid] ?? "\(oid)")"
    }

    private static func identifier(_ node: ASN1Node?) -> ASN1ObjectIdentifier? {
        node.flatMap { try? ASN1ObjectIdentifier(derEncoded: $0) }
    }

    private static func children(of node: ASN1Node) -> [ASN1Node]? {
        guard case .constructed(let nodes) = node.content else { return nil }
        return Array(nodes)
    }

    private static let elliptic: ASN1ObjectIdentifier = [1, 2, 840, 10045, 2, 1]
    private static let rsa: [ASN1ObjectIdentifier] = [[1, 2, 840, 113549, 1, 1, 1], [1, 2, 840, 113549, 1, 1, 10]]
    private static let others: [ASN1ObjectIdentifier: String] = [
        [1, 3, 101, 110]: "X25519", [1, 3, 101, 111]: "X448", [1, 3, 101, 112]: "Ed25519", [1, 3, 101, 113]: "Ed448",
        [1, 2, 840, 10040, 4, 1]: "DSA", [1, 2, 840, 113549, 1, 3, 1]: "Diffie and Hellman",
    ]
    private static let curves: [ASN1ObjectIdentifier: String] = [
        [1, 2, 840, 10045, 3, 1, 1]: "P-192", [1, 3, 132, 0, 33]: "P-224", [1, 3, 132, 0, 10]: "secp256k1",
        [1, 2, 840, 10045, 3, 1, 7]: "P-256", [1, 3, 132, 0, 34]: "P-384", [1, 3, 132, 0, 35]: "P-521",
        [1, 3, 36, 3, 3, 2, 8, 1, 1, 7]: "brainpoolP256r1", [1, 3, 36, 3, 3, 2, 8, 1, 1, 11]: "brainpoolP384r1",
        [1, 3, 36, 3, 3, 2, 8, 1, 1, 13]: "brainpoolP512r1",
    ]
}
