import Extraction
import Rows
import Testing

/// Which table a person means who writes a name down.
@Suite struct TableLookupTests {
    private let listed = [
        TableName(catalog: "Acme Inc.", schema: "Role One", name: "customer"),
        TableName(schema: "public", name: "t"), TableName(schema: "s2", name: "t"), TableName(schema: "s2", name: "u"),
        TableName(name: "dot.ted"), TableName(catalog: "db", name: "m"), TableName(schema: "a,b", name: "c"),
    ]

    private func find(_ name: TableName, _ rule: NameCase = .unicode) -> TableLookup.Answer {
        TableLookup(rule).find(name, among: listed)
    }

    @Test(arguments: [
        ("Acme Inc..Role One.customer", "customer"), ("Role One.customer", "customer"), ("customer", "customer"),
        ("Acme Inc..customer", "customer"), ("\"Acme Inc.\".\"Role One\".customer", "customer"), ("public.t", "t"),
        ("dot.ted", "dot.ted"), ("\"dot.ted\"", "dot.ted"), ("db.m", "m"), ("a,b.c", "c"), ("S2.U", "u"),
    ])
    func whatAListingPrintsCanBeGivenBack(text: String, table: String) {
        guard case .one(let found) = find(TableName(name: text)) else {
            Issue.record("\(text): \(find(TableName(name: text)))")
            return
        }
        #expect(found.name == table)
    }

    @Test func namesThatMayBeTwoAreNotGuessed() {
        guard case .several(let names) = find(TableName(name: "t")) else {
            Issue.record("t was found")
            return
        }
        #expect(names.map(\.schema) == ["public", "s2"])
        let both = [TableName(name: "a.b"), TableName(schema: "a", name: "b")]
        #expect(TableLookup(.unicode).find(TableName(name: "a.b"), among: both) == .several(both))
    }

    @Test func schemaThatIsNotThereIsSaid() {
        #expect(find(TableName(schema: "nowhere", name: "t")) == .noSuchSchema)
        #expect(find(TableName(schema: "public", name: "x")) == .none)
        #expect(find(TableName(schema: "Acme Inc..Role One", name: "customer")) == .one(listed[0]))
        #expect(find(TableName(catalog: "Acme Inc.", schema: "Role One", name: "CUSTOMER")) == .one(listed[0]))
        #expect(find(TableName(catalog: "Acme Inc.", schema: "Role One", name: "CUSTOMER"), .sensitive) == .none)
    }

    @Test func accentsWrittenInTwoWaysAreTwoTables() {
        let twins = [TableName(name: "caf\u{E9}"), TableName(name: "cafe\u{301}")]
        for twin in twins { #expect(TableLookup(.unicode).find(twin, among: twins) == .one(twin)) }
        #expect(TableLookup(.unicode).find(twins[0], among: [twins[1]]) == .none)
        #expect(
            TableLookup(.unicode).find(
                TableName(schema: "caf\u{E9}", name: "t"), among: [TableName(schema: "cafe\u{301}", name: "t")])
                == .noSuchSchema)
    }

    @Test(arguments: [
        ("public.t", "t"), ("Acme Inc..Role One.customer", "customer"), ("t", "t"), ("\"a.b\".\"c.d\"", "c.d"),
        ("t.", "t."),
    ])
    func destinationsAreCalledByTheLastPart(text: String, short: String) {
        #expect(TableName(name: text).shortName == short)
        #expect(TableName(schema: "s", name: text).shortName == text)
    }
}
