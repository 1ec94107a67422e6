import Extraction
import Rows
import TestSupport
import Testing
import Text

@testable import Masks

/// Masks in batches, whatever the form in which a driver has written the values.
@Suite struct BatchMaskTests {
    private static let key = MaskKey(Secret("0123456789abcdef0123"))

    /// The texts of the second column, behind an id.
    private func masked(
        _ values: [Cell?], by mask: ColumnMask = .hmac, format: CellFormat = .utf8, isLong: Bool = false
    ) throws -> [String?] {
        let rows: [[Cell?]] = values.enumerated().map { [.integer(Int64($0)), $1, .text("kept \($0)")] }
        let source = makeBatch(rows, formats: [.int64, format, .utf8], isLong: isLong)
        let columns = [
            Column(name: "id", type: .integer), Column(name: "secret", type: .any), Column(name: "other", type: .text),
        ]
        let subject = try BatchMask(["secret": mask], of: columns, layout: source.layout, key: Self.key)
        #expect(
            subject.columns[1].type == .text && subject.columns[0] == columns[0] && subject.columns[2] == columns[2])
        let batch = RowBatch(layout: subject.layout)
        for time in 1...2 {
            let isFilled = try subject.fill(batch) { clear in
                clear.removeAll()
                fill(clear, rows, firstRow: 5 * time)
                return true
            }
            #expect(isFilled && batch.rowCount == rows.count && batch.firstRow == 5 * time)
            for row in rows.indices {
                #expect(batch.text(column: 0, row: row) == String(row))
                #expect(batch.text(column: 2, row: row) == "kept \(row)")
            }
        }
        return rows.indices.map { batch.text(column: 1, row: $0) }
    }

    /// By `openssl dgst -sha256 -hmac`.
    @Test func masksAreThoseOfAnotherProgram() {
        #expect(
            MaskKey(Secret("Jefe")).mask("what do ya want for nothing?")
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            MaskKey(Secret(String(repeating: "k", count: 100))).mask("ada@example.com")
                == "cc3dc24d821e85ac4d1a8da51b525ca3b22bf7d473ad2fc868b2de40f25005b6")
    }

    @Test func aValueHasOneMaskInEachForm() throws {
        let text = "952c1db360dba3a0969c5fc24cd13b70ccdbec4c0c69ca5c18417b7d29df021a"
        let value = "größe €😀"
        for isLong in [false, true] {
            #expect(try masked([.text(value)], isLong: isLong) == [text])
            #expect(try masked([.wide(value)], isLong: isLong) == [text])
            #expect(try masked([.bytes(Array(value.utf8))], isLong: isLong) == [text])
        }
        let digits = "652b8a484dcbecf6ce76fa552076bba46b61b08e321375610198374daa8122f9"
        #expect(try masked([.integer(.min)]) == [digits] && masked([.text("-9223372036854775808")]) == [digits])
        let zero = "27f80ddeb8d4aa07a898ce9a867612374d74a99994f16020c95136e1287d7d12"
        #expect(try masked([.integer(0)]) == [zero])
        #expect(
            try masked([.double(0.1), .double(1e20), .double(5)]) == [
                "292667f8528cc34f5ca1cb1ce4c54db12d9d10fa7a4ff85e7efe9d8d8b2a4315",
                "3fa2d1cbe7de5b403bd64393d981c7f855c11df700f4d161c61f511d7c72331f",
                "24a020c98b13b13f283ad9fa3949782c3c5f3b20581d93e1289dc956ecbf1afd",
            ])
    }

    @Test func nullStaysNullAndAnEmptyTextIsAValue() throws {
        let empty = "3d4abf31fa662fe2c343093533e8e802e36859ef3d370a4c5c9de577582c2f7a"
        for isLong in [false, true] {
            #expect(try masked([.text(""), nil, .text("x")], isLong: isLong).prefix(2) == [empty, nil])
            #expect(
                try masked([.text(""), nil, .text("x")], by: .redact, isLong: isLong) == ["redacted", nil, "redacted"])
        }
        #expect(try masked([.integer(7), nil], by: .redact) == ["redacted", nil])
        #expect(try masked([nil], format: .int64) == [nil])
    }

    @Test func whatCannotBeMaskedIsNotRead() {
        let layout = makeBatch([[.integer(1)]]).layout
        let columns = [Column(name: "id", type: .integer)]
        #expect(throws: Failure.self) { try BatchMask(["other": .redact], of: columns, layout: layout, key: nil) }
        #expect(throws: Failure.self) { try BatchMask(["id": .hmac], of: columns, layout: layout, key: nil) }
        #expect(throws: Never.self) { try BatchMask(["id": .redact], of: columns, layout: layout, key: nil) }
    }

    @Test func theMarkTellsKeysApartAndIsNoMaskOfAValue() {
        let other = MaskKey(Secret("0123456789abcdef0124"))
        #expect(Self.key.mark == MaskKey(Secret("0123456789abcdef0123")).mark && Self.key.mark != other.mark)
        #expect(Self.key.mark.count == 16 && !"\(Self.key)".contains("0123"))
    }

    /// What a masked read costs beside one that is not, a value: printed, not judged.
    @Test func whatAMaskCosts() throws {
        let count = 20_000
        let rows: [[Cell?]] = (0..<count).map { [.integer(Int64($0)), .text("person.\($0)@example.com")] }
        let clear = makeBatch(rows)
        let columns = [Column(name: "id", type: .integer), Column(name: "email", type: .text)]
        for mask in ColumnMask.allCases {
            let subject = try BatchMask(["email": mask], of: columns, layout: clear.layout, key: Self.key)
            let batch = RowBatch(layout: subject.layout)
            var spent = Duration.zero
            _ = try subject.fill(batch) { inner in
                fill(inner, rows)
                return true
            }
            for _ in 0..<10 {
                let begin = ContinuousClock.now
                _ = try subject.fill(batch) { inner in
                    inner.rowCount = count
                    return true
                }
                spent += ContinuousClock.now - begin
            }
            print("mask \(mask.rawValue): \(Int(spent / .nanoseconds(1)) / (10 * count)) ns a value")
        }
    }
}
