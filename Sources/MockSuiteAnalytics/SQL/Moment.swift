/// A date and time of day without a zone, to the nanosecond.
///
/// Its canonical text is `YYYY-MM-DD HH:MM:SS`, followed by the fraction without trailing zeros where there is one.
/// Canonical texts sort as the moments do, which is what lets the store compare them as text.
package struct Moment: Equatable, Sendable {
    package var year = 1970
    package var month = 1
    package var day = 1
    package var hour = 0
    package var minute = 0
    package var second = 0
    package var nanosecond = 0

    package init() {}

    /// The moment `seconds` after 1970-01-01, in a calendar without zones.
    package init(secondsSince1970 seconds: Int, nanosecond: Int = 0) {
        let days = seconds >= 0 ? seconds / 86400 : -((86399 - seconds) / 86400)
        let rest = seconds - days * 86400
        // Days are counted from 0000-03-01, so that the leap day is a year's last.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        hour = rest / 3600
        minute = rest / 60 % 60
        second = rest % 60
        self.nanosecond = nanosecond
    }

    package var secondsSince1970: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return (era * 146_097 + dayOfEra - 719_468) * 86400 + hour * 3600 + minute * 60 + second
    }

    package var isValid: Bool {
        (1...12).contains(month) && (1...31).contains(day) && (0...23).contains(hour) && (0...59).contains(minute)
            && (0...59).contains(second) && (0...9999).contains(year)
            && Moment(secondsSince1970: secondsSince1970).day == day
    }

    package var canonicalText: String {
        let text =
            Self.digits(year, 4) + "-" + Self.digits(month, 2) + "-" + Self.digits(day, 2) + " "
            + Self.digits(hour, 2) + ":" + Self.digits(minute, 2) + ":" + Self.digits(second, 2)
        guard nanosecond != 0 else { return text }
        var fraction = Self.digits(nanosecond, 9)
        while fraction.last == "0" { fraction.removeLast() }
        return text + "." + fraction
    }

    /// Reads `YYYY-MM-DD`, alone or followed by a blank or a `T`, hours, minutes, seconds and a fraction.
    package init?(iso text: String) {
        let model = "YYYY-MM-DD HH24:MI:SS.FF"
        guard let format = DateFormat(model),
            let moment = format.read(text.replacing("T", with: " "))
        else { return nil }
        self = moment
    }

    static func digits(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return text.count < width ? String(repeating: "0", count: width - text.count) + text : text
    }
}
