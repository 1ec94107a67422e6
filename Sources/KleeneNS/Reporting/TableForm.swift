import Text

/// A listing as a table for people: columns that fit the screen, or one thing below the other where they cannot.
struct TableForm {
    private let listing: Listing
    /// Columns of the screen; nil where there is none, and nothing is cut.
    private let width: Int?
    private let conceal: (String) -> String

    init(_ listing: Listing, width: Int?, conceal: @escaping (String) -> String) {
        self.listing = listing
        self.width = width
        self.conceal = conceal
    }

    var text: String {
        if listing.isSingle || listing.showsOneByOne { return records(listing.columns.indices.map(\.self)) }
        let shown = shown
        guard let width else { return table(shown, natural(shown)) }
        if let widths = fitted(shown, to: width, least: Self.comfortableCell) { return table(shown, widths) }
        // Rows of a source are shown one below the other; of everything else some columns are left out, and named.
        if listing.cutsLongCells { return records(shown) }
        var (rest, left) = (shown, [String]())
        // Better a column less than all of them cut to nothing; but none that matters goes while cells can be cut further.
        let order = listing.spare + shown.reversed().map { listing.columns[$0] }
        let isSpare = { (name: String) in listing.spare.contains(name) }
        for name in order where rest.count > 1 {
            guard let place = rest.firstIndex(where: { listing.columns[$0] == name }) else { continue }
            if !isSpare(name), let widths = fitted(rest, to: width, least: Self.narrowestCell), left.isEmpty {
                return table(rest, widths)
            }
            rest.remove(at: place)
            left.append(name)
            let hasMore = rest.contains { isSpare(listing.columns[$0]) }
            let least = hasMore ? Self.comfortableCell : Self.narrowestCell
            guard let widths = fitted(rest, to: width, least: least) else { continue }
            // Where there is nothing, nothing is left out.
            if listing.rows.isEmpty { return table(rest, widths) }
            let note = "(not shown here: \(left.joined(separator: ", ")); --format json has all)"
            return table(rest, widths) + note.wrapped(to: width).map { $0 + "\n" }.joined()
        }
        return records(shown)
    }

    /// Wider cells are cut where a listing asks for it.
    private static let widestCell = 60
    /// Narrower than this no cell of text is made while a column is to spare.
    private static let comfortableCell = 18
    /// Narrower than this no cell of text is made.
    private static let narrowestCell = 10

    /// Narrower than this no words are wrapped.
    private static let narrowestWords = 16

    // MARK: What is shown

    /// The columns that say something: one that is empty in all rows is left out for people, as one that says the same in all
    /// where the person has asked for just that; the other formats keep both.
    private var shown: [Int] {
        let sentences = listing.endsInSentences ? listing.columns.indices.last : nil
        return listing.columns.indices.filter { column in
            guard column != sentences, !listing.untold.contains(listing.columns[column]) else { return false }
            if !listing.rows.isEmpty, listing.rows.allSatisfy({ words($0[column]).isEmpty }) { return false }
            return
                !(listing.implied.contains(listing.columns[column])
                && listing.rows.allSatisfy { $0[column] == listing.rows[0][column] })
        }
    }

    private func words(_ cell: Listing.Cell) -> String {
        if let words = cell.words { return words.visible }
        switch cell.json {
        case .null: return listing.null
        case .string(let text): return text.visible
        default: return cell.json.text
        }
    }

    private func heading(_ column: Int) -> String {
        let name = listing.columns[column]
        // Those of a source's own rows are names, in which case may count.
        return listing.keepsCase ? name.visible : (listing.headings[name] ?? name).visible.uppercased()
    }

    private func cell(_ row: [Listing.Cell], _ column: Int) -> String {
        let text = words(row[column])
        guard width != nil, listing.cutsLongCells, text.displayWidth > Self.widestCell else { return text }
        return conceal(text).elided(to: Self.widestCell)
    }

    // MARK: Columns

    private func natural(_ shown: [Int]) -> [Int] {
        shown.map { column in
            listing.rows.reduce(heading(column).displayWidth) { max($0, cell($1, column).displayWidth) }
        }
    }

    /// Widths with which the table fits; nil where it cannot, or where one record below the other is the better table.
    ///
    /// - Parameter least: No cell of text is made narrower than this.
    private func fitted(_ shown: [Int], to width: Int, least: Int) -> [Int]? {
        let natural = natural(shown)
        let gaps = 2 * max(0, shown.count - 1)
        var (widths, excess) = (natural, natural.reduce(gaps, +) - width)
        if excess > 0, listing.cutsLongCells { return nil }
        if excess > 0, listing.wrapsLast, let last = widths.last, last - excess >= Self.narrowestWords {
            widths[widths.count - 1] -= excess
            return widths
        }
        while excess > 0 {
            // The widest gives first; numbers give nothing, and what is worth nothing by half only when there is no other way.
            let candidates = widths.indices.filter { place in
                !isNumeric(shown[place]) && widths[place] > least
                    && (least < Self.comfortableCell || !listing.rows.contains { $0[shown[place]].isWhole })
            }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { return nil }
            let second = candidates.map { widths[$0] }.filter { $0 < widths[widest] }.max() ?? least
            let give = min(excess, max(1, widths[widest] - max(second, least)))
            widths[widest] -= give
            excess -= give
        }
        return widths
    }

    private func isNumeric(_ column: Int) -> Bool {
        listing.rows.allSatisfy { row in
            switch row[column].json {
            case .integer, .number: row[column].words == nil
            case .null: true
            default: false
            }
        }
    }

    private func table(_ shown: [Int], _ widths: [Int]) -> String {
        let numeric = shown.map(isNumeric)
        let names = zip(shown, widths).map { cutNames(in: $0, to: $1) }
        func line(_ texts: [String]) -> String {
            guard listing.wrapsLast, width != nil, let last = texts.last, last.displayWidth > widths[texts.count - 1]
            else {
                return single(texts)
            }
            let parts = last.wrapped(to: widths[texts.count - 1])
            return parts.enumerated().map { place, part in
                single((place == 0 ? texts.dropLast() : texts.dropLast().map { _ in "" }) + [part])
            }.joined()
        }
        func single(_ texts: [String]) -> String {
            let cells = texts.enumerated().map { place, text in
                let fitting =
                    text.displayWidth > widths[place]
                    ? names[place][text] ?? conceal(text).elided(to: widths[place]) : text
                let blanks = String(repeating: " ", count: max(0, widths[place] - fitting.displayWidth))
                return numeric[place] ? blanks + fitting : fitting + blanks
            }
            return Self.withoutTrailingBlanks(cells.joined(separator: "  ")) + "\n"
        }
        let sentences = listing.endsInSentences ? listing.columns.indices.last : nil
        return listing.rows.reduce(into: line(shown.map(heading))) { result, row in
            result += line(shown.map { cell(row, $0) })
            guard let sentences else { return }
            let sentence = words(row[sentences])
            if sentence.isEmpty { return }
            let lines = width.map { sentence.wrapped(to: $0 - 4) } ?? [sentence]
            result += lines.map { "    " + $0 + "\n" }.joined()
        }
    }

    /// Columns of names, by which one row is told from another.
    private static let naming: Set<String> = [
        "extract", "table", "source_table", "destination_table", "name", "schema", "login",
    ]

    /// What a column of names shows of those that are too wide for it; nothing of one that holds other things.
    private func cutNames(in column: Int, to width: Int) -> [String: String] {
        guard Self.naming.contains(listing.columns[column]), !listing.cutsLongCells else { return [:] }
        let texts = Set(listing.rows.map { cell($0, column) }).sorted()
        guard texts.contains(where: { $0.displayWidth > width }) else { return [:] }
        return Dictionary(
            zip(texts, DistinctCuts.cut(texts.map(conceal), to: width)), uniquingKeysWith: { first, _ in first })
    }

    private static func withoutTrailingBlanks(_ text: String) -> String {
        String(text.reversed().drop { $0 == " " }.reversed())
    }

    // MARK: One below the other

    private func records(_ columns: [Int]) -> String {
        // What is empty in all of a source's rows is left out and counted: a table of NetSuite has hundreds of columns.
        let empty =
            listing.cutsLongCells
            ? columns.filter { place in
                listing.rows.allSatisfy { $0[place].json == .null }
            } : []
        let columns = columns.filter { !empty.contains($0) }
        let names = columns.map { listing.columns[$0].visible }
        let label = min(names.map(\.displayWidth).max() ?? 0, max(8, (width ?? .max) / 2))
        let records = listing.rows.map { row in
            zip(columns, names).map { column, name in
                let cell = row[column]
                var lines = cell.lines.map { $0.isEmpty ? [""] : $0.map(\.visible) } ?? [self.cell(row, column)]
                // Not each has everything.
                if lines == [""] { return "" }
                if let width {
                    let room = max(8, width - label - 2)
                    lines =
                        listing.cutsLongCells
                        ? lines.map { $0.displayWidth > room ? conceal($0).elided(to: room) : $0 }
                        : lines.flatMap { $0.hasPrefix(" ") ? [$0] : $0.wrapped(to: room) }
                }
                return lines.enumerated().map { place, line in
                    let label = (place == 0 ? name.elided(to: label) : "").padded(to: label)
                    return Self.withoutTrailingBlanks(label + "  " + line) + "\n"
                }.joined()
            }.joined()
        }
        let note =
            empty.isEmpty || listing.rows.isEmpty
            ? "" : "\n(\(Sentence.count(empty.count, "more column", "is", "are")) empty in all rows)\n"
        return records.joined(separator: "\n") + note
    }
}

/// Colors for the words that say how something went.
enum StatusColors {
    private static let colors: [(words: [String], color: Terminal.Word.Color)] = [
        (["failed", "FAIL", "never"], .red), (["interrupted", "not_run", "WARN", "stale"], .yellow),
        (["succeeded", "PASS", "ok"], .green),
    ]

    /// Colors the first word of a line that says it, where it is a cell of its own.
    static func paint(_ line: Substring) -> String {
        var start = line.startIndex
        while let begin = line[start...].firstIndex(where: { $0 != " " }) {
            let end = line[begin...].firstIndex(of: " ") ?? line.endIndex
            let word = String(line[begin..<end])
            let isCell = line[end...].isEmpty || line[end...].hasPrefix("  ")
            if isCell, let found = colors.first(where: { $0.words.contains(word) }) {
                return line[..<begin] + "\u{1B}[\(found.color.rawValue)m\(word)\u{1B}[0m" + line[end...]
            }
            start = end
        }
        return String(line)
    }
}
