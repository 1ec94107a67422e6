import Foundation
import Glibc
import Synchronization

/// A way to the server that is cut once it is armed: at the first COMMIT, before it gets there or before its answer comes back; or in the
/// middle of many bytes.
///
/// `@unchecked Sendable`: the listener is only closed, and everything else is behind the mutex or a thread's own.
final class CuttingProxy: @unchecked Sendable {
    enum Cut: Equatable, Sendable {
        case beforeTheServer, beforeTheAnswer
        /// Behind so many bytes of a connection, which only rows come to.
        case behind(bytes: Int)
    }

    private struct Armed {
        var cut: Cut
        /// What happens there in place of the cut; the way itself goes on.
        var instead: (@Sendable () -> Void)?
    }

    let port: Int
    private let listener: Int32
    private let server: UInt16
    private let armed = Mutex<Armed?>(nil)
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

    func arm(_ cut: Cut, instead: (@Sendable () -> Void)? = nil) {
        armed.withLock { $0 = Armed(cut: cut, instead: instead) }
    }

    /// What is to happen at bytes of a connection, once.
    private func strike(_ bytes: Data, behind count: Int) -> Armed? {
        armed.withLock { armed in
            guard let now = armed else { return nil }
            switch now.cut {
            case .beforeTheServer, .beforeTheAnswer:
                guard bytes.range(of: Data("COMMIT\0".utf8)) != nil else { return nil }
            case .behind(let least): guard count > least else { return nil }
            }
            armed = nil
            cuts.withLock { $0 += 1 }
            return now
        }
    }

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
        var count = 0
        var isMute = false
        while true {
            var ready = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: upstream, events: Int16(POLLIN), revents: 0),
            ]
            guard unsafe poll(&ready, 2, -1) > 0 else { return }
            if ready[0].revents != 0 {
                guard let bytes = Self.read(client) else { return }
                count += bytes.count
                let struck = strike(bytes, behind: count)
                if let struck, struck.cut != .beforeTheAnswer {
                    guard let instead = struck.instead else { return }
                    instead()
                }
                guard Self.write(upstream, bytes) else { return }
                if let struck, struck.cut == .beforeTheAnswer {
                    isMute = true
                    struck.instead?()
                }
            }
            if ready[1].revents != 0 {
                guard let bytes = Self.read(upstream), !isMute, Self.write(client, bytes) else { return }
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
