import FoundationEssentials

/// The source's clock, read once an invocation, so that all its extracts end their windows at one moment.
///
/// Not `Sendable`: belongs to the thread that runs extracts.
package final class InvocationClock {
    private var reading: SourceClock?
    /// When it was read, by our own clock; nil where another process has.
    private(set) var readAt: Timestamp?
    /// Told what was read.
    private let tell: (SourceClock) -> Void

    /// - Parameter reading: What another process of the invocation has read already.
    package init(_ reading: SourceClock? = nil, tell: @escaping (SourceClock) -> Void = { _ in }) {
        self.reading = reading
        self.tell = tell
    }

    func now(_ read: () throws -> SourceClock) rethrows -> SourceClock {
        if let reading { return reading }
        let read = try read()
        reading = read
        readAt = Timestamp(Date())
        tell(read)
        return read
    }
}
