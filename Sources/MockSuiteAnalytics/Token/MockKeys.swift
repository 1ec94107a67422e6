import Crypto
import Foundation

/// The public half of what the mock is logged in to with, and the certificate that it shows. Invented, and no secret.
enum MockKeys {
    /// By certificate id, as SubjectPublicKeyInfo in DER.
    static var certificates: [String: [UInt8]] {
        func number(_ count: Int) -> [UInt8] { [0] + (1..<count).map { _ in 0x11 } }
        var keys = ["mock-rsa-3072": Data(base64Encoded: rsa).map { Array($0) }]
        keys["mock-ec-p256"] = (try? P256.Signing.PrivateKey(rawRepresentation: number(32))).map {
            Array($0.publicKey.derRepresentation)
        }
        keys["mock-ec-p384"] = (try? P384.Signing.PrivateKey(rawRepresentation: number(48))).map {
            Array($0.publicKey.derRepresentation)
        }
        keys["mock-ec-p521"] = (try? P521.Signing.PrivateKey(rawRepresentation: number(66))).map {
            Array($0.publicKey.derRepresentation)
        }
        return keys.compactMapValues { $0 }
    }

    private static let rsa =
        "MIIBojANBgkqhkiG9w0BAQEFAAOCAY8AMIIBigKCAYEAszOtl7+gJRb56acHFknC+IIixrLS6L3wXcG2Jp/BG4SeR44zndD8skMn4UYcs4eHddTl"
        + "TL0hntT98dZ0KE/XMiu3HY/f/JkQbsex/L2AAb7eyt7BGvKN0hShgKLQ4SWKpmLqBnmnqfLW9zJrQ6hOB8nKNvCTNbyYVgGmE10h3qBD0RRfmmuj"
        + "Xf+FGbniGnuBmAW+5X4zj4AGhQqsI/lLLWTbxteZ/UQrd6dT3CKy88Q6vVYVBdxYP9IDsaN4EiDVYLm/U5Ese2dBHur+jfPPtJBO4dYBZnTtjvYz"
        + "UE3izxEBGoD0BNyep4WdvDhBkiUq8LgwMUYzsF5Ijk+E2xJvVg1GbaTcS/pGW25S3xgCKa6XOfkhKTw3Hqg8LGC9U4iK19J9iOwkbWZ7MnmInyGZ"
        + "VtgiJcfGS2HUq7d8GiBNrv3o6x0qxWUgOSxu+mtnp5sCyQs1XM1G3404VbedUQ9yBoF0fXKcHlzsQviE8YKY3t2la8SzCnR53QTqizgd4a5hAgMB"
        + "AAE="

    /// For localhost and 127.0.0.1.
    static let serverCertificate = """
        -----BEGIN CERTIFICATE-----
        MIIBgzCCASqgAwIBAgICEmcwCgYIKoZIzj0EAwIwMDEuMCwGA1UEAwwla2xlZW5l
        LW5zIG1vY2ssIGdvb2QgZm9yIG5vdGhpbmcgZWxzZTAgFw0wMDAxMDEwMDAwMDBa
        GA8yMTAwMDEwMTAwMDAwMFowMDEuMCwGA1UEAwwla2xlZW5lLW5zIG1vY2ssIGdv
        b2QgZm9yIG5vdGhpbmcgZWxzZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABISw
        LYFGxQWK5y1CFrEJObDcd9ERM1XVGa7GV/eRAIU0X+0Y1MYIVNcGF+8NobV0GHra
        q4h7S0kNjp7Er1bVgSWjMjAwMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAS
        BgNVHRMBAf8ECDAGAQH/AgEAMAoGCCqGSM49BAMCA0cAMEQCIBSj1MCX1BEyR6Ra
        RML3icR3fu1JA3qWlnf/C2exnipsAiBSS672Lt2k0Jwuin6ZNMj+npCGNjzHWtO5
        0OoOT8cREA==
        -----END CERTIFICATE-----
        """

    static let serverKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg9kmwvIbhhfh2WKaJ
        j+JRBys5YI74gVC+bMuXNDusm8ahRANCAASEsC2BRsUFiuctQhaxCTmw3HfRETNV
        1Rmuxlf3kQCFNF/tGNTGCFTXBhfvDaG1dBh62quIe0tJDY6exK9W1YEl
        -----END PRIVATE KEY-----
        """
}
