/// Adds an extract to the text of a configuration: all other bytes stay as they are.
struct ConfigurationInsertion {
    private let bytes: [UInt8]
    private let skeleton: JSONSkeleton

    /// - Parameter bytes: JSON that has been read without a fault.
    /// - Throws: `JSONSkeleton.Unreadable` for what is none.
    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        skeleton = JSONSkeleton(bytes)
    }

    /// The text with the extract behind the last one.
    func adding(_ extract: OrderedJSON) throws -> [UInt8] {
        let root = try skeleton.root()
        guard let place = root.members.first(where: { $0.key == "extracts" }) else {
            return adding({ "\"extracts\": " + OrderedJSON.array([extract]).text($0) }, to: root)
        }
        return adding({ extract.text($0) }, to: try skeleton.container(at: place.value))
    }

    /// Where the new item is written.
    fileprivate enum Form {
        case lines(indent: String, OrderedJSON.Layout)
        case line
    }

    private func adding(_ item: (Form) -> String, to container: JSONSkeleton.Container) -> [UInt8] {
        let layout = OrderedJSON.Layout(unit: unit, newline: newline)
        let outer = indent(of: container.open)
        guard let last = container.items.last else {
            let inner = outer + layout.unit
            let text = item(.lines(indent: inner, layout))
            // What a comment says of an empty list stays where it is.
            guard lineBegin(container.close) > container.open else {
                return inserting([(container.close, "\(newline)\(inner)\(text)\(newline)\(outer)")])
            }
            let before = isBlank(lineBegin(container.close)..<container.close)
            return inserting([
                before
                    ? (lineBegin(container.close), "\(inner)\(text)\(newline)")
                    : (container.close, "\(newline)\(inner)\(text)\(newline)\(outer)")
            ])
        }
        let beginsLine = isBlank(lineBegin(last.begin)..<last.begin)
        let inner =
            beginsLine ? String(decoding: bytes[lineBegin(last.begin)..<last.begin], as: UTF8.self) : outer + unit
        let text = item(.lines(indent: inner, layout))
        let comma = skeleton.comma(behind: last.end)
        let end = skeleton.lineEnd(behind: comma.map { $0 + 1 } ?? last.end)
        guard beginsLine, end < container.close else {
            // It does not have a line for itself: neither has the new one.
            return inserting([(comma.map { $0 + 1 } ?? last.end, (comma == nil ? ", " : " ") + item(.line))])
        }
        // Behind the comment on its line; a comma at the end of a list stays one.
        return comma == nil
            ? inserting([(last.end, ","), (end, "\(newline)\(inner)\(text)")])
            : inserting([(end, "\(newline)\(inner)\(text),")])
    }

    private func inserting(_ pieces: [(place: Int, text: String)]) -> [UInt8] {
        var (result, done) = ([UInt8](), 0)
        for (place, text) in pieces {
            result += bytes[done..<place] + Array(text.utf8)
            done = place
        }
        return result + bytes[done...]
    }

    // MARK: Layout

    private var newline: String { bytes.contains(UInt8(ascii: "\r")) ? "\r\n" : "\n" }

    /// What one level is indented by: a tab where the file has such.
    private var unit: String {
        guard let root = try? skeleton.root(), let first = root.items.first else { return "  " }
        let begin = lineBegin(first.begin)
        guard begin > 0, isBlank(begin..<first.begin) else { return "  " }
        let text = String(decoding: bytes[begin..<first.begin], as: UTF8.self)
        return text.isEmpty ? "  " : text
    }

    private func lineBegin(_ place: Int) -> Int {
        (bytes[..<place].lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    }

    /// What the line of a place begins with.
    private func indent(of place: Int) -> String {
        String(decoding: bytes[lineBegin(place)...].prefix { $0 == 0x20 || $0 == 0x09 }, as: UTF8.self)
    }

    private func isBlank(_ range: Range<Int>) -> Bool { bytes[range].allSatisfy { $0 == 0x20 || $0 == 0x09 } }
}

extension OrderedJSON {
    fileprivate func text(_ form: ConfigurationInsertion.Form) -> String {
        switch form {
        case .lines(let indent, let layout): text(indent: indent, layout)
        case .line: line
        }
    }
}
