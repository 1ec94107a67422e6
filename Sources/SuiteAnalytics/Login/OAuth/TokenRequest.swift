import Extraction
package import FoundationEssentials
package import HTTPS
package import Text

/// An access token, and the seconds for which it is good.
package struct AccessToken: Sendable, Equatable, Unprintable {
    package let secret: Secret
    package let lifetime: Int

    package init(_ secret: Secret, lifetime: Int) {
        self.secret = secret
        self.lifetime = lifetime
    }
}

/// How the token endpoint is reached.
package struct TokenRoute: Sendable, Equatable {
    /// In place of the account's own: the mock's.
    package var host: String?
    package var connectTo: String?
    package var authorities = FormPost.Authorities.system

    package init(host: String? = nil, connectTo: String? = nil, authorities: FormPost.Authorities = .system) {
        self.host = host
        self.connectTo = connectTo
        self.authorities = authorities
    }
}

/// One question for an access token: NetSuite's page "POST Request to the Token Endpoint".
package struct TokenRequest: Sendable, Unprintable {
    let account: AccountID
    let role: Int
    let key: SigningKey
    let host: String
    var assertion: Assertion
    /// A file of those that may vouch for the endpoint, in place of the route's.
    let authorities: String?

    /// What is sent, by `send`; a test has its own.
    package typealias Send = @Sendable (FormPost) throws(FormError) -> FormAnswer

    /// Asks once, and takes what comes.
    ///
    /// - Parameter conceal: Told the assertion before it is sent, so that nothing that is said of the question shows it.
    /// - Throws: `Failure`: of kind `credentials` where NetSuite refuses, of kind `connection` or `environment` where nobody has
    ///   judged.
    package func token(
        by route: TokenRoute, seconds: Int, at now: Date, isCalledOff: @escaping @Sendable () -> Bool = { false },
        conceal: ([Secret]) -> Void = { _ in },
        send: Send = { post throws(FormError) in try post.send() }
    ) throws -> AccessToken {
        let signed = try assertion.signed(by: key, at: now)
        // The signature by itself, too: all else in it is known.
        conceal([signed] + signed.reveal().split(separator: ".").suffix(1).map { Secret(String($0)) })
        let host = route.host ?? host
        // The characters of a JWT need no encoding.
        let form =
            "grant_type=client_credentials"
            + "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
            + "&client_assertion=\(signed.reveal())"
        var post = FormPost(
            url: "https://\(host)\(TokenSpelling.path)", body: Secret(form), userAgent: "kleene-ns", seconds: seconds)
        post.authorities = authorities.map { .file($0) } ?? route.authorities
        post.connectTo = route.connectTo
        post.isCalledOff = isCalledOff
        let judge = TokenJudge(account: account, role: role, host: host, scope: assertion.scope, now: now)
        let answer: FormAnswer
        do {
            answer = try send(post)
        } catch {
            throw TokenWay(post, judge).failure(error)
        }
        return try judge.token(in: answer, hiding: [signed.reveal(), assertion.clientID, assertion.certificateID])
    }
}

/// The token that is held: who needs one gets it as long as it is good, and asks for another ahead of its end.
///
/// A value with time as a parameter; by a clock that goes on while the machine sleeps, since tokens do.
package struct TokenLease: Sendable, Unprintable {
    private var held: (token: AccessToken, asked: ContinuousClock.Instant)?

    package init() {}

    /// Seconds before the end at which a token is taken for spent: a login with it takes its time.
    static func margin(_ lifetime: Int) -> Int { min(300, lifetime / 4) }

    /// The token to use now; nil where another is to be asked for.
    package func token(at now: ContinuousClock.Instant) -> Secret? {
        guard let (token, asked) = held else { return nil }
        let seconds = token.lifetime - Self.margin(token.lifetime)
        return now >= asked && now < asked + .seconds(seconds) ? token.secret : nil
    }

    /// A token was granted to a question that was asked then: its time runs from there, or a little later.
    package mutating func take(_ token: AccessToken, askedAt asked: ContinuousClock.Instant) {
        held = (token, asked)
    }
}
