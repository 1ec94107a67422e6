import CODBC

extension Statement {
    /// One value of the current row as text, fetched as UTF-16 and in as many pieces as it takes; nil for NULL. The C function is
    /// `SQLGetData` with `SQL_C_WCHAR`.
    func wideTextValue(_ number: Int) throws(ODBCError) -> String? {
        var units: [UInt16] = []
        var buffer = [UInt16](repeating: 0, count: 2048)
        while true {
            var indicator: SQLLEN = C.noTotal
            let outcome = try call("SQLGetData") {
                unsafe SQLGetData(
                    handle.raw, SQLUSMALLINT(number), C.wideChar, &buffer,
                    SQLLEN(buffer.count * MemoryLayout<UInt16>.size), &indicator)
            }
            switch outcome {
            case .noData: return String(decoding: units, as: UTF16.self)
            case .success, .successWithInfo: break
            }
            if indicator == C.nullData { return nil }
            // Bytes, of which a terminator's two are kept free.
            let usable = (buffer.count - 1) * MemoryLayout<UInt16>.size
            if indicator >= 0, indicator <= usable {
                return String(decoding: units + buffer.prefix(indicator / MemoryLayout<UInt16>.size), as: UTF16.self)
            }
            guard indicator == C.noTotal || indicator > usable, units.count < Self.longestText else {
                throw ODBCError.misbehaviour(
                    "the driver gave \(indicator) as the length of column \(number) of a catalog or probe result",
                    in: "SQLGetData")
            }
            units += buffer.prefix(buffer.count - 1)
        }
    }
}
