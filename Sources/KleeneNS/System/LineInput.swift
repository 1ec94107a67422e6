import Extraction
import Glibc
import Text

/// Lines that a person types at the terminal behind standard input.
final class LineInput {
    private let descriptor: Int32 = 0
    private let interruption: Interruption
    private var rest: [UInt8] = []

    init(_ interruption: Interruption) {
        self.interruption = interruption
        // From now on we answer signals ourselves: the terminal must show again what is typed.
        interruption.await()
    }

    /// The next line, without its end.
    ///
    /// - Parameter isHidden: Whether the terminal does not show it.
    /// - Throws: `Failure` of kind `interrupted` where a signal comes, or the terminal is closed.
    func line(isHidden: Bool) throws -> String {
        let shown = isHidden ? hide() : nil
        defer { if var shown { unsafe tcsetattr(descriptor, TCSADRAIN, &shown) } }
        while true {
            if let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                defer { rest.removeFirst(end + 1) }
                return String(decoding: rest[..<end], as: UTF8.self)
            }
            let events = Descriptor.wait(
                [(descriptor, Int16(POLLIN)), (interruption.descriptor, Int16(POLLIN))], milliseconds: -1)
            if interruption.count > 0 { throw Self.stopped }
            if events[1] != 0 { interruption.acknowledge() }
            guard events[0] != 0 else { continue }
            guard case .bytes(let bytes) = try Descriptor.read(descriptor) else { throw Self.stopped }
            rest += bytes
        }
    }

    private static let stopped = Failure(.interrupted, "Nobody answers any more.")

    /// Has the terminal show nothing but the end of a line; how it was, nil for what is no terminal.
    private func hide() -> termios? {
        var settings = termios()
        guard unsafe tcgetattr(descriptor, &settings) == 0 else { return nil }
        let before = settings
        settings.c_lflag &= ~tcflag_t(ECHO)
        settings.c_lflag |= tcflag_t(ECHONL)
        unsafe tcsetattr(descriptor, TCSADRAIN, &settings)
        return before
    }
}
