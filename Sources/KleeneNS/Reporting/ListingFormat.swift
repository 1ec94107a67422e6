import Text

/// How a listing is written.
enum ListingFormat: String, CaseIterable, Sendable {
    /// Aligned columns for people.
    case table
    /// One JSON document: an array of objects, or one object.
    case json
    /// One JSON object a line.
    case jsonl
    /// RFC 4180 with a heading. NULL is nothing, an empty text is `""`.
    case csv

    /// The listing in this format, with a line end behind each line.
    ///
    /// - Parameter conceal: Takes secrets out of what is about to be cut.
    func render(_ listing: Listing, conceal: (String) -> String = { $0 }) -> String {
        switch self {
        case .table: listing.isSingle || listing.showsOneByOne ? Self.record(listing) : Self.table(listing, conceal)
        case .json: Self.json(listing)
        case .jsonl: listing.rows.map { Self.object($0, listing) + "\n" }.joined()
        case .csv: Self.csv(listing)
        }
    }

    // MARK: JSON

    private static func object(_ row: [Listing.Cell], _ listing: Listing) -> String {
        let members = zip(listing.columns, row).map { JSONValue.quoted($0) + ":" + $1.json.text }
        return "{" + members.joined(separator: ",") + "}"
    }

    private static func json(_ listing: Listing) -> String {
        if listing.isSingle, let row = listing.rows.first { return object(row, listing) + "\n" }
        if listing.rows.isEmpty { return "[]\n" }
        return "[\n" + listing.rows.map { "  " + object($0, listing) }.joined(separator: ",\n") + "\n]\n"
    }

    // MARK: CSV

    private static func csv(_ listing: Listing) -> String {
        let lines = [listing.columns.map(quoted)] + listing.rows.map { $0.map(field) }
        return lines.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    private static func field(_ cell: Listing.Cell) -> String {
        switch cell.json {
        case .null: ""
        case .string(let text): quoted(text)
        case .array, .object: quoted(cell.words ?? cell.json.text)
        case .boolean, .integer, .number: cell.json.text
        }
    }

    private static func quoted(_ text: String) -> String {
        let special = text.unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) }
        guard special || text.isEmpty else { return text }
        return text.quoted(with: "\"")
    }

    // MARK: Table

    /// Wider cells are cut where a listing asks for it.
    private static let widestCell = 60

    private static func words(_ cell: Listing.Cell, _ listing: Listing) -> String {
        if let words = cell.words { return words.visible }
        switch cell.json {
        case .null: return listing.null
        case .string(let text): return text.visible
        default: return cell.json.text
        }
    }

    private static func table(_ listing: Listing, _ conceal: (String) -> String) -> String {
        // A column that says nothing in any row is left out for people; the other formats keep it.
        var shown = listing.columns.indices.filter { column in
            listing.rows.isEmpty || listing.rows.contains { !words($0[column], listing).isEmpty }
        }
        shown.removeAll { column in
            listing.implied.contains(listing.columns[column])
                && listing.rows.allSatisfy { $0[column] == listing.rows[0][column] }
        }
        let sentences = listing.endsInSentences ? listing.columns.indices.last : nil
        shown.removeAll { $0 == sentences }
        let headings = shown.map { listing.columns[$0].visible.uppercased() }
        let body = listing.rows.map { row in
            shown.map { column in
                let text = words(row[column], listing)
                guard listing.cutsLongCells, text.count > widestCell else { return text }
                let concealed = conceal(text)
                guard concealed.count > widestCell else { return concealed }
                return String(concealed.prefix(widestCell - 1)) + "…"
            }
        }
        let isNumeric = shown.map { column in
            listing.rows.allSatisfy { row in
                switch row[column].json {
                case .integer, .number, .null: true
                default: false
                }
            }
        }
        let widths = shown.indices.map { place in
            ([headings[place]] + body.map { $0[place] }).map(\.count).max() ?? 0
        }
        func line(_ texts: [String]) -> String {
            let cells = texts.enumerated().map { place, text in
                let blanks = String(repeating: " ", count: max(0, widths[place] - text.count))
                return isNumeric[place] ? blanks + text : text + blanks
            }
            return withoutTrailingBlanks(cells.joined(separator: "  ")) + "\n"
        }
        return zip(body, listing.rows).reduce(into: line(headings)) { result, pair in
            result += line(pair.0)
            guard let sentences else { return }
            let sentence = words(pair.1[sentences], listing)
            if !sentence.isEmpty { result += "    " + sentence + "\n" }
        }
    }

    private static func withoutTrailingBlanks(_ text: String) -> String {
        String(text.reversed().drop { $0 == " " }.reversed())
    }

    private static func record(_ listing: Listing) -> String {
        let width = listing.columns.map(\.count).max() ?? 0
        let records = listing.rows.map { row in
            zip(listing.columns, row).map { name, cell in
                let lines = cell.lines.map { $0.isEmpty ? [""] : $0.map(\.visible) } ?? [words(cell, listing)]
                // Of several things, not each has everything.
                if listing.showsOneByOne, lines == [""] { return "" }
                return lines.enumerated().map { place, line in
                    let label = place == 0 ? name : ""
                    let blanks = String(repeating: " ", count: width - label.count + 2)
                    return withoutTrailingBlanks(label + blanks + line) + "\n"
                }.joined()
            }.joined()
        }
        return records.joined(separator: "\n")
    }
}
