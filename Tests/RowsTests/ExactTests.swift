import Foundation
import Rows
import Testing

/// Names that look the same and are two: `é` as one scalar and as two.
@Suite struct ExactTests {
    private let one = "caf\u{E9}"
    private let two = "cafe\u{301}"

    private struct Named: Codable, Hashable {
        @Exact var schema: String?
        @Exact var name: String
        @Exact var columns: [String]
    }

    @Test func namesAreToldApartByTheirScalars() {
        #expect(one == two, "Swift takes them for one text")
        #expect(Exact(one) != Exact(two) && Exact(one) == Exact("caf\u{E9}"))
        #expect(Set([Exact(one), Exact(two)]).count == 2)
        #expect([one].containsExactly(one) && ![one].containsExactly(two))
        #expect([one, two].firstIndex(ofExactly: two) == 1)
    }

    @Test func membersAreToldApartToo() {
        let first = Named(schema: one, name: "t", columns: [])
        #expect(first != Named(schema: two, name: "t", columns: []))
        #expect(first != Named(schema: nil, name: "t", columns: []))
        #expect(Named(schema: nil, name: "t", columns: [one]) != Named(schema: nil, name: "t", columns: [two]))
        #expect(
            Set([Named(schema: nil, name: one, columns: []), Named(schema: nil, name: two, columns: [])]).count == 2)
    }

    /// Files written by earlier versions are read, and the other way round.
    @Test func membersAreWrittenAsIfTheyWereBare() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let absent = Named(schema: nil, name: "t", columns: ["a"])
        #expect(String(decoding: try encoder.encode(absent), as: UTF8.self) == #"{"columns":["a"],"name":"t"}"#)
        for named in [absent, Named(schema: two, name: one, columns: [one, two])] {
            let back = try JSONDecoder().decode(Named.self, from: encoder.encode(named))
            #expect(back == named)
        }
    }

    @Test(arguments: [
        (NameCase.sensitive, "ID", "id", false), (.ascii, "ID", "id", true), (.ascii, "Ä", "ä", false),
        (.unicode, "Ä", "ä", true), (.unicode, "É", "e\u{301}", false), (.ascii, "id", "id", true),
    ])
    func caseIsTheDatabases(rule: NameCase, first: String, second: String, same: Bool) {
        #expect(rule.areSame(first, second) == same)
    }

    @Test func exactNameWinsAndAmbiguousOnesAreNotGuessed() {
        #expect(NameCase.unicode.find("ID", among: ["id", "ID"]) == "ID")
        #expect(NameCase.unicode.find("Id", among: ["id", "ID"]) == nil)
        #expect(NameCase.ascii.find("Id", among: ["id"]) == "id")
        #expect(NameCase.unicode.find(one, among: [two]) == nil)
    }
}
