import Foundation
import TestSupport
import Testing

/// `schedule`, with the lines that it prints run as cron runs them, and the units held against systemd's own check.
@Suite struct ScheduleCommandTests {
    /// A configuration whose secrets are files, which a run without anybody finds.
    private func bench() throws -> MockBench {
        let bench = try MockBench(scale: 60)
        try #"{"name": "accounts", "tags": ["hourly"], "table": "account"}"#.write(
            toFile: bench.directory.path("x"), atomically: true, encoding: .utf8)
        let secrets = ["consumer_key", "consumer_secret", "token_id", "token_secret"]
        for name in secrets {
            let path = bench.directory.path(name)
            try String(repeating: "0af9", count: 16).write(toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        }
        let login = secrets.map { "\"\($0)\": {\"file\": \"\($0)\"}" }.joined(separator: ", ")
        try """
        {"source": {"account_id": "1234567_SB1", "role_id": 57, "auth": {"method": "tba", \(login)}},
         "destination": {"type": "sqlite", "path": "d.db"},
         "extracts": [{"name": "accounts", "tags": ["hourly"], "table": "account"}, {"name": "terms", "table": "term"}]}
        """.write(toFile: bench.directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        return bench
    }

    /// With programs of the system that change nothing of it.
    private func system(_ bench: MockBench) throws -> Program {
        var program = bench.program
        program.environment["PATH"] = "\(try PlayedSystem.programs(in: bench.directory)):/usr/bin:/bin"
        return program
    }

    private func text(_ bench: MockBench, _ name: String) throws -> String {
        try String(contentsOfFile: bench.directory.path(name), encoding: .utf8)
    }

    /// By `/bin/sh` in `/`, with `%` as crontab(5) takes it.
    private func cron(_ line: Substring, _ bench: MockBench) throws -> Program.Result {
        let command = line.split(separator: " ").dropFirst(5).joined(separator: " ").replacing("\\%", with: "%")
        var shell = ShellCommand(
            ["/bin/sh", "-c", command], in: URL(filePath: "/"),
            home: bench.directory.url.path)
        shell.environment = [
            "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin", "HOME": bench.directory.url.path, "LOGNAME": "me",
        ]
        return try shell.run()
    }

    @Test func installedLinesRunAsCronRunsThem() throws {
        let bench = try bench()
        let program = try system(bench)
        try "MAILTO=me\n".write(toFile: bench.directory.path("crontab"), atomically: true, encoding: .utf8)
        let order = [
            "schedule", "--every", "1h", "--tag", "hourly", "--max-age", "3h", "--mock", "127.0.0.1:\(bench.port)",
            "--install",
        ]
        let installed = try program.run(order)
        #expect(installed.code == 0 && installed.output.contains("every hour, at minute"), "\(installed.all)")
        let crontab = try text(bench, "crontab")
        let again = try program.run(order + ["-q"])
        #expect(again.code == 0 && again.all.isEmpty, "\(again.all)")
        #expect(try text(bench, "crontab") == crontab)
        let lines = crontab.split(separator: "\n").filter { !$0.hasPrefix("#") && !$0.hasPrefix("MAILTO") }
        #expect(lines.count == 2, "\(crontab)")
        let run = try cron(try #require(lines.first), bench)
        #expect(run.code == 0 && run.all.isEmpty, "\(run.code) \(run.all)")
        #expect(try sqlite(bench.destination, "SELECT group_concat(extract) FROM _kleene_runs") == "accounts")
        let morning = try cron(try #require(lines.last), bench)
        #expect(morning.code == 7 && morning.output.contains("terms"), "\(morning.code) \(morning.all)")
        let removed = try program.run(["schedule", "--remove"])
        #expect(removed.code == 0, "\(removed.all)")
        #expect(try text(bench, "crontab") == "MAILTO=me\n")
        let gone = try program.run(["schedule", "--remove"])
        #expect(gone.code == 2 && gone.errors.contains("has no schedule kleene-ns of yours"), "\(gone.all)")
    }

    /// A crontab that is there and was not read whole must not be written: its lines would be gone.
    @Test func whatCannotBeReadWholeIsNotWritten() throws {
        let bench = try bench()
        let program = try system(bench)
        let path = bench.directory.path("crontab")
        try "1 1 * * * mine\n".write(toFile: path, atomically: true, encoding: .utf8)
        try "".write(toFile: bench.directory.path("broken"), atomically: true, encoding: .utf8)
        let broken = try program.run(["schedule", "--install"])
        #expect(broken.code == 1 && broken.errors.contains("Input/output error"), "\(broken.all)")
        #expect(try text(bench, "crontab") == "1 1 * * * mine\n")
        try FileManager.default.removeItem(atPath: bench.directory.path("broken"))
        let latin = Data("# Umsätze\n1 1 * * * mine\n".unicodeScalars.map { UInt8($0.value) })
        try latin.write(to: URL(filePath: path))
        for action in ["--install", "--remove"] {
            let result = try program.run(["schedule", action])
            #expect(result.code == 1 && result.errors.contains("not UTF-8"), "\(result.all)")
        }
        #expect(try Data(contentsOf: URL(filePath: path)) == latin)
    }

    @Test func aCrontabThatIsNotThereYetIsMade() throws {
        let bench = try bench()
        let program = try system(bench)
        #expect(try program.run(["schedule", "--at", "02:30", "--install"]).code == 0)
        #expect(try text(bench, "crontab").contains("\n30 2 * * * "))
    }

    @Test func whatIsPrintedIsWhatIsInstalled() throws {
        let bench = try bench()
        var program = try system(bench)
        // Of what is carried it would be said.
        for name in ["ODBCSYSINI", "ODBCINI"] { program.environment[name] = "" }
        let printed = try program.run(["schedule", "--every", "15m"])
        #expect(printed.code == 0 && printed.errors.isEmpty, "\(printed.all)")
        #expect(!FileManager.default.fileExists(atPath: bench.directory.path("crontab")))
        #expect(try program.run(["schedule", "--every", "15m", "--install"]).code == 0)
        #expect(try text(bench, "crontab") == printed.output)
    }

    /// The units as systemd itself sees them.
    @Test func systemdFindsNoFaultInTheUnits() throws {
        let bench = try bench()
        let program = try system(bench)
        let installed = try program.run([
            "schedule", "--systemd", "--user", "--every", "6h", "--max-age", "26h", "--on-failure",
            "echo \"50%\" $HOME",
            "--install",
        ])
        #expect(installed.code == 0 && installed.output.contains("loginctl enable-linger"), "\(installed.all)")
        #expect(
            try text(bench, "calls") == """
                --user daemon-reload
                --user enable --now kleene-ns.timer kleene-ns-status.timer

                """)
        let directory = bench.directory.path(".config/systemd/user")
        let names = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
        #expect(
            names == ["kleene-ns-status.service", "kleene-ns-status.timer", "kleene-ns.service", "kleene-ns.timer"])
        let verified = try ShellCommand(
            ["/usr/bin/systemd-analyze", "verify", "--man=no"] + names.map { "\(directory)/\($0)" },
            in: bench.directory.url, home: bench.directory.url.path
        ).run()
        #expect(verified.code == 0 && !verified.all.contains("kleene-ns"), "\(verified.all)")
        let timer = try text(bench, ".config/systemd/user/kleene-ns.timer")
        let event = try #require(timer.split(separator: "\n").first { $0.hasPrefix("OnCalendar=") }).dropFirst(11)
        let calendar = try ShellCommand(
            ["/usr/bin/systemd-analyze", "calendar", "--iterations=2", String(event)], in: bench.directory.url,
            home: bench.directory.url.path
        ).run()
        #expect(calendar.code == 0, "\(calendar.all)")
        let removed = try program.run(["schedule", "--systemd", "--user", "--remove"])
        #expect(removed.code == 0, "\(removed.all)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
        #expect(try text(bench, "calls").contains("--user disable --now kleene-ns.timer kleene-ns-status.timer\n"))
    }

    /// The environment of a run that was started by a schedule: a hook has written it down.
    private func seen(_ bench: MockBench, _ name: String) throws -> [String] {
        let path = bench.directory.path("seen")
        let lines = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n")
        try FileManager.default.removeItem(atPath: path)
        return lines.filter { $0.hasPrefix(name + "=") }
    }

    /// A driver that is not there, so that the hook of failures is run.
    private func benchThatFails() throws -> (bench: MockBench, program: Program) {
        let bench = try bench()
        try """
        {"source": {"profile": "odbc", "driver": "\(bench.directory.path("none.so"))"},
         "destination": {"type": "sqlite", "path": "d.db"}, "extracts": [{"table": "t"}]}
        """.write(toFile: bench.directory.path("kleene-ns.json"), atomically: true, encoding: .utf8)
        return (bench, try system(bench))
    }

    @Test func runsHaveTheVariablesThatWereSetWhenTheyWereScheduled() throws {
        let (bench, asItIs) = try benchThatFails()
        var program = asItIs
        let odd = bench.directory.path("it's 50% \"odd\" $HOME\\dir")
        let directory = bench.directory.path(".config/systemd/user")
        let schedule = ["schedule", "--on-failure", "/usr/bin/env > '\(bench.directory.path("seen"))'"]
        program.environment["OASDK_ODBC_HOME"] = odd
        program.environment["HTTPS_PROXY"] = "http://me:s3same@proxy:3128"
        let printed = try program.run(schedule)
        #expect(printed.errors.contains("Runs get these variables as they are set here: "), "\(printed.all)")
        #expect(printed.errors.contains("OASDK_ODBC_HOME"), "\(printed.all)")
        #expect(printed.errors.contains("Runs do not get HTTPS_PROXY: there is a password in it"), "\(printed.all)")
        #expect(!printed.all.contains("s3same"), "\(printed.all)")

        let bare = try program.run(["doctor", "--as-cron", "--config", bench.directory.path("kleene-ns.json")])
        #expect(bare.output.contains("OASDK_ODBC_HOME is set here, and cron does not know it"), "\(bare.all)")
        #expect(try program.run(schedule + ["--install", "-q"]).code == 0)
        let crontab = try text(bench, "crontab")
        let line = try #require(crontab.split(separator: "\n").first { !$0.hasPrefix("#") }, "\(crontab)")
        #expect(try cron(line, bench).code == 1)
        #expect(try seen(bench, "OASDK_ODBC_HOME") == ["OASDK_ODBC_HOME=" + odd])
        let given = try program.run(["doctor", "--as-cron", "--config", bench.directory.path("kleene-ns.json")])
        #expect(given.output.contains("OASDK_ODBC_HOME is set here, and in your crontab alike"), "\(given.all)")

        #expect(try program.run(schedule + ["--systemd", "--user", "--install", "-q"]).code == 0)
        let service = "\(directory)/kleene-ns.service"
        let verified = try ShellCommand(
            ["/usr/bin/systemd-analyze", "verify", "--man=no", service], in: bench.directory.url,
            home: bench.directory.url.path
        ).run()
        #expect(verified.code == 0 && !verified.all.contains("kleene-ns"), "\(verified.all)")
        let unit = try String(contentsOfFile: service, encoding: .utf8)
        #expect(!unit.contains("s3same") && !crontab.contains("s3same"))
        #expect(try PlayedUnit(unit).start(home: bench.directory.url).code == 1)
        #expect(try seen(bench, "OASDK_ODBC_HOME") == ["OASDK_ODBC_HOME=" + odd])
    }

    @Test func aVariableThatNoScheduleCanHoldIsRefused() throws {
        let (bench, asItIs) = try benchThatFails()
        var program = asItIs
        program.environment["LD_LIBRARY_PATH"] = "/a\nB=1"
        for form in [["--cron"], ["--systemd", "--user"]] {
            let result = try program.run(["schedule", "--install"] + form)
            #expect(result.code == 2 && result.errors.contains("The variable LD_LIBRARY_PATH has a line break"))
        }
        #expect(!FileManager.default.fileExists(atPath: bench.directory.path("crontab")))
    }

    @Test func aUnitOfSomebodyElseIsNotTouched() throws {
        let bench = try bench()
        let program = try system(bench)
        let directory = bench.directory.path(".config/systemd/user")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try "[Unit]\n".write(toFile: "\(directory)/kleene-ns.service", atomically: true, encoding: .utf8)
        for action in ["--install", "--remove"] {
            let result = try program.run(["schedule", "--systemd", "--user", action])
            #expect(result.code == 1 && result.errors.contains("is not touched"), "\(result.all)")
        }
        #expect(try text(bench, ".config/systemd/user/kleene-ns.service") == "[Unit]\n")
    }

    @Test func secretsThatCronDoesNotKnowAreSaidAndNotInstalled() throws {
        let bench = try MockBench(scale: 60, extracts: #"{"name": "accounts", "table": "account"}"#)
        let program = try system(bench)
        let printed = try program.run(["schedule"])
        #expect(printed.code == 0 && printed.errors.contains("Cron will not find the secret"), "\(printed.all)")
        for form in [["--cron"], ["--systemd", "--user"]] {
            let result = try program.run(["schedule", "--install"] + form)
            #expect(result.code == 2 && result.errors.contains("the environment variable CK"), "\(result.all)")
        }
        #expect(!FileManager.default.fileExists(atPath: bench.directory.path("crontab")))
        #expect(!FileManager.default.fileExists(atPath: bench.directory.path("calls")))
    }

    @Test func whatChoosesNothingIsRefusedBeforeItIsInstalled() throws {
        let bench = try bench()
        let program = try system(bench)
        let wrong = try program.run(["schedule", "acounts", "--install"])
        #expect(wrong.code == 2 && wrong.errors.contains("Did you mean \"accounts\"?"), "\(wrong.all)")
        for flags in [
            ["--every", "7m"], ["--every", "1h", "--at", "2:00"], ["--name", "a b"], ["--at", "25:00"],
            ["--run-as", "x"],
        ] {
            #expect(try program.run(["schedule"] + flags).code == 2, "\(flags)")
        }
    }

    /// As a service finds them: in a directory that systemd names.
    @Test func credentialsOfSystemdAreSecrets() throws {
        let bench = try bench()
        let path = bench.directory.path("kleene-ns.json")
        let text = try String(contentsOfFile: path, encoding: .utf8).replacing("{\"file\": ", with: "{\"credential\": ")
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let printed = try system(bench).run(["schedule", "--systemd", "--system", "--run-as", "kleene"])
        #expect(printed.code == 0 && printed.output.contains("\nLoadCredential=token_id\n"), "\(printed.all)")
        #expect(printed.output.contains("--state-dir /var/lib/kleene-ns "), "\(printed.output)")
        let byHand = try bench.run("doctor")
        #expect(byHand.code == 7 && byHand.all.contains("systemd's credential consumer_key"), "\(byHand.all)")
        var program = bench.program
        program.environment["CREDENTIALS_DIRECTORY"] = bench.directory.url.path
        let asService = try program.run(["doctor", "--format", "json"])
        #expect(!asService.all.contains("systemd's credential"), "\(asService.all)")
    }
}
