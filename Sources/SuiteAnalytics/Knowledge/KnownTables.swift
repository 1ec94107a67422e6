package import Extraction
import Rows

/// What is publicly known of NetSuite2.com's tables. Data of the program, read when first asked for.
///
/// Hints, all of it: the page "Connect Schema" warns that even the catalog's own keys may be wrong, so whoever relies on a key
/// proves it on the data.
package enum KnownTables {
    /// All that is known, table by table.
    package static let all: [TableKnowledge] = lines.split(separator: "\n").dropFirst().compactMap { read($0) }

    private static let byName = Dictionary(all.map { ($0.table, $0) }, uniquingKeysWith: { first, _ in first })
    private static let families = all.filter { $0.table.hasSuffix("*") }

    /// What is known of a table, whatever the case of its name; nil where nothing is.
    package static func table(_ name: String) -> TableKnowledge? {
        let folded = NameCase.unicode.folded(name).wrappedValue
        if let known = byName[folded] { return known }
        guard var family = families.first(where: { folded.hasPrefix($0.table.dropLast()) }) else { return nil }
        family.table = folded
        return family
    }

    /// The tables in which a record was whose deletion is recorded under a type's name, or else under a number; none where that
    /// is not known. Custom records and lists go by their table's name.
    ///
    /// `deletedrecord` has been seen with names of both kinds, and no page says how they are spelled: `Sales Order` and
    /// `salesorder` are the same here.
    package static func tables(deletedAs type: String?, recordType: Int? = nil) -> [TableKnowledge] {
        if let type = type.map(folded), !type.isEmpty {
            let named = all.filter { $0.deletions.types.contains(type) }
            if !named.isEmpty { return named }
            if families.contains(where: { type.hasPrefix($0.table.dropLast()) }), let family = table(type) {
                return [family]
            }
        }
        guard let recordType else { return [] }
        return all.filter { $0.deletions.recordType == recordType }
    }

    /// The table in which NetSuite keeps what was deleted, with the columns that public connectors read of it.
    package static let deletionLog = DeletionLog(
        table: TableName(name: "deletedrecord"), id: "recordid", moment: "deleteddate", type: "type",
        number: "recordtypeid")

    private static func folded(_ type: String) -> String {
        NameCase.unicode.folded(type).wrappedValue.filter { !$0.isWhitespace && $0 != "-" }
    }

    /// A line of `lines`; the last field may have commas.
    private static func read(_ line: Substring) -> TableKnowledge? {
        let fields = line.split(separator: ",", maxSplits: 10, omittingEmptySubsequences: false).map { String($0) }
        guard fields.count == 11, let trust = TableKnowledge.Trust(rawValue: fields[9]) else { return nil }
        func list(_ index: Int) -> [String] { fields[index].split(separator: "+").map { String($0) } }
        func text(_ index: Int) -> String? { fields[index].isEmpty ? nil : fields[index] }
        let logged: [String: Bool] = ["logged": true, "unlogged": false]
        return TableKnowledge(
            table: fields[0], uniqueColumns: list(1), incrementalKey: text(2),
            parent: text(3).map { .init(table: $0, parentKey: list(4), childKey: list(5)) },
            deletions: .init(areLogged: logged[fields[6]], recordType: Int(fields[7]), types: list(8)), trust: trust,
            source: fields[10])
    }
}
