import CODBC
import Glibc

/// The ODBC environment of this process: one is enough, and connections keep it alive.
package final class Environment {
    let handle: Handle

    /// Declares ODBC 3 behaviour and fixes the locale. The C functions are `SQLAllocHandle`, `SQLSetEnvAttr`.
    ///
    /// The character type becomes UTF-8, because unixODBC converts text for wide-only drivers by the locale's code set.
    /// Nothing else of the locale is set: psqlodbc 13.02 prints numbers with its decimal point, so that a German
    /// `LC_NUMERIC` would give `123,45`.
    ///
    /// - Parameter conceal: Takes secrets, and pieces of those that were cut, out of what drivers say; nil to leave it as it is.
    package init(conceal: (@Sendable (String) -> String)? = nil) throws(ODBCError) {
        // For drivers that call setlocale(…, "") themselves, as psqlodbc does.
        unsafe setenv("LC_ALL", "C.UTF-8", 1)
        _ = unsafe setlocale(LC_CTYPE, "C.UTF-8")
        let handle = try Handle(C.environment, parent: nil, conceal: conceal)
        let value = unsafe SQLPOINTER(bitPattern: C.odbcVersion3)
        _ = try handle.check("SQLSetEnvAttr", unsafe SQLSetEnvAttr(handle.raw, C.odbcVersion, value, 0))
        self.handle = handle
    }
}
