/// Where things stand in JSON with comments that has been read without a fault: brackets, members, elements.
struct JSONSkeleton {
    let bytes: [UInt8]

    /// A text that ends where something must follow.
    struct Unreadable: Error {}

    /// An array or an object.
    struct Container {
        /// Of its brackets.
        var open: Int
        var close: Int
        /// From the first byte of each member or element to behind its last.
        var items: [(begin: Int, end: Int)]
        /// Of an object: keys, and where their values begin.
        var members: [(key: String, value: Int)]
    }

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func root() throws -> Container {
        try container(at: skip(bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0))
    }

    func container(at open: Int) throws -> Container {
        let isObject = try byte(open) == UInt8(ascii: "{")
        guard try isObject || byte(open) == UInt8(ascii: "[") else { throw Unreadable() }
        var found = Container(open: open, close: open, items: [], members: [])
        var place = try skip(open + 1)
        while try byte(place) != UInt8(ascii: isObject ? "}" : "]") {
            let begin = place
            if isObject {
                let end = try endOfString(place)
                let key = try? JSONText(bytes[place..<end]).value
                place = try skip(try skip(end) + 1)
                if case .string(let key) = key { found.members.append((key, place)) }
            }
            let end = try endOfValue(place)
            found.items.append((begin, end))
            place = try skip(end)
            if try byte(place) == UInt8(ascii: ",") { place = try skip(place + 1) }
        }
        found.close = place
        return found
    }

    /// The comma that follows a value; nil where none does.
    func comma(behind end: Int) -> Int? {
        guard let place = try? skip(end), bytes.indices.contains(place), bytes[place] == UInt8(ascii: ",") else {
            return nil
        }
        return place
    }

    /// Where the line ends on which a value does, comments behind it included; before the line's end, and never behind a bracket.
    func lineEnd(behind end: Int) -> Int {
        var place = end
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "\n") || bytes[place] == UInt8(ascii: "\r") { return place }
            if let behind = endOfComment(place) {
                place = behind
            } else if Self.isBlank(bytes[place]) {
                place += 1
            } else {
                return bytes.count
            }
        }
        return place
    }

    // MARK: Bytes

    private func byte(_ place: Int) throws -> UInt8 {
        guard bytes.indices.contains(place) else { throw Unreadable() }
        return bytes[place]
    }

    private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

    /// Behind blanks and comments.
    private func skip(_ begin: Int) throws -> Int {
        var place = begin
        while place < bytes.count {
            if let end = endOfComment(place) {
                place = end
            } else if Self.isBlank(bytes[place]) {
                place += 1
            } else {
                return place
            }
        }
        throw Unreadable()
    }

    /// Behind the comment that begins there; of one that goes to the end of its line, before that.
    private func endOfComment(_ place: Int) -> Int? {
        guard bytes[place] == UInt8(ascii: "/"), place + 1 < bytes.count else { return nil }
        var end = place + 2
        if bytes[place + 1] == UInt8(ascii: "/") {
            while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D { end += 1 }
            return end
        }
        while end + 1 < bytes.count, !(bytes[end] == UInt8(ascii: "*") && bytes[end + 1] == UInt8(ascii: "/")) {
            end += 1
        }
        return min(end + 2, bytes.count)
    }

    private func endOfString(_ begin: Int) throws -> Int {
        var place = begin + 1
        while try byte(place) != UInt8(ascii: "\"") { place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1 }
        return place + 1
    }

    private func endOfValue(_ begin: Int) throws -> Int {
        switch try byte(begin) {
        case UInt8(ascii: "\""): return try endOfString(begin)
        case UInt8(ascii: "{"), UInt8(ascii: "["): return try container(at: begin).close + 1
        default:
            var place = begin
            while place < bytes.count, !Self.isBlank(bytes[place]), !",]}/".utf8.contains(bytes[place]) { place += 1 }
            guard place > begin else { throw Unreadable() }
            return place
        }
    }
}
