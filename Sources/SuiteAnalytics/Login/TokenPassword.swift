import Crypto
import FoundationEssentials
package import Text

/// The one-time password of token-based authentication, as NetSuite's page "Token Password" builds it.
///
///     account & consumer key & token id & nonce & timestamp & signature & HMAC-SHA256
///
/// It is good for one session and five minutes, so one is made for every physical connection, just before it is used.
package enum TokenPassword {
    /// Seconds for which the service takes a token password.
    package static let lifetime = 300

    /// - Parameters:
    ///   - nonce: 6 to 64 letters and digits, never used before.
    ///   - timestamp: Seconds since 1970, UTC, of now.
    package static func make(
        account: AccountID, credentials: TokenCredentials, nonce: String, timestamp: Int
    ) -> Secret {
        make(account: account.rawValue, credentials: credentials, nonce: nonce, timestamp: timestamp)
    }

    /// For an account id as it is written, whatever its case.
    static func make(account: String, credentials: TokenCredentials, nonce: String, timestamp: Int) -> Secret {
        let base = [account, credentials.consumerKey.reveal(), credentials.tokenID.reveal(), nonce, String(timestamp)]
            .map(percentEncoded).joined(separator: "&")
        let key = [credentials.consumerSecret, credentials.tokenSecret].map { percentEncoded($0.reveal()) }
            .joined(separator: "&")
        let code = HMAC<SHA256>.authenticationCode(
            for: Data(base.utf8), using: SymmetricKey(data: Data(key.utf8)))
        // The signature goes in as it is: `+`, `/` and `=` are not encoded.
        return Secret("\(base)&\(Data(code).base64EncodedString())&HMAC-SHA256")
    }

    /// Twenty-four letters and digits from the system's generator: some 142 bits.
    package static func nonce() -> String {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
        return String((0..<24).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
    }

    /// RFC 5849 section 3.6: everything but letters, digits, `-`, `.`, `_` and `~` as `%XX`, byte by byte.
    static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return result
    }
}
