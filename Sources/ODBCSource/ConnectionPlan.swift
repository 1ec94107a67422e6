import Extraction
package import ODBC
import Text

/// From settings to the connection string of one driver. Pure but for looking into the driver manager's files.
package struct ConnectionPlan {
    package let string: ConnectionString
    /// What is known of the driver by its library's name; looked at again once it has said its own.
    package let profile: DriverProfile
    /// The driver as the driver manager is asked for it: a name, or a path.
    package let driver: String?
    /// The driver's library, where the driver manager's files tell.
    package let library: String?

    /// The file that is the source; nil where it is none.
    private let file: DatabaseFile?

    /// Looks at a source that is a file.
    ///
    /// - Throws: a `Failure` that says what is wrong with it.
    package func checkFile() throws { try file?.check() }

    /// - Throws: `Failure` of kind `configuration` for values that the string cannot carry, `environment` where a
    ///   trace or a pool of the driver manager would defeat our promises.
    package init(_ settings: DataSourceSettings) throws {
        var string = ConnectionString(raw: settings.connectionString ?? "")
        let dsn = settings.dsn ?? string.value(of: "DSN")
        let driver = Self.driver(settings, string, dsn: dsn)
        self.driver = driver
        self.library = driver.flatMap { DriverManager.library(ofDriver: $0) }
        let profile = library.map { DriverProfile.matching(library: $0) } ?? .unknown
        self.profile = profile
        try Self.refuseTraceAndPool(driver: driver)
        // Asked of what the user wrote: our own presets come behind it.
        for preset in profile.presets {
            for keyword in [preset.keyword] + preset.aliases {
                let own = settings.attributes.last { $0.keyword.lowercased() == keyword.lowercased() }?.value
                guard let value = own ?? string.value(of: keyword), let harm = preset.harm(of: value) else { continue }
                throw Failure(
                    .configuration,
                    "\"\(keyword)=\(value)\" would have the driver \(profile.name) \(harm).",
                    advice: "Leave \"\(keyword)\" out; kleene-ns sets it as values need it.")
            }
        }
        let written = string
        try LogGuard(driver: driver, library: library, dsn: dsn) { keyword in
            settings.attributes.last { $0.keyword.lowercased() == keyword.lowercased() }?.value
                ?? written.value(of: keyword)
        }.check()
        do {
            try Self.fill(&string, settings: settings, profile: profile, rows: settings.reading.batchRows)
            self.file = try Self.leaveAsItIs(&string, dsn: dsn, profile: profile)
        } catch {
            throw error.failure(profile)
        }
        self.string = string
    }

    /// A plan whose string somebody else has made.
    package init(string: ConnectionString, driver: String) throws {
        self.string = string
        self.driver = driver
        self.library = DriverManager.library(ofDriver: driver)
        self.profile = library.map { DriverProfile.matching(library: $0) } ?? .unknown
        self.file = nil
        try Self.refuseTraceAndPool(driver: driver)
        // Our own presets turn off what they name.
        try LogGuard(driver: driver, library: library, dsn: nil) { string.value(of: $0) }.check()
    }

    /// The library that the driver manager will load for these settings, as far as its files tell.
    package static func library(for settings: DataSourceSettings) -> String? {
        let string = ConnectionString(raw: settings.connectionString ?? "")
        return driver(settings, string, dsn: settings.dsn ?? string.value(of: "DSN"))
            .flatMap { DriverManager.library(ofDriver: $0) }
    }

    private static func driver(_ settings: DataSourceSettings, _ string: ConnectionString, dsn: String?) -> String? {
        settings.driver ?? string.value(of: "Driver") ?? dsn.flatMap { DriverManager.driver(ofDataSource: $0) }
    }

    /// Refuses what would write a password to a file, or use one login twice.
    private static func refuseTraceAndPool(driver: String?) throws {
        if DriverManager.forcesTrace {
            throw Failure(
                .environment,
                "The ODBC driver manager is set to trace every call (\"ForceTrace\" in odbcinst.ini), which would write "
                    + "the password to a file; no connection was opened.",
                advice: "Remove ForceTrace from the [ODBC] section of odbcinst.ini.")
        }
        if let driver, DriverManager.pools(driver: driver) {
            throw Failure(
                .environment,
                "The ODBC driver manager is set to pool connections of \"\(driver)\" (\"Pooling\" and \"CPTimeout\" in "
                    + "odbcinst.ini), so that a login could be used twice; no connection was opened.",
                advice: "Set Pooling=No in the [ODBC] section of odbcinst.ini, or remove CPTimeout from the driver's.")
        }
    }

    /// Driver or DSN first, then the user's attributes, then what we add, then user and password.
    private static func fill(
        _ string: inout ConnectionString, settings: DataSourceSettings, profile: DriverProfile, rows: Int?
    ) throws(ConnectionStringError) {
        if let driver = settings.driver {
            // A path or name is for the driver manager, whose braces all of them share.
            try string.append("Driver", driver)
        } else if let dsn = settings.dsn {
            // Bare, since psqlodbc 13.02 looks for `{my data}` in odbc.ini; the driver manager takes both.
            try string.append("DSN", dsn, quoting: .bare)
        }
        for attribute in settings.attributes {
            // A path that is made a URI below may hold what the driver's own syntax could not carry.
            let isPath = profile.file?.takesURIs == true && attribute.keyword.lowercased() == "database"
            try string.append(
                attribute.keyword, attribute.value, syntax: isPath ? ValueSyntax(.raw) : profile.syntax)
        }
        for preset in profile.presets where !([preset.keyword] + preset.aliases).contains(where: string.contains) {
            let value =
                switch preset.value {
                case .text(let text): text
                case .batchRows: String(rows ?? DriverProfile.usualBatchRows)
                }
            try string.append(preset.keyword, value, syntax: profile.syntax)
        }
        if let user = settings.user { try string.append("UID", user, syntax: profile.syntax) }
        if let password = settings.password { try string.append("PWD", password, syntax: profile.syntax) }
    }

    /// Has the driver open a source that is a file so that it neither makes nor changes it.
    private static func leaveAsItIs(
        _ string: inout ConnectionString, dsn: String?, profile: DriverProfile
    ) throws(ConnectionStringError) -> DatabaseFile? {
        guard let source = profile.file else { return nil }
        let written =
            string.value(of: source.keyword) ?? dsn.flatMap { DriverManager.value("Database", ofDataSource: $0) }
        guard let written, let file = DatabaseFile(written, source: source) else { return nil }
        guard source.takesURIs else { return file }
        try string.replace(source.keyword, with: file.value, syntax: profile.syntax)
        // Where the driver does not know URIs, it at least makes no file.
        try string.replace("NoCreat", with: "1", syntax: profile.syntax)
        return file
    }
}

extension ConnectionStringError {
    /// The sentence: what cannot be carried, and where else to put it.
    func failure(_ profile: DriverProfile) -> Failure {
        let driver = profile == .unknown ? "its driver" : "the driver \(profile.name)"
        let folded = keyword.lowercased()
        let what =
            folded == "pwd" ? "The password" : folded == "uid" ? "The user's name" : "The attribute \"\(keyword)\""
        let reason =
            switch problem {
            case .keyword: "is no keyword of a connection string"
            case .nul: "holds a NUL character, which no connection string can carry"
            case .characters(let text): "holds \"\(text)\", which the connection string of \(driver) cannot carry"
            case .openingBrace: "begins with \"{\", which the connection string of \(driver) cannot carry"
            case .blank: "begins or ends with a blank, which \(driver) drops"
            case .length(let bytes): "has more than the \(Sentence.count(bytes, "byte")) that \(driver) has room for"
            }
        let advice =
            switch folded {
            case "pwd": "Log in with another password."
            case "uid": "Log in as another user."
            case "dsn": "Give the data source another name in odbc.ini."
            default:
                problem == .keyword
                    ? "Correct it in \"attributes\"."
                    : "Correct it in \"attributes\", or put the value into odbc.ini and name that with \"dsn\"."
            }
        return Failure(.configuration, "\(what) \(reason).", advice: advice)
    }
}
