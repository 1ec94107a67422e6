import Extraction
import Foundation
import Testing

@testable import ODBCSource

@Suite struct IdentityTests {
    private func identity(
        _ told: ToldPlace, isFile: Bool = false, user: String? = nil, _ attributes: (String, String)...
    ) -> SourceIdentity {
        let settings = DataSourceSettings(
            driver: "D", attributes: attributes.map { .init(keyword: $0.0, value: $0.1) }, user: user)
        return ConfiguredPlace(settings).identity(told, isFile: isFile)
    }

    private let told = ToldPlace(system: "PostgreSQL", server: "db", database: "shop", user: "reader")

    @Test func theDriversWordOutranksTheConfiguration() {
        let first = identity(told, ("Servername", "db"), ("Port", "5432"), ("Database", "shop"))
        let second = identity(told, ("SERVER", "alias"), ("port", "5432"), ("database", "x"))
        #expect(first.isSame(as: second) && second.isSame(as: first))
        #expect(first.words == "the database shop on db:5432 as the user reader")
    }

    @Test func eachPartTellsSourcesApart() {
        let base = identity(told, ("Port", "5432"))
        var others = [identity(told, ("Port", "5433"))]
        for change: (inout ToldPlace) -> Void in [
            { $0.system = "MariaDB" }, { $0.server = "other" }, { $0.database = "test" }, { $0.user = "x" },
        ] {
            var place = told
            change(&place)
            others.append(identity(place, ("Port", "5432")))
        }
        for other in others { #expect(!base.isSame(as: other), "\(other)") }
    }

    @Test func whatOneDoesNotKnowIsNotCompared() {
        let silent = ToldPlace(system: "PostgreSQL", server: "", database: nil, user: "")
        #expect(identity(silent, ("Database", "shop")).isSame(as: identity(told, ("Database", "shop"))))
        #expect(!identity(silent, ("Database", "test")).isSame(as: identity(told)))
    }

    @Test func namesOfThisMachineAreOne() {
        for name in ["localhost", "127.0.0.1", "::1", "LOCALHOST"] {
            var place = told
            place.server = name
            #expect(identity(place).parts["server"] == "localhost")
        }
    }

    @Test func aFileIsItsRealPath() throws {
        let directory = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().appending(
            path: UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "a.db").path
        try Data("x".utf8).write(to: URL(filePath: file))
        let link = directory.appending(path: "b.db").path
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
        let place = ToldPlace(system: "SQLite", server: "", database: "", user: "")
        let direct = identity(place, isFile: true, ("Database", file))
        #expect(direct.isSame(as: identity(place, isFile: true, ("Database", link))))
        #expect(!direct.isSame(as: identity(place, isFile: true, ("Database", file + "2"))))
        #expect(direct.parts["file"] == file)
    }

    @Test func whereNothingIsToldTheDataSourceItselfCounts() {
        let nothing = ToldPlace(system: nil, server: nil, database: nil, user: nil)
        #expect(identity(nothing).parts["data source"] == "D")
    }
}
