/// A source's clock, and our own at the same time.
package struct ClockMark: Codable, Hashable, Sendable {
    /// `2026-11-23 08:15:00`, as the source's clock shows it.
    package var source: KeyValue
    /// UTC, by this machine; nil where another process read the source's clock.
    package var ours: Timestamp?

    package init(source: Moment, ours: Timestamp?) {
        self.source = .timestamp(source)
        self.ours = ours
    }

    package var moment: Moment? {
        guard case .timestamp(let moment) = source else { return nil }
        return moment
    }

    /// Seconds by which the source's clock is ahead of ours.
    var offset: Int? {
        guard let moment, let ours,
            let own = Moment(ours.text.hasSuffix("Z") ? String(ours.text.dropLast()) : ours.text)
        else { return nil }
        return moment.seconds - own.seconds
    }
}
