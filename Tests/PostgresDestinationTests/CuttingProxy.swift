import Foundation
import Glibc
import Synchronization

/// A way to the server that is cut at the first COMMIT once it is armed: before it gets there, or before its answer comes back.
///
/// `@unchecked Sendable`: the listener is only closed, and everything else is behind the mutex or a thread's own.
final class CuttingProxy: @unchecked Sendable {
    enum Cut { case beforeTheServer, beforeTheAnswer }

    let port: Int
    private let listener: Int32
    private let server: UInt16
    private let armed = Mutex<Cut?>(nil)
    private let cuts = Mutex(0)

    struct NotReady: Error {}

    init(to server: Int) throws {
        self.server = UInt16(server)
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = Self.loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(listener, $0, length) == 0 && listen(listener, 16) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard bound else { throw NotReady() }
        self.listener = listener
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                Thread.detachNewThread { self.serve(client) }
            }
        }
    }

    deinit { close(listener) }

    func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

    func arm(_ cut: Cut) { armed.withLock { $0 = cut } }

    /// How often the way was cut.
    var count: Int { cuts.withLock { $0 } }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private func serve(_ client: Int32) {
        let upstream = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer {
            close(client)
            close(upstream)
        }
        var address = Self.loopback(server)
        let connected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(upstream, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard connected else { return }
        var cut: Cut?
        while true {
            var ready = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: upstream, events: Int16(POLLIN), revents: 0),
            ]
            guard unsafe poll(&ready, 2, -1) > 0 else { return }
            if ready[0].revents != 0 {
                guard let bytes = Self.read(client) else { return }
                if bytes.range(of: Data("COMMIT\0".utf8)) != nil {
                    cut = armed.withLock { armed in
                        defer { armed = nil }
                        return armed
                    }
                    if cut != nil { cuts.withLock { $0 += 1 } }
                    if cut == .beforeTheServer { return }
                }
                guard Self.write(upstream, bytes) else { return }
            }
            if ready[1].revents != 0 {
                guard let bytes = Self.read(upstream), cut == nil, Self.write(client, bytes) else { return }
            }
        }
    }

    private static func read(_ socket: Int32) -> Data? {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe recv(socket, &buffer, buffer.count, 0)
        return count > 0 ? Data(buffer[..<count]) : nil
    }

    private static func write(_ socket: Int32, _ bytes: Data) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
