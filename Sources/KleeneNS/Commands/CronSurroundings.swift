import Extraction
import FoundationEssentials
import Glibc

/// What a command finds that cron starts: its user's home as working directory, four variables, and nothing else.
///
/// As cron of Debian (3.0pl1) and cronie (1.6) start commands.
struct CronSurroundings {
    let home: String
    private(set) var environment: [String: String]
    /// Variables that the user's crontab gives to commands, with just the values that are set here.
    private var given: [CarriedVariables.Variable] = []
    /// Names of those that `schedule` would write into its lines.
    private var carried: Set<String> = []

    static let path = "/usr/bin:/bin"

    init(user: Account) {
        home = user.home
        environment = [
            "HOME": user.home, "LOGNAME": user.name, "USER": user.name, "SHELL": "/bin/sh", "PATH": Self.path,
        ]
    }

    /// Takes those of the variables that are set here which the crontab has too.
    mutating func take(_ present: [String: String], from crontab: String) {
        // Of a value that no schedule can hold, `schedule` itself says so.
        let variables = ((try? CarriedVariables(present)) ?? CarriedVariables()).variables
        carried = Set(variables.map(\.name))
        given = variables.filter { Crontab.holds($0, crontab) }
        for variable in given { environment[variable.name] = variable.value }
    }

    /// The user of this process, as the system knows it.
    struct Account {
        var name: String
        var home: String

        /// - Parameter environment: Says it where the system does not.
        init(environment: [String: String]) {
            let entry = unsafe getpwuid(getuid())
            name = unsafe entry.map { unsafe String(cString: $0.pointee.pw_name) } ?? environment["LOGNAME"] ?? "?"
            home = unsafe entry.map { unsafe String(cString: $0.pointee.pw_dir) } ?? environment["HOME"] ?? "/"
        }
    }

    /// The path of this program.
    static var program: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "kleene-ns"
    }

    /// Variables that change what kleene-ns does, are set here, and will not be there.
    private static let missed = ["KLEENE_NS_CONFIG", "XDG_STATE_HOME"] + CarriedVariables.names

    /// What is to be said of the difference, before anything is checked in it.
    ///
    /// - Parameters:
    ///   - present: The variables that are there now.
    ///   - program: The path of this program.
    func checks(beside present: [String: String], program: String) -> [Check] {
        var checks = [
            Check(
                "cron", .info,
                "Checked as cron starts a command: in \(home), with PATH=\(Self.path) and none of your variables"
                    + (given.isEmpty ? "." : " but those of your crontab."))
        ]
        let directory = String(program.prefix(upTo: program.lastIndex(of: "/") ?? program.startIndex))
        if Self.path.split(separator: ":").contains(where: { $0 == directory }) {
            checks.append(Check("program", .pass, "\(program) is in cron's PATH"))
        } else {
            checks.append(
                Check(
                    "program", .warn, "\(program) is not in cron's PATH.",
                    cure: "Write the whole path in the crontab: \(program)."))
        }
        for name in Self.missed where !(present[name] ?? "").isEmpty && environment[name] == nil {
            checks.append(
                Check(
                    "variable", .warn, "\(name) is set here, and cron does not know it.",
                    cure: name == "KLEENE_NS_CONFIG"
                        ? "Name the file with --config in the crontab."
                        : name == "XDG_STATE_HOME"
                            ? "Name the directory with --state-dir in the crontab."
                            : "Set it in a line of the crontab: \(name)=…"
                                + (carried.contains(name) ? "; `kleene-ns schedule` writes it into its own." : "")))
        }
        for variable in given {
            checks.append(Check("variable", .pass, "\(variable.name) is set here, and in your crontab alike"))
        }
        return checks
    }

    /// Goes where cron would start.
    func enter() throws {
        guard unsafe chdir(home) == 0 else {
            throw Failure(
                .environment, "Cron would start in \(home), which cannot be entered: \(SystemError(errno)).",
                advice: "Give the user a home directory, or run the commands by a systemd timer.")
        }
    }

    /// What else is to be done about a check that failed because of cron.
    ///
    /// - Parameter directory: Where the command was given.
    static func explained(_ check: Check, from directory: String) -> Check {
        guard check.status == .fail else { return check }
        var check = check
        if check.name == "secret", check.detail.contains("which is not set") {
            check.cure = "Cron does not know your variables: take the secret from a file, {\"file\": \"/path\"}."
        } else if check.name == "configuration", check.detail.hasPrefix("There is no configuration file") {
            check.cure = "Cron does not start in \(directory): give the whole path with --config."
        }
        return check
    }
}
