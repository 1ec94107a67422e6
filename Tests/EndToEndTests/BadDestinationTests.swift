import Foundation
import TestSupport
import Testing

/// Where a destination cannot be written, or a run never got that far.
@Suite struct BadDestinationTests {
    @Test func badInputLeavesNoNewDestinationBehind() throws {
        let stage = try Stage()
        let program = Program(directory: stage.directory.url)
        for bad in [["--driver", "No Such Driver"], ["--dsn", "nowhere"]] {
            #expect(try program.run(["extract", "--quiet"] + bad + stage.target).code == 1)
            // A file that is there holds the record of the failed run and no table.
            if FileManager.default.fileExists(atPath: stage.destination) {
                #expect(try sqlite(stage.destination, "SELECT count(*) FROM sqlite_schema WHERE name = 'd'") == "0")
                #expect(try sqlite(stage.destination, "SELECT status FROM _kleene_runs LIMIT 1") == "failed")
            }
        }
    }

    /// The superuser may write anywhere but to a file system that is mounted for reading only.
    @Test func unwritableDirectoryIsASentence() throws {
        let stage = try Stage()
        let place = stage.directory.path("closed")
        try stage.shell("mkdir closed")
        if geteuid() == 0 {
            try stage.shell("mount -t tmpfs -o size=1m,ro tmpfs closed")
        } else {
            try stage.shell("chmod 555 closed")
        }
        defer { if geteuid() == 0 { try? stage.shell("umount closed") } }
        let result = try Program(directory: stage.directory.url).run(
            ["extract", "--quiet"] + stage.honest.replacing(stage.destination, with: place + "/d.db"))
        #expect(result.code == 1)
        #expect(result.errors.contains("may not write to the directory \(place)"), "\(result.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: place).isEmpty)
    }

    /// A file size limit stops a write as a full disk does, and needs no superuser.
    @Test(arguments: [100, 700])
    func fullDiskIsASentenceAndTheTableStays(kilobytes: Int) throws {
        let stage = try Stage()
        let program = Program(directory: stage.directory.url)
        #expect(try program.run(["extract", "--quiet"] + stage.honest).code == 0)
        let before = try stage.digest()
        try stage.driver.rewrite(
            RecordingDriver.table(columns: [("id", "BIGINT size 19")], answer: "repeat 200000 \"{row}\""))
        let limited = Process()
        limited.executableURL = URL(filePath: "/bin/bash")
        limited.arguments =
            ["-c", "ulimit -f \(kilobytes); exec \"$@\"", "limited", Program.binary, "extract", "--quiet"]
            + stage.honest
        let pipe = Pipe()
        limited.standardError = pipe
        limited.standardOutput = FileHandle.nullDevice
        try limited.run()
        let said = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        limited.waitUntilExit()
        #expect(limited.terminationReason == .exit && limited.terminationStatus == 1, "\(said)")
        #expect(said.contains("Free space"), "\(said)")
        #expect(try stage.digest() == before)
        try stage.driver.rewrite(
            RecordingDriver.table(columns: [("id", "BIGINT size 19")], answer: "repeat 4 \"{row}\""))
        #expect(try program.run(["extract", "--quiet"] + stage.honest).code == 0)
        #expect(try sqlite(stage.destination, "SELECT count(*) FROM d") == "4")
    }
}
