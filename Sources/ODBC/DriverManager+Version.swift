import CODBC

extension DriverManager {
    /// The version of the driver manager that is loaded, such as `2.3`, which is all that it tells; nil where it tells nothing.
    ///
    /// Asked by `SQLGetInfo` of a connection that is never made, which opens no driver.
    package static var version: String? {
        guard let environment = try? Environment(), let connection = try? ConnectionHandle(of: environment.handle)
        else { return nil }
        var text = [SQLCHAR](repeating: 0, count: 64)
        var length: SQLSMALLINT = 0
        let code = unsafe SQLGetInfo(
            connection.raw, C.infoDriverManagerVersion, &text, SQLSMALLINT(text.count - 1), &length)
        guard code == C.success || code == C.successWithInfo else { return nil }
        // The version of ODBC, then its own: 03.52.0002.0003.
        let numbers = String(decoding: text.prefix { $0 != 0 }, as: UTF8.self).split(separator: ".").map { Int($0) }
        guard numbers.count >= 4, let major = numbers[2], let minor = numbers[3] else { return nil }
        return "\(major).\(minor)"
    }
}
