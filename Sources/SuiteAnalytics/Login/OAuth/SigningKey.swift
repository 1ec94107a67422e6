import Crypto
import CryptoExtras
import Extraction
import FoundationEssentials
import SwiftASN1
package import Text

/// A private key that signs assertions: RSA of 3072 or 4096 bits, or on the curve P-256, P-384 or P-521, as NetSuite takes them.
package struct SigningKey: Sendable, Unprintable {
    /// What kind of key it is.
    package enum Kind: Sendable, Equatable {
        case rsa(bits: Int)
        case p256
        case p384
        case p521

        package var name: String {
            switch self {
            case .rsa(let bits): "RSA \(bits)"
            case .p256: "EC P-256"
            case .p384: "EC P-384"
            case .p521: "EC P-521"
            }
        }

        /// What it signs by where nothing else is said.
        package var usualAlgorithm: String { SignatureAlgorithm.all(of: self).first?.rawValue ?? "" }
    }

    private enum Key: Sendable {
        case rsa(_RSA.Signing.PrivateKey)
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
        case p521(P521.Signing.PrivateKey)
    }

    private let key: Key
    package let kind: Kind

    private init(_ key: Key) {
        self.key = key
        kind =
            switch key {
            case .rsa(let key): .rsa(bits: key.keySizeInBits)
            case .p256: .p256
            case .p384: .p384
            case .p521: .p521
            }
    }

    /// From PEM: PKCS#8, PKCS#1 or SEC1, in clear or encrypted.
    ///
    /// - Throws: `Failure` of kind `configuration` that says what the text is instead; it holds nothing of the key.
    package init(pem text: Secret, phrase: Secret?) throws {
        let block = try PEMBlock(text)
        let clear = try EncryptedKey.opened(block, phrase)
        try self.init(der: clear)
    }

    /// From the DER of PKCS#8, PKCS#1 or SEC1.
    init(der bytes: [UInt8]) throws {
        // Asked first: swift-crypto 4 takes the number of a key on another curve of the same length for one of P-256.
        if let name = ForeignKey.name(bytes) {
            throw Failure(
                .configuration,
                "The private key is of \(name); NetSuite takes RSA of 3072 and 4096 bits, and EC P-256, P-384 and P-521.",
                advice: Self.another)
        }
        guard let key = Self.key(der: bytes) else { throw Self.unknown }
        self.init(key)
    }

    /// A new key.
    package static func make(_ kind: Kind) throws -> SigningKey {
        switch kind {
        case .rsa(let bits): SigningKey(.rsa(try _RSA.Signing.PrivateKey(keySize: .init(bitCount: bits))))
        case .p256: SigningKey(.p256(P256.Signing.PrivateKey()))
        case .p384: SigningKey(.p384(P384.Signing.PrivateKey()))
        case .p521: SigningKey(.p521(P521.Signing.PrivateKey()))
        }
    }

    static let another = "`kleene-ns auth keygen` makes a key that NetSuite takes, and its certificate."

    private static var unknown: Failure {
        Failure(
            .configuration,
            "The private key is in no form that kleene-ns knows, or is damaged; it knows RSA of 3072 and 4096 bits and EC P-256, "
                + "P-384 and P-521, as PKCS#8, PKCS#1 or SEC1 in PEM.",
            advice: "Check that it was copied whole. " + another)
    }

    private static func key(der bytes: [UInt8]) -> Key? {
        // The curve is what can be read as it.
        if let key = try? P256.Signing.PrivateKey(derRepresentation: bytes) { return .p256(key) }
        if let key = try? P384.Signing.PrivateKey(derRepresentation: bytes) { return .p384(key) }
        if let key = try? P521.Signing.PrivateKey(derRepresentation: bytes) { return .p521(key) }
        // What is in a PKCS#8 is a PKCS#1; a key that is for PSS alone has another name there, which BoringSSL does not know.
        let inner = (try? PrivateKeyInfo(der: bytes)).flatMap { $0.isRSA ? $0.key : nil } ?? bytes
        return (try? _RSA.Signing.PrivateKey(unsafeDERRepresentation: inner)).map(Key.rsa)
    }

    // MARK: What it says of itself

    /// The public key as SubjectPublicKeyInfo in DER.
    package var publicKey: [UInt8] {
        switch key {
        case .rsa(let key): Array(key.publicKey.derRepresentation)
        case .p256(let key): Array(key.publicKey.derRepresentation)
        case .p384(let key): Array(key.publicKey.derRepresentation)
        case .p521(let key): Array(key.publicKey.derRepresentation)
        }
    }

    /// The private key as PKCS#8 in PEM.
    package var pem: Secret {
        switch key {
        case .rsa(let key): Secret(key.pkcs8PEMRepresentation + "\n")
        case .p256(let key): Secret(key.pemRepresentation + "\n")
        case .p384(let key): Secret(key.pemRepresentation + "\n")
        case .p521(let key): Secret(key.pemRepresentation + "\n")
        }
    }

    /// The same for a file that only its owner can read.
    package var filed: [UInt8] { Array(pem.reveal().utf8) }

    // MARK: Signing

    /// The signature as JWS has it: RSASSA-PSS with a salt as long as the hash (RFC 7518, 3.5), or the two numbers of ECDSA one
    /// behind the other (3.4).
    func signature(of bytes: [UInt8], by algorithm: SignatureAlgorithm) throws -> [UInt8] {
        switch (key, algorithm) {
        case (.rsa(let key), .ps256): Self.bytes(try key.signature(for: SHA256.hash(data: bytes), padding: .PSS))
        case (.rsa(let key), .ps384): Self.bytes(try key.signature(for: SHA384.hash(data: bytes), padding: .PSS))
        case (.rsa(let key), .ps512): Self.bytes(try key.signature(for: SHA512.hash(data: bytes), padding: .PSS))
        case (.p256(let key), .es256): Array(try key.signature(for: SHA256.hash(data: bytes)).rawRepresentation)
        case (.p384(let key), .es384): Array(try key.signature(for: SHA384.hash(data: bytes)).rawRepresentation)
        case (.p521(let key), .es512): Array(try key.signature(for: SHA512.hash(data: bytes)).rawRepresentation)
        default:
            throw Failure(
                .configuration, "\"algorithm\" is \"\(algorithm.rawValue)\", and the private key is \(kind.name).",
                advice:
                    "Such a key signs by \(SignatureAlgorithm.all(of: kind).map(\.rawValue).joined(separator: " or "))."
            )
        }
    }

    private static func bytes(_ signature: _RSA.Signing.RSASignature) -> [UInt8] { Array(signature.rawRepresentation) }

    /// The signature as certificates have it: PKCS#1 1.5 or the DER of ECDSA, each over SHA-256 or the curve's own hash.
    func certificateSignature(of bytes: [UInt8]) throws -> (name: ASN1ObjectIdentifier, isRSA: Bool, signature: [UInt8])
    {
        switch key {
        case .rsa(let key):
            let signature = try key.signature(for: SHA256.hash(data: bytes), padding: .insecurePKCS1v1_5)
            return ([1, 2, 840, 113549, 1, 1, 11], true, Self.bytes(signature))
        case .p256(let key):
            let signature = try key.signature(for: SHA256.hash(data: bytes))
            return ([1, 2, 840, 10045, 4, 3, 2], false, Array(signature.derRepresentation))
        case .p384(let key):
            let signature = try key.signature(for: SHA384.hash(data: bytes))
            return ([1, 2, 840, 10045, 4, 3, 3], false, Array(signature.derRepresentation))
        case .p521(let key):
            let signature = try key.signature(for: SHA512.hash(data: bytes))
            return ([1, 2, 840, 10045, 4, 3, 4], false, Array(signature.derRepresentation))
        }
    }
}

/// A private key with the name of its kind: RFC 5208.
struct PrivateKeyInfo {
    let isRSA: Bool
    let key: [UInt8]

    /// rsaEncryption, and id-RSASSA-PSS.
    private static let rsa: [ASN1ObjectIdentifier] = [[1, 2, 840, 113549, 1, 1, 1], [1, 2, 840, 113549, 1, 1, 10]]

    init(der bytes: [UInt8]) throws {
        let node = try DER.parse(bytes)
        self = try DER.sequence(node, identifier: .sequence) { nodes in
            _ = try Int(derEncoded: &nodes)
            let name = try DER.inner(&nodes) { inner in
                let name = try ASN1ObjectIdentifier(derEncoded: &inner)
                while inner.next() != nil {}
                return name
            }
            let key = try ASN1OctetString(derEncoded: &nodes)
            while nodes.next() != nil {}
            return PrivateKeyInfo(isRSA: Self.rsa.contains(name), key: Array(key.bytes))
        }
    }

    private init(isRSA: Bool, key: [UInt8]) {
        self.isRSA = isRSA
        self.key = key
    }
}
