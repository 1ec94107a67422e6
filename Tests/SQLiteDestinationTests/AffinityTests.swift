import SQLite
import Testing

@testable import SQLiteDestination

/// SQLite itself says what a declared type does: the same values are put into a column of it.
@Suite struct AffinityTests {
    @Test(arguments: [
        "INTEGER", "int", "BigInt", "CHARINT", "varchar(20)", "NCHAR(3)", "clob", "TEXT", "Long Text", "BLOB",
        "blob sub", "REAL",
        "float8", "DOUBLE precision", "numeric(10,2)", "DATE", "boolean", "timestamp", "floating point", "STRING",
        "xINTx", "\u{131}nt",
        "\u{17F}tring", "\u{FF29}NT", "in\u{301}t", "textile",
    ])
    func declaredTypeHasTheAffinityThatSQLiteGivesIt(type: String) throws {
        let database = try SQLiteDatabase(path: ":memory:", access: .create)
        try database.query("CREATE TABLE t (c \(Identifier.quote(type)))")
        try database.query("INSERT INTO t VALUES ('12'), (12), (1.0)")
        let kinds = try database.query("SELECT typeof(c) FROM t").map { $0[0] }
        let expected: [SQLiteValue] =
            switch Affinity(declaredType: type) {
            // What only tells these two apart is a cast.
            case .integer, .numeric: [.text("integer"), .text("integer"), .text("integer")]
            case .real: [.text("real"), .text("real"), .text("real")]
            case .text: [.text("text"), .text("text"), .text("text")]
            case .none: [.text("text"), .text("integer"), .text("real")]
            }
        #expect(kinds == expected)
    }
}
