/// Cuts a stream of bytes into lines, in bounded memory.
struct LineBuffer {
    /// What to do with a line that is longer than the limit.
    enum Overlong {
        /// Cut it there and throw the rest of it away.
        case cut
        /// Give up: `isOverlong` becomes true.
        case refuse
    }

    let limit: Int
    let overlong: Overlong
    private(set) var isOverlong = false
    private var partial: [UInt8] = []
    private var isSkipping = false

    init(limit: Int, overlong: Overlong) {
        self.limit = limit
        self.overlong = overlong
    }

    /// The lines that these bytes complete, without line ends.
    mutating func append(_ bytes: [UInt8]) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 10) {
            add(rest[..<end])
            lines.append(partial)
            partial = []
            isSkipping = false
            rest = rest[(end + 1)...]
        }
        add(rest)
        return lines
    }

    /// The line that was begun and never ended; empty where there is none.
    mutating func takeRest() -> [UInt8] {
        defer { partial = [] }
        return partial
    }

    private mutating func add(_ bytes: ArraySlice<UInt8>) {
        guard !isSkipping else { return }
        let room = limit - partial.count
        partial += bytes.prefix(room)
        if bytes.count > room {
            isSkipping = true
            if overlong == .refuse { isOverlong = true }
        }
    }
}
