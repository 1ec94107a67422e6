import Crypto
import CryptoExtras
import Extraction
import FoundationEssentials
import SwiftASN1
import Text

/// Opens a key that is encrypted with a phrase.
///
/// swift-crypto opens encrypted RSA keys and no others, so what surrounds the key is read here, and swift-crypto's AES and key
/// derivation do the rest: PBES2 of PKCS#8 (RFC 8018), which `openssl genpkey` and `openssl pkcs8` write, and OpenSSL's older form
/// with its headers.
enum EncryptedKey {
    /// The bytes of the key in clear; those of the block where it is not encrypted.
    static func opened(_ block: PEMBlock, _ phrase: Secret?) throws -> [UInt8] {
        let isOld = block.headers["Proc-Type"]?.contains("ENCRYPTED") == true
        guard isOld || block.label == "ENCRYPTED PRIVATE KEY" else {
            guard phrase == nil else {
                throw Failure(
                    .configuration,
                    "The private key is not encrypted, and \"private_key_phrase\" gives a phrase for it.",
                    advice: "Leave \"private_key_phrase\" out, or name the encrypted key.")
            }
            return block.bytes
        }
        guard let phrase else {
            throw Failure(
                .configuration, "The private key is encrypted, and the configuration has no phrase for it.",
                advice: "Say where the phrase is with \"private_key_phrase\": {\"file\"}, {\"command\"} or {\"env\"}.")
        }
        let words = Data(phrase.reveal().utf8)
        return try isOld ? old(block, words) : pkcs8(block.bytes, words)
    }

    private static let wrongPhrase = Failure(
        .configuration, "The phrase does not open the private key.",
        advice: "Try it with `openssl pkey -in KEYFILE -noout`, and check \"private_key_phrase\".")

    private static func unknown(_ what: String) -> Failure {
        Failure(
            .configuration, "The private key is encrypted by \(what), which kleene-ns does not know.",
            advice: "Encrypt it again: `openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEYFILE -out NEWFILE`.")
    }

    /// Decrypts, and looks whether a key has come out: one wrong phrase in 256 leaves no other trace.
    private static func decrypted(_ bytes: [UInt8], key: SymmetricKey, iv: [UInt8]) throws -> [UInt8] {
        guard let iv = try? AES._CBC.IV(ivBytes: iv), let clear = try? AES._CBC.decrypt(bytes, using: key, iv: iv),
            (try? DER.parse(Array(clear))) != nil
        else { throw wrongPhrase }
        return Array(clear)
    }

    // MARK: OpenSSL's older form

    /// `DEK-Info: AES-256-CBC,` and sixteen bytes, of which the first eight are the salt too. The key is chained MD5 of phrase and
    /// salt: OpenSSL's `EVP_BytesToKey`.
    private static func old(_ block: PEMBlock, _ phrase: Data) throws -> [UInt8] {
        let info = (block.headers["DEK-Info"] ?? "").split(separator: ",").map(String.init)
        let lengths = ["AES-128-CBC": 16, "AES-192-CBC": 24, "AES-256-CBC": 32]
        guard info.count == 2, let length = lengths[info[0].uppercased()] else {
            throw unknown(info.first ?? "a method that it does not name")
        }
        let digits = Array(info[1].utf8)
        let iv = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
        guard iv.count == 16 else { throw wrongPhrase }
        var (key, last) = (Data(), Data())
        while key.count < length {
            last = Data(Insecure.MD5.hash(data: last + phrase + Data(iv[0..<8])))
            key += last
        }
        return try decrypted(block.bytes, key: SymmetricKey(data: key.prefix(length)), iv: iv)
    }

    // MARK: PKCS#8

    private static let pbes2: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 5, 13]
    private static let pbkdf2: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 5, 12]
    private static let scrypt: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 11591, 4, 11]
    private static let ciphers: [ASN1ObjectIdentifier: Int] = [
        [2, 16, 840, 1, 101, 3, 4, 1, 2]: 16, [2, 16, 840, 1, 101, 3, 4, 1, 22]: 24,
        [2, 16, 840, 1, 101, 3, 4, 1, 42]: 32,
    ]
    private static let hashes: [ASN1ObjectIdentifier: KDF.Insecure.PBKDF2.HashFunction] = [
        [1, 2, 840, 113549, 2, 7]: .insecureSHA1, [1, 2, 840, 113549, 2, 8]: .insecureSHA224,
        [1, 2, 840, 113549, 2, 9]: .sha256, [1, 2, 840, 113549, 2, 10]: .sha384, [1, 2, 840, 113549, 2, 11]: .sha512,
    ]
    /// More would be somebody's joke: OpenSSL's are 2048, and ten million take some seconds.
    private static let mostRounds = 10_000_000

    /// How a key is made of a phrase.
    private enum Derivation {
        case pbkdf2(salt: [UInt8], rounds: Int, hash: KDF.Insecure.PBKDF2.HashFunction)
        case scrypt(salt: [UInt8], cost: Int, block: Int, parallel: Int)
    }

    private static func pkcs8(_ bytes: [UInt8], _ phrase: Data) throws -> [UInt8] {
        let (derivation, length, iv, content): (Derivation, Int, [UInt8], [UInt8])
        do {
            (derivation, length, iv, content) = try DER.sequence(try DER.parse(bytes), identifier: .sequence) { nodes in
                let (derivation, length, iv) = try DER.inner(&nodes) { try scheme(&$0) }
                return (derivation, length, iv, Array(try ASN1OctetString(derEncoded: &nodes).bytes))
            }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(
                .configuration, "The encrypted private key is damaged.",
                advice: "Copy it again, whole and without changes.")
        }
        let key: SymmetricKey
        do {
            switch derivation {
            case .pbkdf2(let salt, let rounds, let hash):
                key = try KDF.Insecure.PBKDF2.deriveKey(
                    from: phrase, salt: salt, using: hash, outputByteCount: length, unsafeUncheckedRounds: rounds)
            case .scrypt(let salt, let cost, let block, let parallel):
                key = try KDF.Scrypt.deriveKey(
                    from: phrase, salt: salt, outputByteCount: length, rounds: cost, blockSize: block,
                    parallelism: parallel)
            }
        } catch {
            throw unknown("a derivation of its key that takes too much")
        }
        return try decrypted(content, key: key, iv: iv)
    }

    private static func scheme(_ nodes: inout ASN1NodeCollection.Iterator) throws -> (Derivation, Int, [UInt8]) {
        let name = try ASN1ObjectIdentifier(derEncoded: &nodes)
        guard name == pbes2 else { throw unknown("the old scheme \(name)") }
        return try DER.inner(&nodes) { nodes in
            let derivation = try DER.inner(&nodes) { try self.derivation(&$0) }
            return try DER.inner(&nodes) { nodes in
                let cipher = try ASN1ObjectIdentifier(derEncoded: &nodes)
                guard let length = ciphers[cipher] else { throw unknown("the cipher \(cipher)") }
                return (derivation, length, Array(try ASN1OctetString(derEncoded: &nodes).bytes))
            }
        }
    }

    private static func derivation(_ nodes: inout ASN1NodeCollection.Iterator) throws -> Derivation {
        let name = try ASN1ObjectIdentifier(derEncoded: &nodes)
        return try DER.inner(&nodes) { nodes in
            let salt = Array(try ASN1OctetString(derEncoded: &nodes).bytes)
            var numbers: [Int] = []
            var hash = KDF.Insecure.PBKDF2.HashFunction.insecureSHA1
            while let node = nodes.next() {
                if node.identifier == .integer {
                    numbers.append(try Int(derEncoded: node))
                } else {
                    hash = try DER.sequence(node, identifier: .sequence) { nodes in
                        let name = try ASN1ObjectIdentifier(derEncoded: &nodes)
                        while nodes.next() != nil {}
                        guard let hash = hashes[name] else { throw unknown("the hash \(name)") }
                        return hash
                    }
                }
            }
            switch name {
            case pbkdf2:
                guard let rounds = numbers.first, (1...mostRounds).contains(rounds) else {
                    throw unknown("a derivation of its key that takes too much")
                }
                return .pbkdf2(salt: salt, rounds: rounds, hash: hash)
            case scrypt:
                guard numbers.count >= 3, numbers.allSatisfy({ (1...(1 << 20)).contains($0) }) else {
                    throw unknown("a derivation of its key that takes too much")
                }
                return .scrypt(salt: salt, cost: numbers[0], block: numbers[1], parallel: numbers[2])
            default: throw unknown("the derivation \(name)")
            }
        }
    }
}
