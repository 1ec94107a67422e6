import Crypto
import CryptoExtras
import FoundationEssentials
import Text

/// What stands for users and credentials where logins are remembered: it tells nothing without the key.
enum LoginFingerprint {
    /// For a file that is its owner's alone, with a key that never leaves this machine.
    static func of(_ parts: [Secret], key: SymmetricKey) -> String {
        HMAC<SHA256>.authenticationCode(for: text(parts), using: key).map { $0.hexadecimal(digits: 2) }.joined()
    }

    /// For a place where others may read the key too, so that they can try what they guess.
    ///
    /// NetSuite's keys and tokens are hundreds of random bits, which nobody guesses. What people have chosen is another matter: of
    /// that so little is kept that one guess in 65,536 fits by chance, and each costs 600,000 rounds of hashing. Other credentials
    /// are taken for these as seldom.
    static func readable(_ parts: [Secret], key: SymmetricKey, isGuessable: Bool) throws -> String {
        guard isGuessable else { return String(of(parts, key: key).prefix(32)) }
        let salt = unsafe key.withUnsafeBytes { unsafe Data($0) }
        let slow = try KDF.Insecure.PBKDF2.deriveKey(
            from: text(parts), salt: salt, using: .sha256, outputByteCount: 2, rounds: rounds)
        return unsafe slow.withUnsafeBytes { bytes in unsafe bytes.map { $0.hexadecimal(digits: 2) } }.joined()
    }

    /// OWASP's count for PBKDF2 with SHA-256.
    private static let rounds = 600_000

    /// Lengths first, so that no two lists of parts are one text.
    private static func text(_ parts: [Secret]) -> Data {
        Data(parts.map { "\($0.reveal().utf8.count):\($0.reveal())" }.joined().utf8)
    }
}

extension LoginRefusal {
    /// The same for a place that others read: without words that name the user.
    func without(_ identity: Secret) -> LoginRefusal {
        let name = identity.reveal().lowercased()
        guard !name.isEmpty, words.lowercased().contains(name) else { return self }
        var copy = self
        copy.words = "what was said names the user, so it is kept in the state directory only"
        return copy
    }
}
