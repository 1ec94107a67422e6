import Extraction
import ODBC

/// What is said of reads with masked columns: drivers and databases quote the value that they could not deliver.
extension ODBCError {
    /// The same without the other side's words, where they may quote a value of a masked column. How it is judged does not change.
    ///
    /// - Parameter isFetch: Whether rows were on their way. Before that, only words about data quote any.
    func quotingNoValue(of query: TableQuery, isFetch: Bool) -> ODBCError {
        guard !query.masks.isEmpty else { return self }
        var error = self
        error.diagnostics = diagnostics.map { record in
            isFetch || record.mayQuoteValues ? record.withoutWords : record
        }
        return error
    }
}

extension CellError {
    /// The same without the value, where its column is masked, or may be.
    func quotingNoValue(of query: TableQuery) -> CellError {
        guard !query.masks.isEmpty else { return self }
        var error = self
        let isMasked = column.map { query.masks[query.columns[$0]] != nil } ?? true
        switch problem {
        case .notADecimal where isMasked: error.problem = .notADecimal(ColumnMask.redaction)
        case .rowFailed(let records): error.problem = .rowFailed(records.map(\.withoutWords))
        default: break
        }
        return error
    }
}

extension Diagnostic {
    /// Data exceptions, violated constraints, and what has no state of its own.
    fileprivate var mayQuoteValues: Bool {
        ["22", "23", "HY", "P0", "XX"].contains { state.rawValue.hasPrefix($0) }
    }

    fileprivate var withoutWords: Diagnostic {
        Diagnostic(state: state, nativeCode: nativeCode, message: message) { _ in
            "(the driver's words are left out: they may quote values of masked columns)"
        }
    }
}
