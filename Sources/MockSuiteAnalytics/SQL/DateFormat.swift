/// An Oracle datetime format model, such as `YYYY-MM-DD"T"HH24:MI:SS`, for reading and for writing.
package struct DateFormat: Equatable, Sendable {
    package enum Element: Equatable, Sendable {
        case year, month, day, hour24, hour12, minute, second, meridiem
        case monthName, monthAbbreviation, dayOfYear
        /// `FF`, or `FF3`: the fraction of a second, in so many digits.
        case fraction(Int?)
        case literal(String)
    }

    package let elements: [Element]

    private static let models: [(String, Element)] = [
        ("YYYY", .year), ("RRRR", .year), ("HH24", .hour24), ("HH12", .hour12), ("HH", .hour12), ("MONTH", .monthName),
        ("MON", .monthAbbreviation), ("MM", .month), ("MI", .minute), ("DDD", .dayOfYear), ("DD", .day),
        ("SS", .second), ("AM", .meridiem), ("PM", .meridiem),
    ]

    static let monthNames = [
        "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER",
        "DECEMBER",
    ]

    /// Nil when the model has an element that is not known here.
    package init?(_ model: String) {
        // As in Oracle there is a limit to it, though ours is another one.
        guard model.utf8.count <= 256 else { return nil }
        var elements: [Element] = []
        var rest = Substring(model)
        while let first = rest.first {
            if first == "\"" {
                guard let end = rest.dropFirst().firstIndex(of: "\"") else { return nil }
                elements.append(.literal(String(rest[rest.index(after: rest.startIndex)..<end])))
                rest = rest[rest.index(after: end)...]
                continue
            }
            let upper = rest.uppercased()
            if upper.hasPrefix("FF") || upper.hasPrefix("XFF") {
                if first == "X" || first == "x" {
                    elements.append(.literal("."))
                    rest = rest.dropFirst()
                }
                rest = rest.dropFirst(2)
                if let width = rest.first?.wholeNumberValue, (1...9).contains(width) {
                    elements.append(.fraction(width))
                    rest = rest.dropFirst()
                } else {
                    elements.append(.fraction(nil))
                }
            } else if let (name, element) = Self.models.first(where: { upper.hasPrefix($0.0) }) {
                elements.append(element)
                rest = rest.dropFirst(name.count)
            } else if first.isLetter || first.isNumber {
                return nil
            } else {
                elements.append(.literal(String(first)))
                rest = rest.dropFirst()
            }
        }
        self.elements = elements
    }

    package var hasFraction: Bool {
        elements.contains { if case .fraction = $0 { true } else { false } }
    }

    /// The moment that `text` stands for; nil when it does not fit the model.
    ///
    /// As in Oracle, the text may end early, and what is missing is the start of its unit.
    package func read(_ text: String) -> Moment? {
        var reader = Reader(text: Array(text.utf8))
        var moment = Moment()
        var meridiem: Bool?
        for element in elements {
            if reader.atEnd { break }
            switch element {
            case .literal(let literal):
                guard reader.take(Array(literal.utf8)) else { return nil }
            case .year: moment.year = reader.number(upTo: 4) ?? -1
            case .month: moment.month = reader.number(upTo: 2) ?? -1
            case .day: moment.day = reader.number(upTo: 2) ?? -1
            case .hour24, .hour12: moment.hour = reader.number(upTo: 2) ?? -1
            case .minute: moment.minute = reader.number(upTo: 2) ?? -1
            case .second: moment.second = reader.number(upTo: 2) ?? -1
            case .fraction(let width):
                guard let nanosecond = reader.fraction(upTo: width ?? 9) else { return nil }
                moment.nanosecond = nanosecond
            case .meridiem:
                if reader.take(Array("AM".utf8)) {
                    meridiem = false
                } else if reader.take(Array("PM".utf8)) {
                    meridiem = true
                } else {
                    return nil
                }
            case .monthAbbreviation, .monthName:
                let whole = element == .monthName
                let names = Self.monthNames.map { whole ? $0 : String($0.prefix(3)) }
                guard let index = names.firstIndex(where: { reader.take(Array($0.utf8)) }) else { return nil }
                moment.month = index + 1
            case .dayOfYear: return nil
            }
        }
        if let afternoon = meridiem {
            guard (1...12).contains(moment.hour) else { return nil }
            moment.hour = moment.hour % 12 + (afternoon ? 12 : 0)
        }
        return reader.atEnd && !text.isEmpty && moment.isValid ? moment : nil
    }

    /// `moment` as the model writes it.
    package func write(_ moment: Moment) -> String {
        elements.map { element in
            switch element {
            case .literal(let literal): literal
            case .year: Moment.digits(moment.year, 4)
            case .month: Moment.digits(moment.month, 2)
            case .day: Moment.digits(moment.day, 2)
            case .hour24: Moment.digits(moment.hour, 2)
            case .hour12: Moment.digits(moment.hour % 12 == 0 ? 12 : moment.hour % 12, 2)
            case .minute: Moment.digits(moment.minute, 2)
            case .second: Moment.digits(moment.second, 2)
            case .fraction(let width): String(Moment.digits(moment.nanosecond, 9).prefix(width ?? 6))
            case .meridiem: moment.hour < 12 ? "AM" : "PM"
            case .monthAbbreviation: String(Self.monthNames[moment.month - 1].prefix(3))
            case .monthName: Self.monthNames[moment.month - 1]
            case .dayOfYear:
                Moment.digits(dayOfYear(moment), 3)
            }
        }.joined()
    }

    private func dayOfYear(_ moment: Moment) -> Int {
        var start = Moment()
        start.year = moment.year
        return (moment.secondsSince1970 - start.secondsSince1970) / 86400 + 1
    }

    /// Digits and letters, one after the other.
    private struct Reader {
        let text: [UInt8]
        var position = 0

        var atEnd: Bool { position == text.count }

        mutating func take(_ literal: [UInt8]) -> Bool {
            let found = text[position...].prefix(literal.count)
            let same = found.elementsEqual(literal) { Self.upper($0) == Self.upper($1) }
            if same { position += literal.count }
            return same
        }

        mutating func number(upTo width: Int) -> Int? {
            let digits = text[position...].prefix(width).prefix { (0x30...0x39).contains($0) }
            position += digits.count
            return Int(String(decoding: digits, as: UTF8.self))
        }

        mutating func fraction(upTo width: Int) -> Int? {
            let digits = text[position...].prefix(width).prefix { (0x30...0x39).contains($0) }
            position += digits.count
            return Int((String(decoding: digits, as: UTF8.self) + "000000000").prefix(9))
        }

        private static func upper(_ byte: UInt8) -> UInt8 {
            (0x61...0x7A).contains(byte) ? byte - 0x20 : byte
        }
    }
}
