import Extraction
import Rows
import Testing

@Suite struct DriftValueTests {
    private static let held = [HeldColumn(name: "id", type: .integer), HeldColumn(name: "Memo", type: .text)]

    @Test func namesAreToldApartWithoutCaseAndByScalars() {
        #expect(Drift(held: Self.held, read: ["MEMO", "ID"], listed: ["MEMO", "ID"]).isEmpty)
        let accents = Drift(
            held: [HeldColumn(name: "caf\u{E9}", type: .text)], read: ["cafe\u{301}"], listed: ["cafe\u{301}"])
        #expect(accents.new == ["cafe\u{301}"] && accents.gone == ["caf\u{E9}"])
    }

    @Test func whatIsListedAndNotReadIsNotGone() {
        let drift = Drift(held: Self.held, read: ["id"], listed: ["id", "memo"])
        #expect(drift.unread == ["Memo"] && drift.gone.isEmpty)
        #expect(Drift(held: Self.held, read: ["id"], listed: ["id"]).gone == ["Memo"])
    }

    @Test func aColumnThatWasAbsentComesBack() {
        var memo = Self.held[1]
        memo.absent = .init(run: "r", from: "5")
        let drift = Drift(held: [Self.held[0], memo], read: ["id", "memo"], listed: ["id", "memo"])
        #expect(drift.returned == ["memo"] && drift.new.isEmpty)
        // Still absent is nothing new.
        #expect(Drift(held: [Self.held[0], memo], read: ["id"], listed: ["id"]).isEmpty)
    }

    @Test(arguments: [
        (ColumnType.decimal(precision: 10, scale: 2), ColumnType.decimal(precision: 12, scale: 2), true),
        (.decimal(precision: 10, scale: 2), .decimal(precision: nil, scale: nil), true),
        (.decimal(precision: 10, scale: 2), .decimal(precision: 12, scale: 4), false),
        (.boolean, .integer, true), (.date, .timestamp, false), (.integer, .text, false),
    ])
    func typesWidenOrChange(old: ColumnType, new: ColumnType, widens: Bool) {
        let drift = Drift(held: [HeldColumn(name: "a", type: old)], result: [Column(name: "A", type: new)])
        #expect(drift.widened.count == (widens ? 1 : 0) && drift.changed.count == (widens ? 0 : 1))
    }

    /// With a zone a moment comes in the session's, and is another hour than before.
    @Test func aZoneThatComesOrGoesIsAnotherType() {
        func changed(_ before: Bool?, _ now: Bool?) -> [Drift.TypeChange] {
            var held = HeldColumn(name: "a", type: .timestamp)
            held.hasZone = before
            return Drift(held: [held], result: [Column(name: "A", type: .timestamp)]) { _ in now }.changed
        }
        #expect(
            changed(false, true) == [.init(column: "A", from: "timestamp without a zone", to: "timestamp with a zone")])
        #expect(changed(true, false).count == 1)
        #expect(changed(true, true).isEmpty && changed(nil, true).isEmpty && changed(false, nil).isEmpty)
    }

    @Test func everyRefusalNamesTheAnswerThatLetsItThrough() throws {
        var drift = Drift()
        drift.new = ["a"]
        drift.gone = ["b"]
        drift.widened = [.init(column: "c", from: "x", to: "y")]
        drift.changed = drift.widened
        for kind in DriftPolicy.Kind.allCases {
            for method in LoadMethod.allCases {
                var extract = TableExtract(
                    name: "e", table: TableName(name: "t"), loadMethod: method, destinationTable: "t")
                extract.drift = DriftPolicy()
                for other in DriftPolicy.Kind.allCases {
                    extract.drift?.answers[other] = other == kind ? .fail : .ignore
                }
                let failure = #expect(throws: Failure.self) { try drift.check(extract) }
                #expect(failure?.kind == .drift)
                #expect(failure?.advice.contains("\"drift\": {\"\(kind.rawValue)\": ") == true)
                extract.origin = .flags()
                let flags = #expect(throws: Failure.self) { try drift.check(extract) }
                #expect(flags?.advice.contains("--drift \(kind.rawValue)=") == true)
                extract.drift?.answers[kind] = .ignore
                #expect(throws: Never.self) { try drift.check(extract) }
            }
        }
    }
}
