package import ODBC

/// Understands failed logins by a table of signs, every diagnostic by itself.
///
/// A text may tell of several things: a host with two addresses, of which one is not listening and the other refuses the
/// login, is one error with both. What is gravest for the user's account counts.
package struct LoginJudge: Sendable {
    package let signs: [LoginSign]

    package init(_ signs: [LoginSign]) { self.signs = signs }

    /// By what any driver or database may say.
    package static let general = LoginJudge(LoginSign.general)

    package struct Verdict: Sendable, Equatable {
        package var topic: LoginTopic
        package var meaning: LoginMeaning

        init(_ topic: LoginTopic, _ meaning: LoginMeaning? = nil) {
            self.topic = topic
            self.meaning = meaning ?? topic.meaning
        }
    }

    /// What a failed login means. A driver that fails without a word, or says what nobody has heard, may have got as far as
    /// the source's counter.
    package func verdict(on error: ODBCError) -> Verdict {
        // Before anything was sent: our own check of the connection string.
        if error.kind == .misbehaviour { return Verdict(.driver) }
        guard !error.diagnostics.isEmpty else { return Verdict(.silent) }
        return gravest(error.diagnostics.filter { !$0.isWarning }) ?? gravest(error.diagnostics.filter(\.isWarning))
            ?? Verdict(.unknown)
    }

    private func gravest(_ diagnostics: [Diagnostic]) -> Verdict? {
        Self.gravest(diagnostics.compactMap(verdict))
    }

    /// Of equally grave ones the first that was said.
    private static func gravest(_ verdicts: [Verdict]) -> Verdict? {
        for meaning in LoginMeaning.allCases.reversed() {
            if let verdict = verdicts.first(where: { $0.meaning == meaning }) { return verdict }
        }
        return nil
    }

    /// Nil where no sign fits.
    private func verdict(_ diagnostic: Diagnostic) -> Verdict? {
        let said = SaidWords(diagnostic.message)
        var found = said.sentences.compactMap(verdict)
        // A sentence that is broken over lines.
        if found.isEmpty, let verdict = verdict(said.sentences.flatMap(\.self)) { found = [verdict] }
        let coded = signs.first { $0.holds(codeOf: diagnostic) }?.topic
        if coded == .locked || found.contains(where: { $0.meaning == .locked }) { return Verdict(.locked) }
        if .invalidAuthorization ~= diagnostic.state { return Verdict(.refused) }
        // A proxy's page is the proxy's, whatever its words.
        if found.contains(where: { $0.topic == .proxy }) { return Verdict(.proxy) }
        if found.contains(where: { $0.meaning == .refused }) {
            // What is put off by maintenance may or may not have been judged.
            let isPutOff = found.contains { $0.topic == .maintenance }
            return isPutOff ? Verdict(.maintenance, .unanswered) : Verdict(.refused)
        }
        if let coded { return Verdict(coded) }
        return Self.gravest(found) ?? signs.first { $0.holds(stateOf: diagnostic) }.map { Verdict($0.topic) }
    }

    /// What one sentence is about.
    private func verdict(_ sentence: [String]) -> Verdict? {
        func first(_ meaning: LoginMeaning, _ words: [String]) -> LoginTopic? {
            signs.first { sign in
                sign.topic.meaning == meaning && sign.phrases.contains { $0.range(in: words) != nil }
            }?.topic
        }
        if first(.locked, sentence) != nil { return Verdict(.locked) }
        let turnedAway = first(.notTried, sentence)
        let unanswered = first(.unanswered, sentence)
        guard turnedAway != .proxy, first(.refused, withoutReasons(sentence)) != nil else {
            return (turnedAway ?? unanswered).map { Verdict($0) }
        }
        // "Login failed: timeout expired."
        if unanswered == .timeout { return Verdict(.timeout) }
        return turnedAway == .maintenance ? Verdict(.maintenance, .unanswered) : Verdict(.refused)
    }

    /// What is left of a sentence beside the reasons for which nobody gets in: their words, as in "connection refused" or
    /// "proxy authentication required", are no refusal of this user.
    private func withoutReasons(_ sentence: [String]) -> [String] {
        var rest = sentence
        for sign in signs where sign.topic.meaning == .notTried {
            for phrase in sign.phrases {
                while let range = phrase.range(in: rest), !range.isEmpty { rest.replaceSubrange(range, with: [""]) }
            }
        }
        return rest
    }
}

extension LoginSign {
    fileprivate func holds(codeOf diagnostic: Diagnostic) -> Bool {
        codes.contains { code in
            diagnostic.nativeCode == Int32(code)
                || diagnostic.message.contains("[\(code)]") || diagnostic.message.contains("(\(code))")
        }
    }

    fileprivate func holds(stateOf diagnostic: Diagnostic) -> Bool {
        states.contains { $0 ~= diagnostic.state }
    }
}
