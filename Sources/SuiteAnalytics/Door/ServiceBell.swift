import Extraction
import FoundationEssentials
import Glibc
import ODBC
import Text

/// The bell at the service's door, by which we learn whether anybody is there: a plain connection that is closed again, and
/// costs no login.
///
/// What fails here is surely no login, whatever a driver would make of it later.
package struct ServiceBell: Sendable, Equatable {
    let host: String
    let port: Int
    /// For all addresses together.
    var seconds: Int

    /// Tries all addresses of the host at once; returns when one of them answers.
    ///
    /// - Throws: `ODBCError`, in the words of the system, as a driver would have said it. The C functions are `getaddrinfo`
    ///   and `connect`.
    func ring() throws(ODBCError) {
        let addresses = unsafe try addresses()
        defer { unsafe freeaddrinfo(addresses) }
        var open: [Int32] = []
        defer { for descriptor in open { close(descriptor) } }
        var problem = ETIMEDOUT
        var next: UnsafeMutablePointer<addrinfo>? = unsafe addresses
        while let address = unsafe next {
            unsafe next = address.pointee.ai_next
            let descriptor = unsafe socket(
                address.pointee.ai_family,
                address.pointee.ai_socktype | Int32(SOCK_NONBLOCK.rawValue)
                    | Int32(SOCK_CLOEXEC.rawValue), address.pointee.ai_protocol)
            guard descriptor >= 0 else {
                problem = errno
                continue
            }
            open.append(descriptor)
            if unsafe connect(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0 { return }
            if errno != EINPROGRESS {
                problem = errno
                close(open.removeLast())
            }
        }
        let end = ContinuousClock.now + .seconds(seconds)
        while !open.isEmpty {
            let left = (end - ContinuousClock.now) / .milliseconds(1)
            guard left > 0 else {
                throw refusal(", could not be reached within \(Sentence.count(seconds, "second"))", ETIMEDOUT)
            }
            var polled = open.map { pollfd(fd: $0, events: Int16(POLLOUT), revents: 0) }
            _ = unsafe poll(&polled, nfds_t(polled.count), Int32(left.rounded(.up)))
            for item in polled where item.revents != 0 {
                var code: Int32 = 0
                var size = socklen_t(MemoryLayout<Int32>.size)
                let isKnown = unsafe getsockopt(item.fd, SOL_SOCKET, SO_ERROR, &code, &size) == 0
                if isKnown, code == 0 { return }
                problem = isKnown ? code : errno
                close(item.fd)
                open.removeAll { $0 == item.fd }
            }
        }
        throw refusal(
            (Self.telling.contains(problem) ? ": " : ", could not be reached: ") + describeSystemError(problem), problem
        )
    }

    /// What says by itself that nobody was reached.
    private static let telling: Set<Int32> = [ECONNREFUSED, EHOSTUNREACH, EHOSTDOWN, ENETUNREACH]

    private func addresses() throws(ODBCError) -> UnsafeMutablePointer<addrinfo> {
        var hints = unsafe addrinfo()
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, String(port), &hints, &found)
        guard code == 0, let found = unsafe found else {
            let text = unsafe gai_strerror(code).map { unsafe String(cString: $0) } ?? "unknown host"
            throw refusal(", could not translate host name to address: \(text)", code)
        }
        return unsafe found
    }

    private func refusal(_ text: String, _ code: Int32) -> ODBCError {
        ODBCError(
            kind: .error, function: "connect",
            diagnostics: [
                Diagnostic(
                    state: .cannotConnect, nativeCode: code, message: "\"\(host)\", port \(port)\(text)")
            ])
    }
}
