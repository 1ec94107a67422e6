import Glibc

/// The system's sentence for an errno. The C function is `strerror`.
package func describeSystemError(_ code: Int32) -> String {
    guard let text = unsafe strerror(code) else { return "system error \(code)" }
    return unsafe String(cString: text)
}
