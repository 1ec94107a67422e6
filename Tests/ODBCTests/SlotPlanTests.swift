import ODBC
import Rows
import Testing

@Suite struct SlotPlanTests {
    private func plan(
        _ descriptions: [ColumnDescription], driver: DriverProfile = .unknown, wide: Bool = false,
        budget: Int = 8 << 20,
        learned: [Int: SlotWidth] = [:]
    ) -> [SlotPlan] {
        SlotPlanner(driver: driver, fetchesWide: wide, budget: budget).plan(descriptions) { learned[$0] }
    }

    @Test func unknownDriversGiveIntegersAsTextThatIsParsed() {
        let plan = plan([ColumnDescription(name: "n", type: .bigInteger, size: 19)])[0]
        #expect(plan.finish == .parseInteger)
        #expect(plan.slot.format == .int64)
        #expect(plan.slot.stride % 8 == 0)
    }

    @Test func unsignedBigIntegersStayText() {
        let description = ColumnDescription(name: "n", type: .bigInteger, size: 20, isUnsigned: true)
        #expect(description.column(for: .mariaDB).type == .largeInteger)
        #expect(plan([description], driver: .mariaDB)[0].slot.format == .utf8)
    }

    @Test func decimalsNeverPassThroughADouble() {
        for type in [SQLType.numeric, .decimal] {
            let plan = plan([ColumnDescription(name: "n", type: type, size: 38, decimalDigits: 10)])[0]
            #expect(plan.slot.format == .utf8)
            #expect(plan.usableBytes >= 41)
        }
    }

    /// 28 digits, 6 of them behind the point, is what psqlodbc 13.02 says of a `numeric` without a size. A destination that rounds to what
    /// is declared would change its values.
    @Test func sizeThatADriverMakesUpForDecimalsIsNotTakenForDeclared() {
        let loose = ColumnDescription(name: "n", type: .numeric, size: 28, decimalDigits: 6)
        #expect(loose.column(for: .postgreSQL).type == .decimal(precision: nil, scale: nil))
        #expect(loose.column(for: .mariaDB).type == .decimal(precision: 28, scale: 6))
        let declared = ColumnDescription(name: "n", type: .numeric, size: 28, decimalDigits: 5)
        #expect(declared.column(for: .postgreSQL).type == .decimal(precision: 28, scale: 5))
    }

    @Test func declaredCharactersGetFourBytesEach() {
        let plan = plan([ColumnDescription(name: "t", type: .varchar, size: 40)])[0]
        #expect(plan.usableBytes >= 160)
        #expect(!plan.isCapped)
    }

    @Test(arguments: [0, -1, -4, Int(Int32.max), 1 << 40, 16_777_216])
    func sizesThatCannotBeTrueStartNarrowAndLearn(size: Int) {
        for type in [SQLType.varchar, .longVarchar, .binary, .longVarbinary] {
            let plan = plan([ColumnDescription(name: "t", type: type, size: size)])[0]
            #expect(plan.isCapped)
            #expect((256...4112).contains(plan.slot.stride))
        }
    }

    @Test func sevenHundredWideColumnsStillMakeABatchOfRows() {
        let descriptions = (0..<700).map { ColumnDescription(name: "c\($0)", type: .wideVarchar, size: 4000) }
        let slots = plan(descriptions).map(\.slot)
        #expect(BatchLayout.capacity(for: slots, budget: 8 << 20, limit: 2000) >= 32)
    }

    @Test func learnedWidthsWin() {
        let text = ColumnDescription(name: "t", type: .longVarchar, size: 8190)
        #expect(plan([text], learned: [0: .bytes(65_536)])[0].usableBytes >= 65_536)
        #expect(plan([text], learned: [0: .outOfLine])[0].slot.isOutOfLine)
    }

    @Test func wideningGrowsAndEndsOutOfLine() {
        var width = 100
        var steps = 0
        while case .bytes(let next) = SlotWidth.widening(needed: nil, current: width) {
            #expect(next >= width * 2)
            width = next
            steps += 1
        }
        #expect(steps < 8)
        #expect(SlotWidth.widening(needed: 5000, current: 4000) == .bytes(16_384))
        #expect(SlotWidth.widening(needed: 1 << 30, current: 4000) == .outOfLine)
    }

    /// Only where structs were measured to say all, text is narrow, and nothing was learned to the contrary.
    @Test func timestampsAreFetchedAsStructsFromPostgreSQLAlone() {
        let description = ColumnDescription(name: "t", type: .timestamp, size: 26)
        #expect(plan([description], driver: .postgreSQL)[0].finish == .spellTimestamp)
        #expect(plan([description], driver: .postgreSQL, learned: [0: .bytes(256)])[0].finish == .checkUTF8)
        #expect(plan([description], driver: .postgreSQL, wide: true)[0].finish == .checkUTF16)
        for driver in [DriverProfile.unknown, .mariaDB] {
            #expect(plan([description], driver: driver)[0].finish == .checkUTF8)
        }
        #expect(plan([description], driver: .sqlite)[0].finish == .untagText)
        let date = ColumnDescription(name: "d", type: .date, size: 10)
        #expect(plan([date], driver: .postgreSQL)[0].finish == .spellDate)
        #expect(plan([date], driver: .postgreSQL, learned: [0: .bytes(256)])[0].finish == .checkUTF8)
        #expect(plan([date], driver: .postgreSQL, wide: true)[0].finish == .checkUTF16)
        #expect(plan([date], driver: .mariaDB)[0].finish == .checkUTF8)
    }

    @Test func wideSlotsLeaveRoomForAWideTerminator() {
        let plan = plan([ColumnDescription(name: "t", type: .varchar, size: 10)], wide: true)[0]
        #expect(plan.slot.format == .utf16)
        #expect(plan.slot.stride - plan.usableBytes == 2)
    }

    @Test(arguments: [
        (Int16(-7), ColumnType.boolean), (-6, .integer), (9, .date), (91, .date), (10, .time), (92, .time),
        (11, .timestamp),
        (93, .timestamp), (-11, .uuid), (-155, .text), (101, .text), (113, .text), (-9, .text), (-4, .binary),
        (6, .double),
    ])
    func typeCodesOfBothOdbcsAreKnownAndStrangersAreText(code: Int16, type: ColumnType) {
        #expect(
            ColumnDescription(name: "x", type: SQLType(rawValue: code), size: 10).column(for: .unknown).type == type)
    }
}
