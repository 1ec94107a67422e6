import Rows
import Testing

@Suite struct CivilDayTests {
    @Test(arguments: [
        (1970, 1, 1, 0), (1969, 12, 31, -1), (2000, 2, 29, 11_016), (2000, 3, 1, 11_017), (1900, 3, 1, -25_508),
        (1, 1, 1, -719_162), (0, 2, 29, -719_469), (9999, 12, 31, 2_932_896),
    ])
    func datesHaveTheNumbersOfTheirDays(year: Int, month: Int, day: Int, number: Int) {
        #expect(CivilDay.number(year: year, month: month, day: day) == number)
        #expect(CivilDay.date(of: number) == (year, month, day))
    }

    @Test func daysFollowOneAnother() {
        for start in stride(from: -800_000, to: 3_000_000, by: 20_011) {
            var last = CivilDay.date(of: start)
            for number in start + 1...start + 800 {
                let date = CivilDay.date(of: number)
                #expect(CivilDay.number(year: date.year, month: date.month, day: date.day) == number)
                let isNext = date.day == last.day + 1 && date.month == last.month && date.year == last.year
                let isNewMonth = date.day == 1 && last.day >= 28 && date.month == last.month % 12 + 1
                #expect(isNext || isNewMonth, "\(last) and then \(date)")
                last = date
            }
        }
    }

    @Test(arguments: [(0, 0), (86_399, 0), (86_400, 1), (-1, -1), (-86_400, -1), (-86_401, -2)])
    func secondsLieInTheirDays(seconds: Int, day: Int) {
        #expect(CivilDay.number(ofSecond: seconds) == day)
    }
}
