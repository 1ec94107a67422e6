import Crypto
import Extraction
import FoundationEssentials
import Text

extension MockServer {
    /// The certificate that the mock shows where it is asked for tokens; it vouches for itself, and for nobody else.
    static let authority = """
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

    /// The mock's user of OAuth 2.0, with a key for each algorithm. What a configuration says of anything but credentials stays.
    static func client(_ values: LoginValues = LoginValues()) -> OAuthCredentials? {
        let algorithm = values.anyText("algorithm").flatMap(SignatureAlgorithm.init) ?? .ps256
        guard let key = key(algorithm) else { return nil }
        return OAuthCredentials(
            clientID: "c11e47c11e47c11e47c11e47c11e47c11e47c11e47c11e47c11e47c11e47c11e",
            certificateID: certificateID(algorithm),
            key: key, algorithm: algorithm, values: values.only(["scope", "aud", "user", "token_in"]))
    }

    private static func certificateID(_ algorithm: SignatureAlgorithm) -> String {
        switch algorithm {
        case .ps256, .ps384, .ps512: "mock-rsa-3072"
        case .es256: "mock-ec-p256"
        case .es384: "mock-ec-p384"
        case .es512: "mock-ec-p521"
        }
    }

    /// Of the curves the number behind the key is one that nobody would choose.
    private static func key(_ algorithm: SignatureAlgorithm) -> SigningKey? {
        func number(_ count: Int) -> [UInt8] { [0] + (1..<count).map { _ in 0x11 } }
        return switch algorithm {
        case .ps256, .ps384, .ps512: Data(base64Encoded: rsa).flatMap { try? SigningKey(der: Array($0)) }
        case .es256:
            (try? P256.Signing.PrivateKey(rawRepresentation: number(32))).flatMap {
                try? SigningKey(der: Array($0.derRepresentation))
            }
        case .es384:
            (try? P384.Signing.PrivateKey(rawRepresentation: number(48))).flatMap {
                try? SigningKey(der: Array($0.derRepresentation))
            }
        case .es512:
            (try? P521.Signing.PrivateKey(rawRepresentation: number(66))).flatMap {
                try? SigningKey(der: Array($0.derRepresentation))
            }
        }
    }

    /// Printed for everybody, good for nothing else.
    private static let rsa =
        "MIIG4wIBAAKCAYEAszOtl7+gJRb56acHFknC+IIixrLS6L3wXcG2Jp/BG4SeR44zndD8skMn4UYcs4eHddTlTL0hntT98dZ0KE/XMiu3HY/f/JkQ"
        + "bsex/L2AAb7eyt7BGvKN0hShgKLQ4SWKpmLqBnmnqfLW9zJrQ6hOB8nKNvCTNbyYVgGmE10h3qBD0RRfmmujXf+FGbniGnuBmAW+5X4zj4AGhQqs"
        + "I/lLLWTbxteZ/UQrd6dT3CKy88Q6vVYVBdxYP9IDsaN4EiDVYLm/U5Ese2dBHur+jfPPtJBO4dYBZnTtjvYzUE3izxEBGoD0BNyep4WdvDhBkiUq"
        + "8LgwMUYzsF5Ijk+E2xJvVg1GbaTcS/pGW25S3xgCKa6XOfkhKTw3Hqg8LGC9U4iK19J9iOwkbWZ7MnmInyGZVtgiJcfGS2HUq7d8GiBNrv3o6x0q"
        + "xWUgOSxu+mtnp5sCyQs1XM1G3404VbedUQ9yBoF0fXKcHlzsQviE8YKY3t2la8SzCnR53QTqizgd4a5hAgMBAAECggGABZn8n9MCifBCu/cPr5ab"
        + "CqayOLbtpO7tftfDlmfdWttpkWvocQMfqACVhDsbYfD/RuuShpRdovvuS29AOqOawt+nEdxtxGUCNI1HUvK3N+7AAvRFMd8Bt/6zOOy19ei1EZwD"
        + "S9QlDZjYt3nG7LKrzD5mdNLOrjIEysDy0JWDXdSxg/1EmwSI8vLuFZqX7sscJxzsXXr1OIPIaGOX04jLDNpjjI7QGmClcXA8fMPEp14jliglAHW1"
        + "mDqbyRNmmR33sgWFj9IdVYMIotmLCgOx1tkFIkmj7l+TKtM0b6KkEUl6FvxYfq0YNPlCBMBC0MbeULQ0mOaH2zGWD98EAAKIk5cDtEMunFAg3OdV"
        + "D5f28mqQQ+cr549+0gEAdUyTfaal+JqbXLQAIh6E5y3O0mALTQJEVaLdogTRd2+pZf2tgxFtV+NGHE1/z0jeq8I5pIoaUlswhN2MSyp2m6tWLLa8"
        + "5iw8FmlH62I4NI7c/50X2RfuU/KpBTkENsEj9Zaddc/RAoHBAPPAA9m55TNVkqiOUdV4rilD4EQpDX6LBqSWzzCElqghf0wDSg87nDhlaZHJggTw"
        + "phV1kcDJsubdEZOxEIJHgdqAhCJMpzkXWjOVTAy1AeBVf8av0QpCuDoyGI6qobXfvbyHCzEzMZ5BKYb50RcA/E7PeoNXCLp4ggbLLRCuf/O03ffx"
        + "Zsy7v14g/M3A9VXp3KtE4YjEQ1e5LzHYd3WjRA8KMRcMrhL1dNTyZigExJMJWk7IvL7k3v028WW7px2rEQKBwQC8NTagOO92MqtoTe1QGP0ggHGL"
        + "n3HanqToN6KQguicPdY9v+fsksks9/s+JmqB+WwQsDMYpJXA2aqT2zIyoImynfmslwK4lZ/2LkX2Uag1WimRFT3w0/FYb61IZwHmMz93Ln13BSSv"
        + "zqUNTBcji/nZz7ymEBPAi4m06RSOq/+L6lJyERfmTyeZ/EapnPxrg3nFNDIYpgtmbimJWcg6ZEzoJg7HbVDxLtyQB4jgxUKAG7CbuW384/T4zOBh"
        + "59WprlECgcEAhEmBzXiGXAXlQnV7FFAatWqRHGzrVfI9+LWgXMSYv0buv2JJn1rKvhDL6sNiPSwd9yeHownUflccYvuF6i7E2sFE9RiE6QczfStZ"
        + "ysux6P5+CmcBHIB5W5w0l7kjaoGzh84C1QDjvO/AifCq+cEfLeaMpxtlMU6VwvohyxvpdWqDzTzGffanNX7RtRk0DRyPFqSbgo6BvepTIspIix/A"
        + "oCj323qWPtPYRHoJ104/IU3CJV/sj+3G18Yp3PyrBf8BAoHACPoozt+oXGTyVBlTdnyaplA6GkTSs3DZwNHWiToVSk6Qx4U91MTzn5d8fmxqrCRv"
        + "iSQ+a7B+DCLVxhOwg0WxC7oJTLgvQwqwBJgUcjlW4qSYUvlGaRRS8Lry8v8m0gojvtWS2nh+VXxv1wCIIgPtOPx1rR4bMxX0zZJIjr2ZhNz6bcJu"
        + "92dTJj8oR7LbP22YA1YIBbD13j7m8Ew+Brr+CBy4m76VG8v2bVBOsRn3oBCyDdt8aZGd/7gWA9WBFYThAoHAeypWse3X9TEDLgQaBoyJz0WYT/ar"
        + "QHqV48sOZcsqdxOwVrCQdsDPWOAnVZyc6SFVbLxj9DJPII5rxRQWz9Pv0KrLahBgb/EpJuQF/UfIjt7RP0AovaVg85Ea7m3Usjt7vFQ8A+RpvBPN"
        + "Ax+ipq7+4yHTMHeLIiWyQxFWr5g6sNKqJtAds6hs+hKt3CSzF7gfLy+rQ5I3vDSmkOx7LLDSQFqcN9Sjis4NfOYBxYYvGeKOJd8ZRMgWXfwgqF+z"
        + "f+pK"
}
