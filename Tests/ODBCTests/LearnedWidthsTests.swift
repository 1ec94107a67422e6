import Rows
import Testing

@testable import ODBC

@Suite struct LearnedWidthsTests {
    private static func plan(isCapped: Bool) -> SlotPlan {
        SlotPlan(
            cType: 1, slot: .init(format: .utf8, stride: 264), finish: .checkUTF8, usableBytes: 263, isCapped: isCapped)
    }

    private func narrow(_ column: Int, needed: Int?) -> SlotsTooNarrow {
        var narrow = SlotsTooNarrow()
        narrow.add(column, needed: needed, current: 263)
        return narrow
    }

    @Test func onlyTheColumnThatWasTooNarrowIsReadInAnotherWay() {
        let plans = [Self.plan(isCapped: true), Self.plan(isCapped: true)]
        let (widths, changed) = LearnedWidths().widened(by: narrow(1, needed: 5000), plans)
        #expect(changed == [1])
        #expect(widths[0] == nil)
        #expect(widths[1] == .bytes(8192))
    }

    @Test func whatWasLearnedBeforeStays() {
        let plans = [Self.plan(isCapped: true), Self.plan(isCapped: true)]
        let (first, _) = LearnedWidths().widened(by: narrow(1, needed: 5000), plans)
        let (second, changed) = first.widened(by: narrow(0, needed: nil), plans)
        #expect(changed == [0])
        #expect(second[1] == .bytes(8192))
    }

    /// Many long columns that surprise one at a time.
    @Test func fromTheThirdTimeOnAllThatStartedNarrowAreReadInPieces() {
        let plans = (0..<5).map { Self.plan(isCapped: $0 != 4) }
        var widths = LearnedWidths()
        for column in 0..<2 { widths = widths.widened(by: narrow(column, needed: 300), plans).widths }
        #expect(widths[3] == nil)
        let (last, changed) = widths.widened(by: narrow(2, needed: 300), plans)
        #expect(changed == [0, 1, 2, 3])
        #expect((0..<4).allSatisfy { last[$0] == .outOfLine })
        #expect(last[4] == nil)
    }
}
