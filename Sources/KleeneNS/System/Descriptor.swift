import CProcess
import Glibc

/// Reading and writing of file descriptors, without a `FILE` in between.
enum Descriptor {
    /// A pipe that no child inherits.
    ///
    /// Who writes to a pipe whose reader has gone gets an error from here on, whatever `main` said of signals: tests have a `main` of
    /// their own, and a worker that died before its orders were written ended the process of tests with SIGPIPE.
    static func pipe() throws -> (read: Int32, write: Int32) {
        kns_ignore_signal(SIGPIPE)
        var ends: [Int32] = [-1, -1]
        let code = unsafe kns_pipe(&ends)
        guard code == 0 else { throw SystemError(code) }
        return (ends[0], ends[1])
    }

    static func setNonBlocking(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    /// The null device, for reading and writing.
    static func null() throws -> Int32 {
        let descriptor = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(errno) }
        return descriptor
    }

    /// Sees to it that 0, 1 and 2 are open, so that no pipe of ours becomes one of them.
    static func occupyStandardStreams() {
        for stream in Int32(0)...2 where fcntl(stream, F_GETFD) == -1 {
            _ = unsafe open("/dev/null", O_RDWR)
        }
    }

    enum Reading {
        case bytes([UInt8])
        case end
        /// Nothing there now; only for descriptors that do not block.
        case later
    }

    /// What is there, up to 64 KiB.
    static func read(_ descriptor: Int32) throws -> Reading {
        // Not filled with zeros: what is read is mostly a line.
        try unsafe withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { buffer in
            while true {
                let count = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                if count > 0 { return unsafe .bytes(Array(buffer[..<count])) }
                if count == 0 { return .end }
                switch errno {
                case EINTR: continue
                case EAGAIN: return .later
                default: throw SystemError(errno)
                }
            }
        }
    }

    /// Everything up to the end, or nil where that is more than `limit` bytes.
    static func readAll(_ descriptor: Int32, limit: Int) throws -> [UInt8]? {
        var result: [UInt8] = []
        while case .bytes(let bytes) = try read(descriptor) {
            result += bytes
            if result.count > limit { return nil }
        }
        return result
    }

    /// Writes as much as goes; the number of bytes, 0 where the descriptor would block.
    static func writeSome(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) throws -> Int {
        while true {
            let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 { return count }
            switch errno {
            case EINTR: continue
            case EAGAIN: return 0
            default: throw SystemError(errno)
            }
        }
    }

    /// Writes everything, waiting where the descriptor would block.
    static func write(_ bytes: [UInt8], to descriptor: Int32) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try writeSome(rest, to: descriptor)
            rest = rest.dropFirst(count)
            if count == 0 { _ = wait([(descriptor, Int16(POLLOUT))], milliseconds: -1) }
        }
    }

    /// Waits until something can be done with one of the descriptors; the events of each, all 0 when time ran out.
    static func wait(_ descriptors: [(descriptor: Int32, events: Int16)], milliseconds: Int32) -> [Int16] {
        var list = descriptors.map { pollfd(fd: $0.descriptor, events: $0.events, revents: 0) }
        let count = unsafe poll(&list, nfds_t(list.count), milliseconds)
        return list.map { count > 0 ? $0.revents : 0 }
    }
}
