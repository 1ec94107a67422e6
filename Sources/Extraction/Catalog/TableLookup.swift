package import Rows

/// Which of a source's tables a person means.
///
/// A name without a schema may be the table's own, dots included, or what a listing prints: schema or catalog or both, with dots.
/// So a dotted name is held against the catalog and never taken apart: companies have dots in their names.
package struct TableLookup {
    package enum Answer: Equatable {
        case one(TableName)
        case several([TableName])
        case none
        /// There is no table in that schema, or no such schema.
        case noSuchSchema
    }

    private let nameCase: NameCase

    package init(_ nameCase: NameCase) { self.nameCase = nameCase }

    package func find(_ wanted: TableName, among listed: [TableName]) -> Answer {
        if wanted.isWithoutPlace {
            return choose(listed) { table, fold in
                table.spellings.contains { fold($0) == fold(wanted.name) }
                    || wanted.quotedParts.map { parts in table.forms.contains { $0.map(fold) == parts.map(fold) } }
                        == true
            }
        }
        let here = listed.filter { $0.isIn(schema: wanted.schema, catalog: wanted.catalog) }
        if here.isEmpty { return .noSuchSchema }
        return choose(here) { table, fold in fold(table.name) == fold(wanted.name) }
    }

    /// Those that fit exactly; where none does, those that fit up to case.
    private func choose(
        _ listed: [TableName], _ fits: (TableName, (String) -> Exact<String>) -> Bool
    ) -> Answer {
        for rule in [NameCase.sensitive, nameCase] {
            let found = listed.filter { fits($0, rule.folded) }
            if found.count == 1 { return .one(found[0]) }
            if found.count > 1 { return .several(found) }
        }
        return .none
    }
}

extension TableName {
    /// Whether the name alone is given.
    package var isWithoutPlace: Bool { schema == nil && catalog == nil }

    /// Whether it may be more than the name alone: then the source's listing says what it is.
    package var isDotted: Bool {
        isWithoutPlace && (name.utf8.contains(UInt8(ascii: ".")) || quotedParts != nil)
    }

    /// The parts by which people may name the table, most of them last.
    fileprivate var forms: [[String]] {
        [[name]] + [schema, catalog].compactMap { $0.map { [$0, name] } }
            + (schema.flatMap { schema in catalog.map { [[$0, schema, name]] } } ?? [])
    }

    /// The texts by which people may name the table.
    package var spellings: [String] { forms.map { $0.joined(separator: ".") } }

    /// Whether this is the schema, the catalog, or both of them with a dot, under which the table is listed.
    package func isIn(schema wanted: String?, catalog wantedCatalog: String? = nil) -> Bool {
        if let wantedCatalog, !catalog.isExactly(wantedCatalog) { return false }
        guard let wanted else { return true }
        let both = catalog.flatMap { catalog in schema.map { "\(catalog).\($0)" } }
        return schema.isExactly(wanted) || catalog.isExactly(wanted) || both.isExactly(wanted)
    }

    /// The name as all pairs of a place and a table that it can be cut into, and as three parts where it has two dots: for
    /// tables that a source has and does not list.
    package var readings: [TableName] {
        if let parts = quotedParts {
            return parts.count == 3
                ? [TableName(catalog: parts[0], schema: parts[1], name: parts[2])]
                : parts.count == 2 ? [TableName(schema: parts[0], name: parts[1])] : [TableName(name: parts[0])]
        }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        var readings: [TableName] = []
        for cut in parts.indices.dropFirst() {
            let (place, table) = (parts[..<cut].joined(separator: "."), parts[cut...].joined(separator: "."))
            if !place.isEmpty, !table.isEmpty { readings.append(TableName(schema: place, name: table)) }
        }
        if parts.count == 3, !parts.contains("") {
            readings.append(TableName(catalog: parts[0], schema: parts[1], name: parts[2]))
        }
        return readings
    }

    /// The last part of a name with dots, or of one in quotes: what a destination calls the table unless told otherwise.
    package var shortName: String {
        guard isWithoutPlace else { return name }
        if let last = quotedParts?.last { return last }
        let last = name.split(separator: ".", omittingEmptySubsequences: false).last.map(String.init) ?? name
        return last.isEmpty ? name : last
    }

    /// The parts of `"Acme Inc..Role One".customer`: each bare or in double quotes; nil where the name is not written so.
    fileprivate var quotedParts: [String]? {
        guard isWithoutPlace, name.utf8.contains(UInt8(ascii: "\"")) else { return nil }
        var parts: [String] = []
        var rest = Substring(name).unicodeScalars
        while true {
            var part = String.UnicodeScalarView()
            if rest.first == "\"" {
                rest.removeFirst()
                var isClosed = false
                while let next = rest.popFirst() {
                    if next == "\"" {
                        guard rest.first == "\"" else {
                            isClosed = true
                            break
                        }
                        rest.removeFirst()
                    }
                    part.append(next)
                }
                guard isClosed else { return nil }
            } else {
                while let next = rest.first, next != "." {
                    if next == "\"" { return nil }
                    part.append(rest.removeFirst())
                }
            }
            guard !part.isEmpty else { return nil }
            parts.append(String(part))
            guard let dot = rest.popFirst() else { break }
            guard dot == "." else { return nil }
        }
        return parts.count <= 3 ? parts : nil
    }
}

extension Failure {
    /// A schema in which no table is listed, with those in which there are.
    package static func noSuchSchema(_ schema: String, among listed: [TableName]) -> Failure {
        var places: [String] = []
        for table in listed {
            guard let place = table.schema ?? table.catalog, !places.containsExactly(place) else { continue }
            places.append(place)
        }
        return .absent(
            "The source lists no table in a schema \"\(schema)\" for this user.",
            advice: places.isEmpty
                ? "It shows no schemas: leave \"schema\" or --schema out."
                : "Its schemas: \(places.sorted().prefix(10).joined(separator: ", "))\(places.count > 10 ? ", …" : "")."
        )
    }
}
