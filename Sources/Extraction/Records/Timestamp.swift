package import FoundationEssentials

/// A moment as UTC text `YYYY-MM-DDTHH:MM:SS.mmmZ`, which sorts as time does.
package struct Timestamp: Codable, Hashable, Sendable, Comparable, CustomStringConvertible {
    package let text: String

    /// Of a moment in the years 1 to 9999. By our own calendar: a format of Foundation's reads the machine's time zone first.
    package init(_ date: Date) {
        let seconds = min(max(date.timeIntervalSince1970, -62_135_596_800), 253_402_300_799)
        let whole = seconds.rounded(.down)
        let milliseconds = Int(((seconds - whole) * 1000).rounded(.down))
        let moment = Moment(seconds: Int(whole))
        self.text = moment.description.replacing(" ", with: "T") + ".\(String(milliseconds + 1000).dropFirst())Z"
    }

    package init(text: String) { self.text = text }

    package init(from decoder: any Decoder) throws {
        self.text = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    /// Seconds from here to another moment; nil where the text is not one.
    package func seconds(until date: Date) -> Double? {
        guard let begin = Moment(text.hasSuffix("Z") ? String(text.dropLast()) : text) else { return nil }
        return date.timeIntervalSince1970 - Double(begin.seconds)
    }

    package var description: String { text }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.text < right.text }
}
