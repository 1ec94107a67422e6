import Extraction
import Foundation
import Testing

@testable import KleeneNS

@Suite struct ScheduleTests {
    static func schedule(_ timetable: Timetable = Timetable(.hours(6), minute: 17)) -> Schedule {
        Schedule(
            name: "nightly", program: "/usr/bin/kleene-ns", configuration: "/etc/kleene-ns.json",
            stateDirectory: "/var/lib/kleene-ns", timetable: timetable)
    }

    @Test(arguments: [
        (900, "7,22,37,52 * * * *", "*-*-* *:07,22,37,52:00"), (60, "* * * * *", "*-*-* *:*:00"),
        (1800, "7,37 * * * *", "*-*-* *:07,37:00"), (3600, "37 * * * *", "*-*-* *:37:00"),
        (21_600, "37 0,6,12,18 * * *", "*-*-* 00,06,12,18:37:00"), (43_200, "37 0,12 * * *", "*-*-* 00,12:37:00"),
        (86_400, "37 3 * * *", "*-*-* 03:37:00"),
    ])
    func spansAreLinesOfACrontabAndEventsOfACalendar(_ seconds: Int, _ cron: String, _ calendar: String) throws {
        let timetable = try #require(Timetable(every: seconds, minute: 37))
        #expect(timetable.cron == cron && timetable.calendar == calendar)
    }

    /// Nobody's cron does anything each 7 minutes or 5 hours: its list begins again with each hour and day.
    @Test(arguments: [0, 1, 90, 420, 2700, 5400, 18_000, 50_000, 172_800])
    func whatCronCannotKeepIsRefused(_ seconds: Int) {
        #expect(Timetable(every: seconds, minute: 0) == nil)
    }

    @Test func minuteIsTheSameEachTimeAndAnotherForEachMachine() {
        let minutes = Set((0..<200).map { Timetable.minute(of: ["machine \($0)", "/etc/kleene-ns.json", "nightly"]) })
        #expect(minutes.count > 40 && minutes.allSatisfy { (0..<60).contains($0) })
        #expect(Timetable.minute(of: ["a", "b"]) == Timetable.minute(of: ["a", "b"]))
    }

    @Test func aLineHoldsAllThatARunNeeds() {
        var schedule = Self.schedule()
        schedule.names = ["trans*"]
        schedule.tags = ["hourly"]
        schedule.limits = .init(waitLock: "5m", maxRuntime: "7200s", maxAge: "93600s")
        schedule.onFailure = "mail -s '50% done' me"
        #expect(
            Crontab.lines(schedule) == """
                # kleene-ns schedule nightly: `kleene-ns schedule --remove --name nightly` takes these lines out.
                17 0,6,12,18 * * * /usr/bin/kleene-ns extract 'trans*' --tag hourly --config /etc/kleene-ns.json --state-dir \
                /var/lib/kleene-ns --quiet --wait-lock 5m --max-runtime 7200s --on-failure 'mail -s '\\''50\\% done'\\'' me'
                17 6 * * * /usr/bin/kleene-ns status --config /etc/kleene-ns.json --max-age 93600s --quiet
                # end of kleene-ns schedule nightly

                """)
    }

    /// Values that a shell, cron and systemd would each take for more than letters.
    private static let variables = [
        CarriedVariables.Variable(name: "ODBCSYSINI", value: "/etc/odbc"),
        .init(name: "OASDK_ODBC_HOME", value: "/opt/it's 50% \"odd\" $HOME\\dir"),
    ]

    @Test func aLineGivesItsVariablesToItsCommandAndToNoOther() {
        var schedule = Self.schedule()
        schedule.variables = Self.variables
        schedule.limits.maxAge = "93600s"
        let lines = Crontab.lines(schedule).split(separator: "\n").filter { !$0.hasPrefix("#") }
        let given =
            #"/usr/bin/env ODBCSYSINI=/etc/odbc 'OASDK_ODBC_HOME=/opt/it'\''s 50\% "odd" $HOME\dir' /usr/bin/kleene-ns "#
        #expect(lines.count == 2)
        #expect(lines[0].hasPrefix("17 0,6,12,18 * * * \(given)extract "), "\(lines[0])")
        #expect(lines[1].hasPrefix("17 6 * * * \(given)status "), "\(lines[1])")
        for variable in Self.variables {
            #expect(Crontab.holds(variable, Crontab.lines(schedule)))
            #expect(!Crontab.holds(variable, Crontab.lines(Self.schedule())))
            #expect(!Crontab.holds(.init(name: variable.name, value: variable.value + "x"), Crontab.lines(schedule)))
        }
        #expect(Crontab.holds(Self.variables[0], "MAILTO=me\nODBCSYSINI=/etc/odbc\n"))
        #expect(!Crontab.holds(Self.variables[0], "# ODBCSYSINI=/etc/odbc \n"))
    }

    @Test func aServiceHasItsVariablesWithWhatSystemdWouldReplaceEscaped() {
        var schedule = Self.schedule()
        schedule.variables = Self.variables
        schedule.limits.maxAge = "93600s"
        let units = SystemdUnits(schedule, user: nil, credentials: [], keepsState: false)
        let services = units.units.filter { $0.name.hasSuffix(".service") }.map(\.text)
        #expect(services.count == 2)
        for text in services {
            #expect(
                text.contains(
                    "\nEnvironment=ODBCSYSINI=/etc/odbc\n"
                        + #"Environment="OASDK_ODBC_HOME=/opt/it's 50%% \"odd\" $HOME\\dir""# + "\n"), "\(text)")
        }
    }

    @Test func whatDriversAndLibrariesAreFoundByIsCarried() throws {
        let carried = try CarriedVariables([
            "LD_LIBRARY_PATH": "/a b:lib64::/c:", "OASDK_ODBC_HOME": "lib64", "ODBCINI": "", "ODBCINSTINI": "my.ini",
            "HTTPS_PROXY": "http://proxy:3128", "https_proxy": "http://me:s3same@proxy:3128", "PATH": "/usr/bin",
            "NETSUITE_TOKEN_ID": "70ce9d", "PGPASSWORD": "s3same", "SSL_CERT_FILE": "/etc/ca.pem",
        ])
        let here = FileManager.default.currentDirectoryPath
        #expect(
            carried.variables.map { "\($0.name)=\($0.value)" } == [
                "ODBCINSTINI=my.ini", "OASDK_ODBC_HOME=\(here)/lib64", "LD_LIBRARY_PATH=/a b:\(here)/lib64:/c",
                "HTTPS_PROXY=http://proxy:3128", "SSL_CERT_FILE=/etc/ca.pem",
            ])
        #expect(carried.warning?.contains("https_proxy") == true && carried.warning?.contains("HTTPS_PROXY") == false)
        #expect(carried.sentence?.contains("ODBCINSTINI, OASDK_ODBC_HOME, LD_LIBRARY_PATH") == true)
        let none = try CarriedVariables(["PATH": "/usr/bin"])
        #expect(none.variables.isEmpty && none.sentence == nil && none.warning == nil)
    }

    @Test(arguments: ["/a\nb", "/a\rb", "/a\u{1B}b", "/a\tb"])
    func whatNoLineCanHoldIsRefused(_ value: String) {
        #expect(throws: Failure.self) { try CarriedVariables(["OASDK_ODBC_HOME": value]) }
    }

    @Test(arguments: [
        "", "MAILTO=me\n", "# a comment\n*/5 * * * * true", "5 4 * * * echo 'kleene-ns schedule nightly'\n", "a\r\nb\n",
    ])
    func otherLinesStayAsTheyAre(_ crontab: String) throws {
        let whole = crontab.isEmpty || crontab.hasSuffix("\n") ? crontab : crontab + "\n"
        let added = Crontab.adding(Self.schedule(), to: crontab)
        #expect(added == whole + Crontab.lines(Self.schedule()))
        #expect(Crontab.adding(Self.schedule(), to: added) == added)
        let behind = added + "1 1 * * * last\n"
        let changed = Crontab.adding(Self.schedule(Timetable(.daily(hour: 2), minute: 30)), to: behind)
        #expect(
            changed == whole + Crontab.lines(Self.schedule(Timetable(.daily(hour: 2), minute: 30))) + "1 1 * * * last\n"
        )
        #expect(Crontab.removing("nightly", from: changed) == whole + "1 1 * * * last\n")
        #expect(Crontab.removing("night", from: changed) == nil)
        #expect(!Crontab.isTorn("nightly", in: added) && !Crontab.isTorn("nightly", in: changed))
    }

    @Test func scheduleWithoutItsEndIsKnownAsTorn() {
        let lines = Crontab.lines(Self.schedule())
        let torn = lines.split(separator: "\n").dropLast().joined(separator: "\n")
        #expect(Crontab.isTorn("nightly", in: torn) && !Crontab.isTorn("nightly", in: lines))
        #expect(!Crontab.isTorn("other", in: torn))
    }

    @Test(arguments: [
        ("plain", "plain"), ("", "''"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("$HOME", "'$HOME'"), ("ü", "'ü'"),
        ("e'\u{301}", "'e'\\''\u{301}'"),
    ])
    func wordsAreQuotedForAShell(_ word: String, _ quoted: String) {
        #expect(ShellWord.quoted(word) == quoted)
    }

    @Test func unitsEscapeWhatSystemdWouldReplace() {
        var schedule = Self.schedule()
        schedule.configuration = "/srv/50% \"of\" $HOME/a.json"
        let units = SystemdUnits(schedule, user: "kleene", credentials: ["token_id"], keepsState: true)
        #expect(units.units.map(\.name) == ["nightly.service", "nightly.timer"] && units.timers == ["nightly.timer"])
        let service = units.units[0].text
        #expect(
            service.contains("Description=kleene-ns extracts what /srv/50%% \"of\" $HOME/a.json says\n"), "\(service)")
        #expect(service.contains("--config \"/srv/50%% \\\"of\\\" $$HOME/a.json\" "), "\(service)")
        #expect(service.contains("\nUser=kleene\nStateDirectory=kleene-ns\nLoadCredential=token_id\n"), "\(service)")
        #expect(units.units[1].text.contains("OnCalendar=*-*-* 00,06,12,18:17:00\nPersistent=yes\n"))
    }
}
