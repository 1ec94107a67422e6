import Foundation

/// A socket that listens on loopback and never answers.
final class SilentServer: Sendable {
    let port: UInt16
    private let descriptor: Int32

    static let shared = Result { try SilentServer() }

    /// A port on which nobody listens at the moment.
    static func freePort() throws -> UInt16 {
        let server = try SilentServer()
        defer { close(server.descriptor) }
        return server.port
    }

    struct CannotListen: Error {}

    /// - Parameter backlog: How many connections wait there until further ones are not even made.
    init(backlog: Int32 = 8) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                guard unsafe bind(descriptor, pointer, length) == 0, listen(descriptor, backlog) == 0 else {
                    return Int32(-1)
                }
                return unsafe getsockname(descriptor, pointer, &length)
            }
        }
        guard code == 0 else { throw CannotListen() }
        self.descriptor = descriptor
        port = UInt16(bigEndian: address.sin_port)
    }
}
