import CODBC
import Rows
import Text

// Results as text, for catalogs, counts, bounds and probes; never for rows of an extract: it makes a `String` a value. A value
// is read whole, in as many pieces as it takes, or refused.

extension Statement {
    /// How text is asked for.
    package enum TextForm: Sendable {
        /// `SQL_C_CHAR`, UTF-8.
        case narrow
        /// `SQL_C_WCHAR`, UTF-16.
        case wide

        fileprivate var cType: SQLSMALLINT { self == .narrow ? C.char : C.wideChar }
        fileprivate var terminator: Int { self == .narrow ? 1 : 2 }
    }

    /// The next row of the open result as text, `columns` wide; nil at the end. The C functions are `SQLFetch`, `SQLGetData`.
    ///
    /// - Parameter form: Nil: as values of this connection arrive, names of tables and columns among them.
    package func nextTextRow(columns: Int, as form: TextForm? = nil) throws(ODBCError) -> [String?]? {
        switch try call("SQLFetch", { unsafe SQLFetch(handle.raw) }) {
        case .noData: return nil
        case .success, .successWithInfo: break
        }
        let form = form ?? (connection.fetchesWide ? .wide : .narrow)
        var row: [String?] = []
        for number in 1..<(columns + 1) { row.append(try textValue(number, as: form)) }
        return row
    }

    /// All rows of the open result as text, then closes it.
    package func textRows() throws(ODBCError) -> [[String?]] {
        defer { close() }
        let columns = try columnCount()
        var rows: [[String?]] = []
        while let row = try nextTextRow(columns: columns) { rows.append(row) }
        return rows
    }

    /// The one row of the open result, which has so many columns, then closes it; nil where the result is another one.
    package func onlyTextRow(columns: Int, as form: TextForm? = nil) throws(ODBCError) -> [String?]? {
        defer { close() }
        guard try columnCount() == columns, let row = try nextTextRow(columns: columns, as: form) else { return nil }
        guard case .noData = try call("SQLFetch", { unsafe SQLFetch(handle.raw) }) else { return nil }
        return row
    }

    /// The first value of the open result, fetched as UTF-16, then closes it; nil where there is none.
    package func firstWideText() throws(ODBCError) -> String? {
        defer { close() }
        return try nextTextRow(columns: 1, as: .wide)?.first ?? nil
    }

    private func textValue(_ number: Int, as form: TextForm) throws(ODBCError) -> String? {
        var bytes: [UInt8] = []
        // Of units, so that the memory is aligned for both forms.
        var buffer = [UInt16](repeating: 0, count: Self.pieceBytes / 2)
        let usable = Self.pieceBytes - form.terminator
        // Bytes that the driver has said there are in all; nil while it has not.
        var announced: Int?
        while true {
            var indicator: SQLLEN = C.noTotal
            let outcome = try call("SQLGetData") {
                unsafe SQLGetData(
                    handle.raw, SQLUSMALLINT(number), form.cType, &buffer, SQLLEN(Self.pieceBytes), &indicator)
            }
            switch outcome {
            // The piece before was the last one, which only a further call tells of a full one.
            case .noData: return try text(bytes, announced: announced, number, form)
            case .success, .successWithInfo: break
            }
            if indicator == C.nullData { return nil }
            guard indicator >= 0 || indicator == C.noTotal, bytes.count < Self.longestText else {
                throw refusal("the driver gave \(indicator) as the length", number)
            }
            if indicator >= 0 { announced = announced ?? bytes.count + indicator }
            let piece = indicator >= 0 ? min(indicator, usable) : usable
            unsafe buffer.withUnsafeBytes { memory in unsafe bytes.append(contentsOf: memory.prefix(piece)) }
            if indicator >= 0, indicator < usable { return try text(bytes, announced: announced, number, form) }
        }
    }

    private func text(
        _ bytes: [UInt8], announced: Int?, _ number: Int, _ form: TextForm
    ) throws(ODBCError) -> String {
        if let announced, bytes.count < announced {
            throw refusal(
                "the driver announced \(Sentence.count(announced, "byte")) and delivered \(bytes.count)", number)
        }
        guard form == .wide else { return String(decoding: bytes, as: UTF8.self) }
        let isValid = unsafe bytes.withUnsafeBytes { memory in
            unsafe memory.baseAddress.map { unsafe Encoding.isValidUTF16($0, count: memory.count) } ?? true
        }
        guard isValid else { throw refusal("the driver gave what is not UTF-16 as the text", number) }
        let units = stride(from: 0, to: bytes.count, by: 2).map { UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8 }
        return String(decoding: units, as: UTF16.self)
    }

    private func refusal(_ what: String, _ number: Int) -> ODBCError {
        .misbehaviour("\(what) of column \(number) of a catalog or probe result", in: "SQLGetData")
    }

    /// Bytes of one piece.
    private static let pieceBytes = 4096

    /// Bytes of one value at most: a guard against a driver that never ends.
    private static let longestText = 16 << 20
}
