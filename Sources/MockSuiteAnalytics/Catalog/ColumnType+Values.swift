/// What a column of a catalog file holds, whose type is all that is known of it.
extension ColumnType {
    /// Values for a column that is known by its type alone.
    var values: ValueRule {
        switch self {
        case .smallint: .integer(-300...3000)
        case .integer, .bigint: .integer(-50...5_000_000)
        case .double: .amount
        case .numeric(let precision, let scale): .sql(Self.decimal(precision, scale))
        case .varchar(1), .wvarchar(1), .char(1): .flag(300)
        case .varchar(let length), .wvarchar(let length), .char(let length):
            length < 8 ? .sql("substr('ÄBCDEFG', 1 + i % \(length), \(length))") : .clipped(.words(3), length)
        case .clob: .longText(3000)
        case .timestamp: .timestamp
        case .date: .date
        }
    }

    /// SQL for a part of a key: `number` as this type writes it.
    func keyValue(_ number: String) -> String {
        switch self {
        case .smallint, .integer, .bigint: "\(number) + 1"
        case .double: "(\(number)) + 0.5"
        case .numeric, .varchar, .wvarchar, .char, .clob: "CAST(\(number) AS TEXT)"
        case .timestamp: "datetime(1609459200 + (\(number)) * 60, 'unixepoch')"
        case .date: "datetime(1609459200 + (\(number)) * 86400, 'unixepoch')"
        }
    }

    /// SQL for a decimal with all its digits, as text.
    private static func decimal(_ precision: Int, _ scale: Int) -> String {
        let whole = precision - scale
        let head = whole == 0 ? "'0'" : "substr('918273645546372819', 1 + i % 9, \(min(whole, 9)))"
        let tail = scale == 0 ? "''" : "'.' || substr('375126849012345678', 1, \(scale))"
        return "CASE WHEN i % 5 = 0 THEN '-' ELSE '' END || \(head) || \(tail)"
    }
}
