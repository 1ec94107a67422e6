import Glibc

/// What a test waited for did not come.
private struct NeverSo: Error {}

/// Waits until something is so, which another process or thread makes so; half a minute at most.
///
/// - Throws: where it does not become so, and what `isSo` throws.
package func wait(until isSo: () throws -> Bool) throws {
    for _ in 0..<3000 {
        if try isSo() { return }
        usleep(10_000)
    }
    throw NeverSo()
}
