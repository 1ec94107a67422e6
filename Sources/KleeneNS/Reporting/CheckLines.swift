import Extraction
import Text

/// The checks of `doctor` for a person: each a line as soon as it is done, with the cure below it.
struct CheckLines {
    /// Columns of the screen; nil where there is none, and nothing is wrapped.
    private let width: Int?
    private let room: Int

    private static let statusRoom = 6

    /// - Parameter names: Names of checks that will come, so that their details stand below each other.
    init(names: [String], width: Int?) {
        self.width = width
        let widest = names.map(\.displayWidth).max() ?? 0
        // A name that is longer pushes its own detail aside.
        room = min(max(widest, "destination file".count), width.map { max(8, $0 / 3) } ?? 40)
    }

    var heading: String { line("STATUS", "CHECK", "DETAIL") }

    func text(of check: Check) -> String {
        var text = line(check.status.rawValue.uppercased(), check.name.visible, check.detail.visible)
        if let cure = check.cure?.visible {
            let lines = width.map { cure.wrapped(to: $0 - 4) } ?? [cure]
            text += lines.map { "    " + $0 + "\n" }.joined()
        }
        return text
    }

    private func line(_ status: String, _ name: String, _ detail: String) -> String {
        let name = width == nil ? name : name.elided(to: room)
        let head = status.padded(to: Self.statusRoom) + "  " + name.padded(to: room) + "  "
        guard let width else { return (head + detail).withoutTrailingBlanks + "\n" }
        let parts = detail.wrapped(to: max(8, width - head.displayWidth))
        return parts.enumerated().map { place, part in
            let head = place == 0 ? head : String(repeating: " ", count: head.displayWidth)
            return (head + part).withoutTrailingBlanks + "\n"
        }.joined()
    }
}

extension String {
    fileprivate var withoutTrailingBlanks: String { String(reversed().drop { $0 == " " }.reversed()) }
}
