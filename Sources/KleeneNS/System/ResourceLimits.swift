import Glibc
import Text

/// What the system lets this process, and so its workers, have (`ulimit`).
struct ResourceLimits {
    /// Bytes of address space; nil where there is no limit.
    let addressSpace: UInt64?

    /// Above this no driver that we know has failed for want of address space.
    private static let plenty: UInt64 = 1 << 30

    static var current: ResourceLimits {
        var limit = rlimit()
        let isKnown = unsafe getrlimit(__rlimit_resource_t(UInt32(RLIMIT_AS.rawValue)), &limit) == 0
        return ResourceLimits(addressSpace: isKnown && limit.rlim_cur != .max ? UInt64(limit.rlim_cur) : nil)
    }

    /// The limit of memory in words, where it is so low that a process may have ended for it.
    var shortMemory: String? {
        guard let addressSpace, addressSpace < Self.plenty else { return nil }
        return "\(Sentence.size(Int(addressSpace))) (`ulimit -v`)"
    }
}
