import CODBC

/// What a date that came as `SQL_DATE_STRUCT` says, where it lies in the years 1 to 9999.
///
/// psqlodbc 13.02 reads the server's text into these fields and writes its own text from them. Of "BC", of `infinity` and of years of five
/// digits nothing can be seen in them: whoever reads such a struct sees to it that the source has none to tell.
enum DateStruct {
    /// Bytes of the C type.
    static let size = MemoryLayout<SQL_DATE_STRUCT>.size
    /// Bytes of a text, `9999-12-31`.
    static let textLength = 10

    /// Writes the driver's text of a struct; false, with nothing written, where it is no day.
    ///
    /// - Parameter place: `textLength` bytes at least.
    static func spell(_ fields: SQL_DATE_STRUCT, into place: UnsafeMutableRawPointer) -> Bool {
        guard (1...9999).contains(fields.year), (1...12).contains(fields.month), (1...31).contains(fields.day) else {
            return false
        }
        unsafe TimestampStruct.putDay(
            year: UInt32(truncatingIfNeeded: fields.year), month: UInt32(fields.month), day: UInt32(fields.day),
            at: place.assumingMemoryBound(to: UInt8.self))
        return true
    }
}
