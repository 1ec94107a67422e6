import Extraction
import Foundation
import Rows
import SQLite
import SQLiteDestination
import Staging
import TestSupport
import Testing

@Suite struct StagingTests {
    private func sideFiles(_ path: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path + ".kleene").sorted()
    }

    @Test func aSecondRunOfTheSameExtractIsBusyAndNamesTheHolder() throws {
        let folder = try Folder()
        let first = SQLiteFile(path: folder.file())
        let second = SQLiteFile(path: folder.file())
        let lease = try first.lease(makeExtract())
        let refused = failure { _ = try second.lease(makeExtract()) }
        #expect(refused?.kind == .busy)
        #expect(refused?.message.contains("process \(ProcessInfo.processInfo.processIdentifier), since 20") == true)
        // Another extract is another lock.
        let other = try second.lease(makeExtract(name: "E"))
        other.end(keepsStaging: false)
        #expect(failure { _ = try second.lease(makeExtract()) }?.kind == .busy)
        lease.end(keepsStaging: false)
        // A second end changes nothing, also where somebody else has the lock by now.
        let next = try second.lease(makeExtract())
        lease.end(keepsStaging: false)
        #expect(failure { _ = try first.lease(makeExtract()) }?.kind == .busy)
        next.end(keepsStaging: false)
    }

    /// As a run that is killed: the lock is free, and what was staged stays.
    @Test func aLeaseThatIsDroppedGivesItsLockBack() throws {
        let folder = try Folder()
        let destination = SQLiteFile(path: folder.file())
        do {
            let lease = try destination.lease(makeIncremental())
            let plan = makePlan(makeIncremental(), kind: .integer, chunks: 2)
            let staging = try lease.stage(plan, columns: keyedColumns, run: plan.run, goingOn: false)
            try staging.write(makeBatch([row(1, "a", 1)]), chunk: 1)
            try staging.complete(chunk: 1, order: 1)
        }
        let next = try destination.lease(makeIncremental())
        #expect(try next.staged()?.completed == [1: 1])
        next.end(keepsStaging: false)
        #expect(destination.glance(at: makeIncremental()) == nil)
    }

    /// Rows are gone on with wherever the extract is written now, and whatever an older version has said of that: nothing.
    @Test func rowsServeTheSameExtractWhereverItIsWritten() throws {
        let folder = try Folder()
        let destination = SQLiteFile(path: folder.file())
        var byFlags = makeIncremental()
        byFlags.origin = .flags(place: " --destination x.db")
        let origins: [TableExtract] = [makeIncremental(), byFlags]
        for (mine, other) in [(origins[0], origins[1]), (origins[1], origins[0])] {
            do {
                let lease = try destination.lease(mine)
                let plan = makePlan(mine, kind: .integer, chunks: 2)
                let staging = try lease.stage(plan, columns: keyedColumns, run: plan.run, goingOn: false)
                try staging.write(makeBatch([row(1, "a", 1)]), chunk: 1)
                try staging.complete(chunk: 1, order: 1)
            }
            let next = try destination.lease(other)
            #expect(try next.staged()?.completed == [1: 1])
            next.end(keepsStaging: false)
        }
    }

    @Test func linksLeadToTheSameLock() throws {
        let folder = try Folder()
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: folder.path)
        let first = SQLiteFile(path: folder.file())
        let lease = try first.lease(makeExtract())
        #expect(failure { _ = try SQLiteFile(path: folder.path + "/link/out.db").lease(makeExtract()) }?.kind == .busy)
        lease.end(keepsStaging: false)
    }

    @Test func aStaleLockFileAndLeftoverStagingAreNoObstacle() throws {
        let folder = try Folder()
        let destination = SQLiteFile(path: folder.file())
        let lease = try destination.lease(makeExtract())
        _ = try lease.stage(makeExtract(), columns: sampleColumns, run: makeRun())
        let files = try sideFiles(folder.file())
        lease.end(keepsStaging: false)
        for file in files {
            try Data("process 1, since 1999".utf8).write(to: URL(filePath: folder.file() + ".kleene/" + file))
        }
        try runExtract(makeExtract(), rows: sampleRows(2), into: folder.file())
        #expect(try sideFiles(folder.file()).allSatisfy { $0.hasPrefix("lock-") })
    }

    @Test func theSideDirectoryIsForItsOwnerAlone() throws {
        let folder = try Folder()
        try runExtract(makeExtract(), rows: sampleRows(1), into: folder.file())
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.file() + ".kleene")
        #expect(attributes[.posixPermissions] as? Int == 0o700)
    }

    @Test func definitionsAreText() throws {
        let columns = [
            Column(name: "a", type: .integer), Column(name: "b\"c", type: .text), Column(name: "d", type: .double),
            Column(name: "e", type: .binary), Column(name: "f", type: .decimal(precision: 10, scale: 2)),
        ]
        let definition = try TableDefinition(
            makeExtract(table: "my \"t\"", decimal: .scaledInteger, metadata: true), columns: columns, columnLimit: 2000
        )
        #expect(
            definition.createSQL() == #"""
                CREATE TABLE "my ""t""" (
                  "a" INTEGER,
                  "b""c" TEXT,
                  "d" REAL,
                  "e" BLOB,
                  "f" INTEGER,
                  "_kleene_run_id" TEXT,
                  "_kleene_extracted_at" TEXT
                )
                """#)
        #expect(definition.shape.insertSQL(into: "x") == "INSERT INTO x VALUES (?, ?, ?, ?, ?, ?, ?)")
        #expect(definition.copySQL(from: "s.r") == "INSERT INTO main.\"my \"\"t\"\"\" SELECT * FROM s.r")
        #expect(
            definition.copyByNameSQL(from: "s.r").hasPrefix("INSERT INTO main.\"my \"\"t\"\"\" (\"a\", \"b\"\"c\", "))
    }

    @Test func aBatchThatDoesNotMatchItsColumnsIsOurFault() throws {
        let folder = try Folder()
        #expect(
            failure { try runExtract(makeExtract(), rows: [[.integer(1)]], into: folder.file()) }?.kind == .internal)
        #expect(
            failure { try runExtract(makeExtract(), rows: [[.double(1), .text("")]], into: folder.file()) }?.kind
                == .internal)
    }

    /// Two readers: the one that began first is done last. What was read later is newer all the same, also where a run
    /// goes on with it.
    @Test(arguments: [false, true])
    func ofARowThatIsInTwoChunksTheLaterReadWins(isResumed: Bool) throws {
        let folder = try Folder()
        let destination = SQLiteFile(path: folder.file())
        var extract = makeExtract(.upsert)
        extract.uniqueColumns = ["id"]
        let run = makeRun()
        var plan = makePlan(extract, run: run)
        plan.chunks = (1...3).map { Chunk(number: $0) }
        let lease = try destination.lease(extract)
        var staging = try lease.stage(plan, columns: sampleColumns, run: run, goingOn: false)
        func stage(_ text: String, chunk: Int, order: Int) throws {
            try staging.write(makeBatch([[.integer(1), .text(text)]]), chunk: chunk)
            try staging.complete(chunk: chunk, order: order)
        }
        try stage("later", chunk: 2, order: 2)
        try stage("earlier", chunk: 1, order: 1)
        if isResumed {
            staging = try lease.stage(plan, columns: sampleColumns, run: makeRun(), goingOn: true)
            try stage("last", chunk: 3, order: 1)
        }
        let sealed = try staging.seal()
        var record = RunRecord(extract, run: run, version: "test")
        record.status = .succeeded
        _ = try destination.load(sealed, record: record)
        #expect(try query(folder.file(), "SELECT name FROM t") == [[.text(isResumed ? "last" : "later")]])
        lease.end(keepsStaging: false)
    }

    /// As after a kill behind the commit, when nobody was left to remove the staging.
    @Test(arguments: [false, true])
    func whatIsLoadedIsNotGoneOnWith(wasResumed: Bool) throws {
        let folder = try Folder()
        let destination = SQLiteFile(path: folder.file())
        let extract = makeExtract(.append)
        let run = makeRun()
        var plan = makePlan(extract, run: run)
        plan.chunks = (1...2).map { Chunk(number: $0) }
        let lease = try destination.lease(extract)
        let staging = try lease.stage(plan, columns: sampleColumns, run: run, goingOn: false)
        for chunk in 1...2 {
            try staging.write(makeBatch(sampleRows(3)), chunk: chunk)
            try staging.complete(chunk: chunk, order: chunk)
        }
        let sealed = try staging.seal()
        #expect(destination.glance(at: extract)?.completed == [1: 3, 2: 3])
        var record = RunRecord(extract, run: wasResumed ? makeRun() : run, version: "test")
        record.resumedFrom = wasResumed ? run.id : nil
        // A run that failed has loaded nothing.
        try destination.record(record)
        #expect(destination.glance(at: extract) != nil)
        record.status = .succeeded
        _ = try destination.load(sealed, record: record)
        #expect(destination.glance(at: extract) == nil)
        lease.end(keepsStaging: false)
    }
}
