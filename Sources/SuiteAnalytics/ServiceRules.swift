/// What is wrong with a description of the Connect service, found out without it.
///
/// Each would cost a login that is refused with a text which names nine other causes. Sources: Oracle's help, "Accessing the
/// Connect Service", "Connect Roles and Permissions" and "NetSuite.com Data Source"; ids of roles by public connectors.
package struct ServiceRules: Sendable {
    package var account: AccountID
    package var role: Int
    package var host: String?
    package var dataSource: String?
    /// Whether the kind of login is one that lets the Administrator in.
    package var admitsAdministrator: Bool

    package init(
        account: AccountID, role: Int, host: String?, dataSource: String?, admitsAdministrator: Bool = false
    ) {
        self.admitsAdministrator = admitsAdministrator
        self.account = account
        self.role = role
        self.host = host
        self.dataSource = dataSource
    }

    /// A member of the configuration, and what is wrong with it.
    package struct Fault: Sendable, Equatable {
        package var key: String
        package var message: String
    }

    package var faults: [Fault] {
        var faults: [Fault] = []
        if let message = host.flatMap(hostFault) { faults.append(Fault(key: "service_host", message: message)) }
        if dataSource?.lowercased() == "netsuite.com" {
            faults.append(
                Fault(
                    key: "data_source",
                    message:
                        "\"NetSuite.com\" takes no tokens, and was removed with release 2026.1; write \"NetSuite2.com\", or "
                        + "leave the key out. Tables and columns have other names there."))
        }
        if role == Self.administrator, !admitsAdministrator {
            faults.append(
                Fault(
                    key: "role_id",
                    message:
                        "3 is the Administrator, which NetSuite2.com lets in with OAuth 2.0 only; name the Data Warehouse "
                        + "Integrator, mostly 57, or a role of your own with the permission \"SuiteAnalytics Connect\" (the "
                        + "numbers are under Setup > Users/Roles > Manage Roles)."))
        }
        return faults
    }

    /// What is unusual and may be right.
    package var oddities: [String] {
        guard let dataSource, !["netsuite2.com", "netsuite.com"].contains(dataSource.lowercased()) else { return [] }
        return ["\"data_source\" is \"\(dataSource)\"; NetSuite's is \"NetSuite2.com\"."]
    }

    private static let administrator = 3
    private static let ending = ".connect.api.netsuite.com"

    private func hostFault(_ host: String) -> String? {
        let own = "leave \"service_host\" out, or write \"\(account.serviceHost)\""
        if host.contains("://") || host.contains("/") {
            return "\"\(host)\" is a URL, not a host's name; \(own)."
        }
        if host.contains(where: { $0.isWhitespace || $0 == "@" || $0 == "," }) {
            return "\"\(host)\" is no host's name; \(own)."
        }
        let parts = host.split(separator: ":", omittingEmptySubsequences: false)
        // More colons are an address of IPv6.
        if parts.count == 2 {
            let port = parts[1].isEmpty ? "1708" : String(parts[1])
            return
                "\"\(host)\" has a port in it; write \"service_host\": \"\(parts[0])\" and \"service_port\": \(port)."
        }
        var name = host.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        if name == account.serviceHost || !name.hasSuffix(".netsuite.com") && name != "netsuite.com" { return nil }
        if name.hasSuffix(Self.ending), let other = AccountID(rawValue: String(name.dropLast(Self.ending.count))) {
            return
                "is the host of the account \(other), and \"account_id\" is \(account); production, sandbox and release "
                + "preview have a host each. If \(account) is meant, \(own); otherwise write \"account_id\": \"\(other)\"."
        }
        return "\"\(host)\" is no host of the Connect service, which is reached by the account's own; \(own)."
    }
}
