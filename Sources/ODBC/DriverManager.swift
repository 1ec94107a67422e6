import CODBC
import Glibc

/// What unixODBC's configuration files say: `odbcinst.ini` of drivers, `odbc.ini` of data sources.
///
/// Read through `SQLGetPrivateProfileString`, so that `ODBCSYSINI`, `ODBCINSTINI` and `ODBCINI` count as they do for
/// the driver manager itself.
package enum DriverManager {
    private static let drivers = "odbcinst.ini"
    private static let dataSources = "odbc.ini"

    /// The library of a driver that is named, or given by its path. Nil where no such driver is registered.
    package static func library(ofDriver driver: String) -> String? {
        driver.contains("/") ? driver : entry("Driver", section: driver, file: drivers)
    }

    /// The driver, a name or a path, of a data source. Nil where there is no such data source.
    package static func driver(ofDataSource dsn: String) -> String? {
        entry("Driver", section: dsn, file: dataSources)
    }

    /// What a data source's entry says under a key. Nil where it says nothing.
    package static func value(_ key: String, ofDataSource dsn: String) -> String? {
        entry(key, section: dsn, file: dataSources)
    }

    /// Names of the registered drivers.
    package static func driverNames() -> [String] { sections(file: drivers).filter { $0 != "ODBC" } }

    /// Names of the data sources.
    package static func dataSourceNames() -> [String] {
        sections(file: dataSources).filter { $0 != "ODBC Data Sources" && $0 != "ODBC" }
    }

    /// Whether `[ODBC] ForceTrace` writes every connection string to a file whatever a program asks.
    package static var forcesTrace: Bool { isYes(entry("ForceTrace", section: "ODBC", file: drivers)) }

    /// Whether the driver manager would keep connections of this driver open and hand them out again.
    ///
    /// It cannot be turned off by a program (`SQL_CP_OFF` is stored and ignored by unixODBC 2.3), and a pooled
    /// connection would outlive the one-time password that opened it.
    package static func pools(driver: String) -> Bool {
        isYes(entry("Pooling", section: "ODBC", file: drivers))
            && (entry("CPTimeout", section: driver, file: drivers).flatMap { Int($0) } ?? 0) > 0
    }

    /// A setting of a driver's entry. Nil where it has none.
    package static func setting(_ key: String, ofDriver driver: String) -> String? {
        entry(key, section: driver, file: drivers)
    }

    /// Why the dynamic loader cannot load a library, in its own words; nil where it can.
    ///
    /// unixODBC says "file not found" for a library that is there but lacks another one.
    package static func loadProblem(ofLibrary path: String) -> String? {
        var problem: String?
        guard let library = unsafe opened(path, problem: &problem) else { return problem }
        unsafe dlclose(library)
        return nil
    }

    /// Loads a driver's library before the driver manager does, which then finds it in the process: for a thread that has nothing else
    /// to do, since a library that needs twenty others takes ten milliseconds.
    ///
    /// It stays loaded. Where it cannot be loaded nothing is said: the driver manager meets the same, and is asked why.
    package static func load(library path: String) {
        var problem: String?
        _ = unsafe opened(path, problem: &problem)
    }

    private static func opened(_ path: String, problem: inout String?) -> UnsafeMutableRawPointer? {
        if let library = unsafe dlopen(path, RTLD_LAZY | RTLD_LOCAL) { return unsafe library }
        problem = unsafe dlerror().map { unsafe String(cString: $0) } ?? "the dynamic loader gave no reason"
        // A bare file name, as Debian's drivers have, is looked for beside the driver manager as well.
        guard !path.contains("/"), let directory = driverDirectory else { return nil }
        return unsafe opened(directory + "/" + path, problem: &problem)
    }

    /// Where unixODBC looks for drivers besides the loader's own directories: `odbc` beside its library.
    ///
    /// By what is mapped into this process, since `dladdr` is not in Swift's Glibc. Read to its end by hand: a file of /proc
    /// has no size, and comes a page at a time.
    private static var driverDirectory: String? {
        let file = unsafe open("/proc/self/maps", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var page = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe read(file, &page, page.count)
            guard count > 0 else { break }
            bytes += page.prefix(count)
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard let line = lines.first(where: { $0.contains("/libodbc.so") }), let start = line.firstIndex(of: "/") else {
            return nil
        }
        let library = line[start...]
        return library.lastIndex(of: "/").map { "\(library[..<$0])/odbc" }
    }

    /// A section of a configuration file, with its entries in their order.
    package struct Section: Hashable, Sendable {
        package var name: String
        package var entries: [Entry]

        package init(_ name: String, _ entries: [Entry]) {
            self.name = name
            self.entries = entries
        }
    }

    /// A line of a section.
    package struct Entry: Hashable, Sendable {
        package var key: String
        package var value: String

        package init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    /// All that odbcinst.ini says, the user's own file included.
    package static func driverSections() -> [Section] {
        sections(file: drivers).map { name in
            Section(
                name, keys(of: name, file: drivers).map { Entry($0, entry($0, section: name, file: drivers) ?? "") })
        }
    }

    private static func isYes(_ value: String?) -> Bool {
        guard let first = value?.first?.lowercased() else { return false }
        return first == "1" || first == "y" || value?.lowercased() == "on"
    }

    private static func entry(_ key: String, section: String, file: String) -> String? {
        guard !section.isEmpty else { return nil }
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe SQLGetPrivateProfileString(section, key, "", &buffer, Int32(buffer.count), file)
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return count > 0 && !bytes.isEmpty ? String(decoding: bytes, as: UTF8.self) : nil
    }

    private static func sections(file: String) -> [String] {
        var buffer = [CChar](repeating: 0, count: 65_536)
        let count = unsafe SQLGetPrivateProfileString(nil, nil, nil, &buffer, Int32(buffer.count), file)
        return names(in: buffer, count)
    }

    private static func keys(of section: String, file: String) -> [String] {
        var buffer = [CChar](repeating: 0, count: 65_536)
        let count = unsafe SQLGetPrivateProfileString(section, nil, nil, &buffer, Int32(buffer.count), file)
        return names(in: buffer, count)
    }

    private static func names(in buffer: [CChar], _ count: Int32) -> [String] {
        guard count > 0 else { return [] }
        return buffer.prefix(min(buffer.count, Int(count) + 1)).map { UInt8(bitPattern: $0) }
            .split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
}
