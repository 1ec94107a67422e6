import Crypto
import Foundation

/// A token password, taken apart as the service does: `account&consumer key&token&nonce&timestamp&signature&algorithm`.
///
/// Written from Oracle's description, apart from the product's own code that makes such passwords.
struct TokenPassword {
    static let validSeconds = 300.0
    static let lengthLimit = 500

    let account: String
    let consumerKey: String
    let tokenID: String
    let nonce: String
    let timestamp: Double
    let signature: Data
    let algorithm: String
    /// The first five parts as they came, which is what was signed.
    let base: String

    /// Nil when the text does not have the shape.
    init?(_ text: String) {
        let parts = text.split(separator: "&", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 7, text.utf8.count <= Self.lengthLimit,
            let account = parts[0].removingPercentEncoding, let consumerKey = parts[1].removingPercentEncoding,
            let tokenID = parts[2].removingPercentEncoding, let timestamp = Int(parts[4]),
            let signature = Data(base64Encoded: parts[5])
        else { return nil }
        self.account = account
        self.consumerKey = consumerKey
        self.tokenID = tokenID
        nonce = parts[3]
        self.timestamp = Double(timestamp)
        self.signature = signature
        algorithm = parts[6]
        base = parts[0..<5].joined(separator: "&")
    }

    func fault(_ credentials: MockCredentials, at now: Double) -> LoginFault? {
        guard algorithm == "HMAC-SHA256" else { return .wrongAlgorithm }
        guard account == credentials.account else { return .wrongAccount }
        guard consumerKey == credentials.consumerKey else { return .wrongConsumerKey }
        guard tokenID == credentials.tokenID else { return .wrongToken }
        guard (6...64).contains(nonce.utf8.count), nonce.utf8.allSatisfy(Self.isAlphanumeric) else { return .badNonce }
        let key = SymmetricKey(data: Data("\(credentials.consumerSecret)&\(credentials.tokenSecret)".utf8))
        guard HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: Data(base.utf8), using: key) else {
            return .wrongSignature
        }
        return abs(now - timestamp) <= Self.validSeconds ? nil : .staleTimestamp
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
