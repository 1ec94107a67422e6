import Extraction
import Rows
import SuiteAnalytics
import Text

/// The configuration that answers come to: the same text for the same answers, whoever gave them.
struct SetupDocument {
    let answers: SetupAnswers
    let knowledge: SetupKnowledge

    /// The whole file.
    var text: String { OrderedJSON.object(members).text() + "\n" }

    private var members: [OrderedJSON.Member] {
        var members = [OrderedJSON.Member("source", source)]
        if let destination { members.append(.init("destination", destination)) }
        if let extract { members.append(.init("extracts", .array([extract]))) }
        return members
    }

    // MARK: Source

    /// What the answers say of the source.
    var sourceText: String { source.line }

    private var source: OrderedJSON {
        answers.text(.profile) == "odbc" ? .object(odbc) : .object(netSuite)
    }

    private var netSuite: [OrderedJSON.Member] {
        var members: [OrderedJSON.Member] = []
        if let account = answers.text(.accountID) { members.append(.init("account_id", account)) }
        if let role = answers.text(.roleID) { members.append(.init("role_id", Self.number(role))) }
        if let method = answers.text(.method) {
            members.append(.init("auth", .object([.init("method", method)] + login(method))))
        }
        for topic in [SetupTopic.driver, .serviceHost] {
            if let text = answers.text(topic) { members.append(.init(topic.key, text)) }
        }
        if let port = answers.text(.servicePort) { members.append(.init("service_port", Self.number(port))) }
        var attributes = (answers[.attributes] ?? []).map(Self.pair)
        if let files = answers.text(.truststore) { attributes.insert(.init("Truststore", files), at: 0) }
        if !attributes.isEmpty { members.append(.init("attributes", .object(attributes))) }
        return members
    }

    private func login(_ method: String) -> [OrderedJSON.Member] {
        (Authentication.kind(named: method)?.members ?? []).compactMap { member in
            let text = answers.text(SetupTopic(key: member.key))
            switch member.form {
            case .secret, .key:
                let spelling = text ?? (member.isOptional || member.form == .key ? nil : usualPlace(of: member.key))
                return spelling.map { .init(member.key, Self.place($0)) }
            case .identifier:
                return text.map { .init(member.key, SecretSpelling($0) == nil ? .value(.string($0)) : Self.place($0)) }
            case .text, .path, .choice, .list: return text.map { .init(member.key, $0) }
            }
        }
    }

    /// Where a secret is by the one answer for all of them.
    private func usualPlace(of key: String) -> String? {
        switch answers.text(.secrets) {
        case Self.files: "file:" + Self.file(of: key)
        case Self.variables: "env:" + Self.variable(of: key)
        default: nil
        }
    }

    /// The answers of `secrets`.
    static let files = "files"
    static let variables = "env"
    static let each = "each"

    static func file(of key: String) -> String { "secrets/" + key }

    /// As the pages and `config.example.json` call them.
    static func variable(of key: String) -> String { "NETSUITE_" + key.uppercased() }

    /// What names no place is a file's path.
    private static func place(_ text: String) -> OrderedJSON {
        .value(SecretSpelling(text)?.json ?? .object(["file": .string(text)]))
    }

    /// What is no number stays a text, for the decoder to say so.
    private static func number(_ text: String) -> OrderedJSON {
        .value(Int(text).map { .integer($0) } ?? .string(text))
    }

    private static func pair(_ attribute: String) -> OrderedJSON.Member {
        let parts = attribute.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        return .init(String(parts[0]).trimmingBlanks, parts.count > 1 ? String(parts[1]) : "")
    }

    private var odbc: [OrderedJSON.Member] {
        var members = [OrderedJSON.Member("profile", "odbc")]
        for topic in [SetupTopic.driver, .dsn, .connectionString] {
            if let text = answers.text(topic) { members.append(.init(topic.key, text)) }
        }
        if let attributes = answers[.attributes], !attributes.isEmpty {
            members.append(.init("attributes", .object(attributes.map(Self.pair))))
        }
        if let user = answers.text(.user) { members.append(.init("user", user)) }
        if let password = answers.text(.password) { members.append(.init("password", Self.place(password))) }
        return members
    }

    // MARK: Destination

    /// What is answered for a server.
    static let server = "postgresql"

    private var destination: OrderedJSON? {
        guard let place = answers.text(.destination) else { return nil }
        guard place == Self.server else {
            return .object([.init("type", "sqlite"), .init("path", place)])
        }
        var members = [OrderedJSON.Member("type", Self.server)]
        if let host = answers.text(.postgresHost) {
            if host.hasPrefix("service:") {
                members.append(.init("service", String(host.dropFirst("service:".count))))
            } else {
                let (name, port) = Self.address(host)
                members.append(.init("host", name))
                if let port { members.append(.init("port", Self.number(port))) }
            }
        }
        for (topic, key) in [(SetupTopic.postgresDatabase, "database"), (.postgresUser, "user")] {
            if let text = answers.text(topic) { members.append(.init(key, text)) }
        }
        if let password = answers.text(.postgresPassword) { members.append(.init("password", Self.place(password))) }
        if let schema = answers.text(.postgresSchema) { members.append(.init("schema", schema)) }
        return .object(members)
    }

    /// `host`, `host:port`, `[::1]:port`; what has more colons and no brackets is an address of IPv6 without a port.
    static func address(_ text: String) -> (host: String, port: String?) {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let (host, rest) = (text[text.index(after: text.startIndex)..<end], text[text.index(after: end)...])
            if rest.isEmpty { return (String(host), nil) }
            if rest.hasPrefix(":") { return (String(host), String(rest.dropFirst())) }
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
        return parts.count == 2 ? (parts[0], parts[1]) : (text, nil)
    }

    // MARK: Extract

    /// The element of `extracts`; nil as long as nobody knows the table.
    var extract: OrderedJSON? {
        guard let table = answers.text(.table) else { return nil }
        let proposals = SetupProposals(answers, knowledge)
        let method = answers.text(.loadMethod) ?? LoadMethod.dropCreateLoad.rawValue
        let unique = answers[.uniqueColumns] ?? []
        let key = answers.text(.incrementalKey)
        var members = [OrderedJSON.Member("name", answers.text(.name) ?? proposals.name)]
        if let schema = answers.text(.schema) { members.append(.init("schema", schema)) }
        members.append(.init("table", table))
        if let columns = answers[.columns], !columns.isEmpty {
            // Rows cannot be known by what is not read.
            let all = (unique + [key].compactMap(\.self)).reduce(into: columns) { all, column in
                if !all.contains(where: { $0.lowercased() == column.lowercased() }), !proposals.reads(column) {
                    all.append(column)
                }
            }
            members.append(.init("columns", all))
        }
        members.append(.init("load_method", method))
        if !unique.isEmpty { members.append(.init("unique_columns", unique)) }
        members.append(.init("extract_type", answers.text(.extractType) ?? ExtractType.full.rawValue))
        if let key { members.append(.init("incremental_key", key)) }
        members.append(.init("destination_table", answers.text(.destinationTable) ?? proposals.destinationTable))
        return .object(members)
    }

    /// The name of that extract.
    var extractName: String { answers.text(.name) ?? SetupProposals(answers, knowledge).name }
}
