import ODBC

/// The drivers of odbcinst.ini, without the logs that nobody asked for.
package enum QuietDrivers {
    /// The text of an odbcinst.ini that says what the system's says, but that psqlodbc's `CommLog` is off where no `Logdir`
    /// says where to: Debian's own entry turns it on, and then each process leaves a file in /tmp (13.02 goes back to the
    /// entry's setting at its last disconnect, whatever the connection string said). Nil where there is nothing to change.
    package static func entries() -> String? {
        // Each question opens the file again: three for a driver that may log are few, all of a server with ten drivers are a hundred.
        let mayLog = DriverManager.driverNames().contains { driver in
            isPostgreSQL(DriverManager.setting("Driver", ofDriver: driver))
                && DriverManager.setting("CommLog", ofDriver: driver).map { $0 != "0" } == true
        }
        guard mayLog else { return nil }
        let sections = DriverManager.driverSections()
        let quiet = sections.map(quieted)
        return quiet == sections ? nil : text(quiet)
    }

    static func quieted(_ section: DriverManager.Section) -> DriverManager.Section {
        func value(_ key: String) -> String? {
            section.entries.first { $0.key.lowercased() == key }?.value
        }
        guard isPostgreSQL(value("driver")), (value("logdir") ?? "").isEmpty
        else { return section }
        var section = section
        for index in section.entries.indices
        where section.entries[index].key.lowercased() == "commlog" && section.entries[index].value != "0" {
            section.entries[index].value = "0"
        }
        return section
    }

    private static func isPostgreSQL(_ library: String?) -> Bool {
        library.map { DriverProfile.matching(library: $0).name } == DriverProfile.postgreSQL.name
    }

    static func text(_ sections: [DriverManager.Section]) -> String {
        sections.map { section in
            "[\(section.name)]\n" + section.entries.map { "\($0.key)=\($0.value)\n" }.joined()
        }.joined(separator: "\n")
    }
}
