import Extraction
import FoundationEssentials
import Glibc
import ODBC

/// Refuses a driver that is set to write passwords to a file, before it is loaded.
struct LogGuard {
    /// As the driver manager is asked for it.
    var driver: String?
    var library: String?
    var dsn: String?
    /// What the user wrote, before anything of ours is added.
    var keyword: (String) -> String?
    /// The outside world, by place; replaced in tests.
    var entry: (_ section: String, _ key: String) -> String? = { DriverManager.setting($1, ofDriver: $0) }
    var dataSource: (_ section: String, _ key: String) -> String? = { DriverManager.value($1, ofDataSource: $0) }
    var variable: (String) -> String? = { ProcessInfo.processInfo.environment[$0] }
    var contents: (_ path: String) -> String? = { path in
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// - Throws: `Failure` of kind `configuration` for what the user wrote for us, `environment` for the rest.
    func check() throws {
        // A driver whose library nobody knows is judged by its name.
        guard let subject = library ?? driver else { return }
        for setting in LogSetting.all where setting.concerns(library: subject) {
            for name in setting.names { try check(setting, name) }
        }
    }

    private func check(_ setting: LogSetting, _ name: String) throws {
        let isOn = setting.trigger.isOn
        let who = driver.map { "The driver \($0)" } ?? "The driver"
        func refuse(_ place: String, _ advice: String) throws -> Never {
            throw Failure(
                .environment,
                "\(who) is set to log everything (\"\(name)\" \(place)), which would write the password to a file; no "
                    + "connection was opened.", advice: advice)
        }
        switch setting.place {
        case .entry(let others):
            for section in [driver].compactMap(\.self) + others where isOn(entry(section, name)) {
                try refuse("of [\(section)] in odbcinst.ini", "Set \(name)=0 there.")
            }
        case .dataSource:
            guard let dsn, isOn(dataSource(dsn, name)) else { return }
            try refuse("of [\(dsn)] in odbc.ini", "Take \(name) out there.")
        case .section(let section):
            guard isOn(dataSource(section, name)) else { return }
            try refuse("of [\(section)] in odbc.ini", "Set \(name)=0 there.")
        case .environment:
            guard isOn(variable(name)) else { return }
            try refuse("in the environment", "Unset \(name) for kleene-ns.")
        case .file(let paths, let variable):
            guard
                let path = ([self.variable(variable)].compactMap(\.self) + paths.map(expanded)).first(where: {
                    contents($0) != nil
                }), Self.setting(name, in: contents(path) ?? "").contains(where: isOn)
            else { return }
            try refuse("in \(path)", "Take that line out, or write \";\" before it.")
        case .keyword:
            guard let value = keyword(name), isOn(value) else { return }
            throw Failure(
                .configuration,
                "\"\(name)=\(value)\" would make the driver \(driver ?? subjectName) log its connection, the password included.",
                advice: "Leave \"\(name)\" out.")
        }
    }

    private var subjectName: String { library ?? "" }

    private func expanded(_ path: String) -> String {
        path.hasPrefix("~/") ? (variable("HOME") ?? "") + path.dropFirst() : path
    }

    /// The values of a setting in a file of sections, whatever section it stands in.
    static func setting(_ name: String, in text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).compactMap { line in
            let pair = line.split(separator: "=", maxSplits: 1)
            guard pair.count == 2, let first = line.first(where: { !$0.isWhitespace }), !";#".contains(first) else {
                return nil
            }
            let words = pair[0].lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
            return words == name ? String(pair[1]) : nil
        }
    }
}
