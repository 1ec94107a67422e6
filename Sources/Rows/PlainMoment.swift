/// The spelling that nearly all values have, `YYYY-MM-DD HH:MM:SS` with a blank or a `T`, or the date alone, read eight bytes at
/// a time: a few nanoseconds, where taking bytes one by one takes ten times as long.
struct PlainMoment {
    let day: MomentReader.Day
    /// Seconds since midnight.
    let time: Int
    /// The byte before the time; 0 where there is none.
    let separator: UInt8

    /// Reads the first nineteen bytes, or all ten of a date; nil for all else, which may be a moment all the same.
    @inline(__always) init?(_ bytes: UnsafeRawPointer, count: Int) {
        guard count == 10 || count >= 19 else { return nil }
        // Zeros are taken off digits, separators off themselves. On machines that keep the first byte lowest.
        let date = unsafe UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self)) ^ 0x2D30_302D_3030_3030
        let days = unsafe UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt16.self)) ^ 0x3030
        guard Self.areDigits(date), date & 0xFF00_00FF_0000_0000 == 0, Self.areDigits(UInt64(days)) else { return nil }
        let year = Self.two(date, 0) * 100 + Self.two(date, 16)
        let day = MomentReader.Day(year: year, month: Self.two(date, 40), day: Self.two(UInt64(days), 0))
        guard day.isOfTheCalendar else { return nil }
        self.day = day
        guard count > 10 else {
            time = 0
            separator = 0
            return
        }
        separator = unsafe bytes.load(fromByteOffset: 10, as: UInt8.self)
        let clock =
            unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 11, as: UInt64.self))
            ^ 0x3030_3A30_303A_3030
        guard separator == UInt8(ascii: " ") || separator == UInt8(ascii: "T"), Self.areDigits(clock),
            clock & 0x0000_FF00_00FF_0000 == 0
        else { return nil }
        let (hour, minute, second) = (Self.two(clock, 0), Self.two(clock, 24), Self.two(clock, 48))
        guard hour < 24, minute < 60, second < 60 else { return nil }
        time = (hour * 60 + minute) * 60 + second
    }

    /// Whether each byte is from 0 to 9.
    @inline(__always) private static func areDigits(_ bytes: UInt64) -> Bool {
        // The sum of a byte from 0 to 15 and six carries nowhere.
        bytes & 0xF0F0_F0F0_F0F0_F0F0 == 0 && (bytes &+ 0x0606_0606_0606_0606) & 0xF0F0_F0F0_F0F0_F0F0 == 0
    }

    /// The number that two digits make, the first of them so many bits up.
    @inline(__always) private static func two(_ bytes: UInt64, _ shift: UInt64) -> Int {
        Int((bytes &>> shift) & 0xF) &* 10 &+ Int((bytes &>> (shift &+ 8)) & 0xF)
    }

    /// The digits behind a point that follow the time to the value's end, as nanoseconds; nil for all else.
    @inline(__always) static func fraction(_ bytes: UnsafeRawPointer, count: Int) -> (nanoseconds: Int, digits: Int)? {
        if count <= 19 { return (0, 0) }
        guard count > 20, count <= 29, unsafe bytes.load(fromByteOffset: 19, as: UInt8.self) == UInt8(ascii: ".") else {
            return nil
        }
        var nanoseconds = 0
        for index in 20..<count {
            let digit = unsafe bytes.load(fromByteOffset: index, as: UInt8.self) &- 48
            guard digit < 10 else { return nil }
            nanoseconds = nanoseconds &* 10 &+ Int(digit)
        }
        for _ in count..<29 { nanoseconds = nanoseconds &* 10 }
        return (nanoseconds, count - 20)
    }
}
