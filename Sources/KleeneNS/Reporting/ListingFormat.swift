import Text

/// How a listing is written.
enum ListingFormat: String, CaseIterable, Sendable {
    /// Aligned columns for people.
    case table
    /// One JSON document: an array of objects, or one object.
    case json
    /// One JSON object a line.
    case jsonl
    /// RFC 4180 with a heading, its lines ended as Linux ends them. NULL is nothing, an empty text is `""`.
    case csv

    /// The listing in this format, with a line end behind each line.
    ///
    /// - Parameters:
    ///   - width: Columns of the screen; nil where no screen shows it.
    ///   - conceal: Takes secrets out of what is about to be cut.
    func render(_ listing: Listing, width: Int? = nil, conceal: @escaping (String) -> String = { $0 }) -> String {
        switch self {
        case .table: TableForm(listing, width: width, conceal: conceal).text
        case .json: Self.json(listing)
        case .jsonl: listing.rows.map { Self.object($0, listing) + "\n" }.joined()
        case .csv: Self.csv(listing)
        }
    }

    // MARK: JSON

    /// The version of the contract that JSON follows: raised where a field changes or goes, not where one is added.
    static let schemaVersion = 1

    private static func object(_ row: [Listing.Cell], _ listing: Listing) -> String {
        let members = zip(listing.columns, row).map { JSONValue.quoted($0) + ":" + $1.json.text }
        let version = listing.hasVersion ? [JSONValue.quoted("schema_version") + ":\(schemaVersion)"] : []
        return "{" + (members + version).joined(separator: ",") + "}"
    }

    private static func json(_ listing: Listing) -> String {
        if listing.isSingle, let row = listing.rows.first { return object(row, listing) + "\n" }
        if listing.rows.isEmpty { return "[]\n" }
        return "[\n" + listing.rows.map { "  " + object($0, listing) }.joined(separator: ",\n") + "\n]\n"
    }

    // MARK: CSV

    private static func csv(_ listing: Listing) -> String {
        let lines = [listing.columns.map(quoted)] + listing.rows.map { $0.map(field) }
        return lines.map { $0.joined(separator: ",") + "\n" }.joined()
    }

    private static func field(_ cell: Listing.Cell) -> String {
        switch cell.json {
        case .null: ""
        case .string(let text): quoted(text)
        case .array, .object: cell.words == "" ? "" : quoted(cell.words ?? cell.json.text)
        case .boolean, .integer, .number: cell.json.text
        }
    }

    private static func quoted(_ text: String) -> String {
        let special = text.unicodeScalars.contains { "\",\r\n".unicodeScalars.contains($0) }
        guard special || text.isEmpty else { return text }
        return text.quoted(with: "\"")
    }
}
