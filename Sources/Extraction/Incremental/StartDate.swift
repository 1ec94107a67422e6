/// `start_date`: from when on rows are read. Nil stands for the beginning.
package enum StartDate {
    /// Whether one begins before another.
    package static func isBefore(_ first: String?, _ second: String?) -> Bool {
        guard let second = second.flatMap({ Moment($0) }) else { return false }
        return first.flatMap { Moment($0) }.map { $0 < second } ?? true
    }

    package static func earlier(_ first: String?, _ second: String?) -> String? {
        isBefore(second, first) ? second : first
    }

    package static func areSame(_ first: String?, _ second: String?) -> Bool {
        !isBefore(first, second) && !isBefore(second, first)
    }
}

extension TableExtract {
    /// What becomes of rows that an earlier start has brought, for a person; nil where there are none.
    ///
    /// - Parameter before: From when on the table has rows; nil for the beginning.
    func keptSentence(_ before: String?) -> String? {
        guard let start = incremental?.start, StartDate.isBefore(before, start) else { return nil }
        return
            "Rows of \"\(destinationTable)\" from before \(start) stay as they are: they are not read, compared or asked for."
    }
}

extension Incremental {
    /// What a start leaves out, for a person; nil without one.
    var startSentence: String? {
        start.map { "Rows whose \(key) is before \"start_date\" (\($0)) are not read." }
    }
}
